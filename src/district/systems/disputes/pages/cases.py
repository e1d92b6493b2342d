"""A dispute's file: opened, its parties, its documents, carried on."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.documents import document_answer
from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.base.forms import show_on
from district.kernel.cases.public import Case, case_type_of, case_url, said
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.systems.disputes.forms import ApplicationForm, FactsForm, PartyForm
from district.systems.disputes.names import OPENED, TYPES
from district.systems.disputes.rules.facts import COMMON, still_to_ask
from district.systems.disputes.selectors.files import DisputeFile, dispute_file, parties_and_centre
from district.systems.disputes.services import (
    Application,
    add_party,
    carry,
    make_document,
    open_dispute,
    read_document,
    read_parties,
)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, type_key: str) -> HttpResponse:
    """Write a dispute down at a counter."""
    if type_key not in OPENED:
        raise NotFound()
    actor = actor_of(request)
    if not permitted_somewhere(actor, f"cases.{type_key}.create"):
        raise NotPermitted(_("您没有登记这类事项的权限。如确需办理，请联系系统管理员。"))
    form, status = ApplicationForm(type_key=type_key), 200
    if request.method == "POST":
        form, status = ApplicationForm(request.POST, type_key=type_key), 422
        if form.is_valid():
            data = form.cleaned_data
            given = Application(
                type_key,
                data["text"],
                form.parties(),
                form.facts(),
                place=data["place"],
                street=data["street"],
                complained_unit=data.get("complained_unit", ""),
            )
            try:
                case = open_dispute(given, actor=actor, key=_key(request))
            except (Invalid, Conflict) as error:
                show_on(form, error)
            else:
                return _opened(request, case)
    context = {
        "form": form,
        "heading": said(case_type_of(type_key).label),
        "key": request.POST.get("key") or uuid4().hex,
    }
    return render(request, "disputes/new.html", context, status=status)


def _opened(request: HttpRequest, case: Case) -> HttpResponse:
    """On to the new case; whoever may not see it is told its number."""
    messages.success(request, _("已登记：%(number)s") % {"number": case.number})
    try:
        dispute_file(case.pk, actor_of(request))
    except NotFound:
        return redirect("disputes")
    return redirect(case_url(case.pk))


def _key(request: HttpRequest) -> str:
    return request.POST.get("key", "")[:80]


@require_safe
def file(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Parties, documents, and the cases before and after."""
    return _file(request, dispute_file(case_id, actor_of(request)), PartyForm())


def _file(
    request: HttpRequest, found: DisputeFile, form: PartyForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "found": found,
        "case": found.case,
        "form": form,
        "ways": [(key, said(way.kind)) for key, way in found.ways.items()],
        "kinds": [(kind.key, said(kind.name)) for kind in found.kinds],
        "crumbs": [(found.type_label, ""), (found.case.number, case_url(found.case.pk))],
    }
    return render(request, "disputes/file.html", context, status=status)


@require_POST
def parties(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Names and addresses, for a reason that is kept in the case's history."""
    actor = actor_of(request)
    try:
        found = read_parties(case_id, actor=actor, reason=request.POST.get("reason", ""))
    except Invalid as error:
        messages.error(request, str(error))
        return redirect("disputes_file", case_id)
    return render(request, "disputes/parties.html", {"people": found, "case_id": case_id})


@require_POST
def party(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Add a party."""
    actor = actor_of(request)
    form = PartyForm(request.POST)
    if form.is_valid():
        try:
            add_party(case_id, form.party(), actor=actor)
        except (Invalid, Conflict) as error:
            show_on(form, error)
        else:
            messages.success(request, _("已添加当事人。"))
            return redirect("disputes_file", case_id)
    return _file(request, dispute_file(case_id, actor), form, status=422)


@require_POST
def document(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Make a document."""
    made = make_document(
        case_id,
        request.POST.get("kind", ""),
        actor=actor_of(request),
        neutral=bool(request.POST.get("neutral")),
    )
    messages.success(request, _("已制作文书：%(number)s") % {"number": made.number})
    return redirect("disputes_file", case_id)


@require_POST
def download(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """A document as a download; POST, because each one is noted in the case's history."""
    row, content = read_document(document_id, actor=actor_of(request))
    answer = document_answer(content, "docx", row.number)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def carry_on(request: HttpRequest, case_id: UUID, type_key: str) -> HttpResponse:
    """What goes along, what is still to be asked, and the way on."""
    actor = actor_of(request)
    found = dispute_file(case_id, actor)
    if type_key not in TYPES:
        raise NotFound()
    way = found.ways.get(type_key)
    if way is None:
        raise Conflict(_("这一单目前不能这样转办，或您没有权限。请刷新后再看。"))
    asked = still_to_ask(type_key, found.case.facts)
    form, status = FactsForm(type_key=type_key, asked=asked), 200
    if request.method == "POST":
        form, status = FactsForm(request.POST, type_key=type_key, asked=asked), 422
        if form.is_valid():
            try:
                case = carry(
                    case_id, type_key, actor=actor, facts=form.cleaned_data, key=_key(request)
                )
            except (Invalid, Conflict) as error:
                show_on(form, error)
            else:
                return _opened(request, case)
    context = {
        "found": found,
        "case": found.case,
        "form": form,
        "heading": said(way.kind),
        "known": known_facts(found.case, found.centre),
        "key": request.POST.get("key") or uuid4().hex,
        "crumbs": [(found.case.number, case_url(case_id)), (said(way.kind), "")],
    }
    return render(request, "disputes/carry.html", context, status=status)


def known_facts(case: Case, centre: str = "") -> list[tuple[str, str]]:
    """What is known of a case and goes along, as (label, value) in words; `centre` is what the
    chosen one is called."""
    schema = case_type_of(case.type_key).schema
    rows = []
    for name in COMMON:
        attribute, value = schema.get(name), case.facts.get(name)
        if attribute is None or value in (None, ""):
            continue
        words = {key: str(label) for key, label in attribute.choices or ()}
        if name == "centre" and centre:
            words = {str(value): centre}
        if attribute.type == "boolean":
            words = {"True": _("是"), "False": _("否")}
        rows.append((str(attribute.label), words.get(str(value), str(value))))
    return rows


def section(request: HttpRequest, case: Case) -> str:
    """The card on a case's page: what is claimed, who the parties are without their names."""
    parties, centre = parties_and_centre(case)
    context = {"case": case, "known": known_facts(case, centre), "parties": parties}
    return render_to_string("disputes/section.html", context, request)
