"""Recognition without a log-in: rounds, applying, how it stands, objections, catalogues."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.forms import show_on
from district.kernel.cases.public import (
    ACCEPT,
    TAKE_BACK,
    PublicStatus,
    StatusForm,
    files_sent,
    said,
    status_asked,
    status_context,
    status_unknown,
    step_shown,
)
from district.kernel.reports.files import Part, manuscript_of
from district.kernel.throttling.public import TooMany
from district.systems.scenarios.forms_recognition import (
    ApplyForm,
    ObjectionForm,
    field_of,
)
from district.systems.scenarios.models import Application, Round
from district.systems.scenarios.names import RECOGNITION, TICKETS
from district.systems.scenarios.rates import (
    APPLY_BY_ADDRESS,
    FILES_BY_ADDRESS,
    READ_BY_ADDRESS,
    STATUS_BY_ADDRESS,
)
from district.systems.scenarios.rules.schemes import Scheme
from district.systems.scenarios.schemes import scheme_of, schemes
from district.systems.scenarios.selectors.papers import missing_kinds, paper_kind, papers_of
from district.systems.scenarios.selectors.recognition import (
    application_of_case,
    in_force,
    is_open,
    proposed,
    public_round,
    public_rounds,
    scheme_in,
)
from district.systems.scenarios.services.applying import (
    DOINGS,
    Applied,
    answer,
    apply_for_recognition,
    object_to,
)
from district.systems.scenarios.services.papers import OPEN, attach_papers, take_back_paper
from district.ui.access import public_page
from district.ui.documents import WRITERS, manuscript_answer
from district.ui.public_forms import Returned, count, private, ticket_of, waiting

_APPLICANT = ("applicant", "code", "subject", "text", "renews", "name", "phone")


@public_page
@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """What may be applied for, what stands in publicity, what was recognised."""
    count(request, READ_BY_ADDRESS)
    today = clock.today()
    rows = [(row, said(scheme_in(row).label), is_open(row, today)) for row in public_rounds()[:30]]
    catalogues = [(key, said(scheme.catalogue)) for key, scheme in schemes().items()]
    context = {"rows": rows, "catalogues": catalogues}
    return render(request, "scenarios/public/rounds.html", context)


@public_page
@require_safe
def one(request: HttpRequest, number: str) -> HttpResponse:
    """A round: its window and criteria; in its publicity and afterwards what it proposes."""
    count(request, READ_BY_ADDRESS)
    row = public_round(number)
    scheme = scheme_in(row)
    shown = row.state in (Round.State.PUBLICITY, Round.State.PUBLISHED)
    context = {
        "round": row,
        "label": said(scheme.label),
        "papers": [(said(each.label), each.required) for each in scheme.papers],
        "open": is_open(row, clock.today()),
        "criteria": [(said(each.label), each.most) for each in scheme.criteria],
        "formal": [said(each.say) for each in scheme.formal],
        "least": scheme.least,
        "quota": scheme.quota,
        "experts": scheme.experts,
        "rows": list(proposed(row)) if shown else [],
        "objecting": row.state == Round.State.PUBLICITY
        and row.publicity_until is not None
        and clock.today() <= row.publicity_until,
    }
    return render(request, "scenarios/public/round.html", context)


@public_page
@sensitive_post_parameters("phone", "name")
@sensitive_variables("form", "given")
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, number: str) -> HttpResponse:
    """The form of an open round; sent, it opens an application."""
    row = public_round(number)
    scheme = scheme_in(row)
    if not is_open(row, clock.today()):
        raise Conflict(_("现在不在申报时间内。"))
    if request.method != "POST":
        return _apply_form(request, row, ApplyForm(scheme=scheme), TICKETS.new())
    form = ApplyForm(request.POST, scheme=scheme)
    ticket = ticket_of(request, form, TICKETS)
    if isinstance(ticket, Returned):
        return _apply_form(request, row, form, ticket.ticket, ticket.problem, 422)
    data = form.cleaned_data
    given = {key: data[key] for key in _APPLICANT}
    own = {key: value for key, value in data.items() if key not in _APPLICANT}
    carried = request.POST["ticket"]
    try:
        count(request, APPLY_BY_ADDRESS)
        receipt = apply_for_recognition(Applied(key=ticket.key, round=row.pk, answers=own, **given))
    except TooMany as error:
        return waiting(_apply_form(request, row, form, carried, str(error), 429), error)
    except (Invalid, Conflict) as error:
        show_on(form, error)
        return _apply_form(request, row, form, carried, status=422)
    return private(render(request, "scenarios/public/receipt.html", {"receipt": receipt}))


def _apply_form(
    request: HttpRequest, row: Round, form: Any, ticket: str, problem: str = "", status: int = 200
) -> HttpResponse:
    papers = [said(each.label) for each in scheme_in(row).papers]
    context = {"round": row, "form": form, "ticket": ticket, "problem": problem, "papers": papers}
    return render(request, "scenarios/public/apply.html", context, status=status)


@public_page
@sensitive_post_parameters("phone", "name")
@sensitive_variables("form")
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, number: str, application_id: UUID) -> HttpResponse:
    """Say something against a proposal."""
    row = public_round(number)
    found = proposed(row).filter(pk=application_id).first()
    if found is None:
        raise NotFound(_("没有这项公示。"))
    form = ObjectionForm(request.POST or None)
    if request.method != "POST":
        return _objection(request, found, form, TICKETS.new())
    ticket = ticket_of(request, form, TICKETS)
    if isinstance(ticket, Returned):
        return _objection(request, found, form, ticket.ticket, ticket.problem, 422)
    carried = request.POST["ticket"]
    try:
        count(request, APPLY_BY_ADDRESS)
        object_to(found.pk, key=ticket.key, **form.cleaned_data)
    except TooMany as error:
        return waiting(_objection(request, found, form, carried, str(error), 429), error)
    except (Invalid, Conflict) as error:
        show_on(form, error)
        return _objection(request, found, form, carried, status=422)
    return private(render(request, "scenarios/public/objected.html", {"round": row}))


def _objection(
    request: HttpRequest,
    found: Application,
    form: ObjectionForm,
    ticket: str,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"application": found, "form": form, "ticket": ticket, "problem": problem}
    return render(request, "scenarios/public/objection.html", context, status=status)


@public_page
@sensitive_post_parameters("code")
@sensitive_variables("form", "found")
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """How an application stands; with `do` also what the applicant does. Number and code come by
    POST, so that neither stands in an address."""
    if request.method != "POST":
        return _ask(request, StatusForm(type_key=RECOGNITION))
    form = StatusForm(request.POST, type_key=RECOGNITION)
    if not form.is_valid():
        return _ask(request, form, status=422)
    try:
        count(request, STATUS_BY_ADDRESS)
    except TooMany as error:
        return waiting(_ask(request, form, str(error), 429), error)
    found = status_asked(form)
    if found is None:
        return private(_ask(request, form, status_unknown(), 404))
    if "do" in request.POST:
        return _answer(request, form, found)
    return _shown(request, form, found)


def _ask(
    request: HttpRequest, form: StatusForm, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {"form": form, "problem": problem}
    return render(request, "scenarios/public/status.html", context, status=status)


def _answer(request: HttpRequest, form: StatusForm, found: PublicStatus) -> HttpResponse:
    try:
        if request.FILES:
            count(request, FILES_BY_ADDRESS)
        _do(request, found)
    except TooMany as error:
        return waiting(_shown(request, form, found, problem=str(error), code=429), error)
    except (Invalid, Conflict, NotFound) as error:
        return _shown(request, form, found, problem=str(error), code=error.status)
    return _shown(request, form, status_asked(form) or found, done=_("已收到。"))


def _do(request: HttpRequest, found: PublicStatus) -> None:
    """What the applicant asked for: a file more or less, else a step of the case."""
    doing, kind = request.POST["do"], request.POST.get("kind", "")
    if doing == "attach":
        attach_papers(found, kind, files_sent(request))
    elif doing == "take_back":
        take_back_paper(found, request.POST.get("paper", ""))
    else:
        given = {key: str(request.POST[key]) for key in request.POST}
        files = files_sent(request)
        answer(found, doing, given, round_=step_shown(request), files=files, kind=kind)


def _shown(
    request: HttpRequest,
    form: StatusForm,
    found: PublicStatus,
    *,
    problem: str = "",
    done: str = "",
    code: int = 200,
) -> HttpResponse:
    application = application_of_case(found.shown.pk)
    scheme = scheme_in(application.round) if application else None
    answers = application.answers if application else {}
    context = {
        **status_context(request, form, found, DOINGS, problem=problem, done=done),
        "label": said(scheme.label) if scheme else "",
        "own": [
            (one.key, field_of(one).widget.render(one.key, answers.get(one.key),
                                                  {"id": f"id_{one.key}", "class": "input"}),
             said(one.label))
            for one in (scheme.fields if scheme else ())
            if one.type in ("text", "integer", "decimal")
        ],
        **_papers(application, scheme),
    }  # fmt: skip
    return private(render(request, "scenarios/public/shown.html", context, status=code))


def _papers(application: Application | None, scheme: Scheme | None) -> dict[str, Any]:
    """The applicant's own files by what they are for, and whether more may come. One query."""
    if application is None or scheme is None:
        return {}
    papers, until = papers_of(application), clock.now() - TAKE_BACK
    may_add = application.case.stage in OPEN
    return {
        "papers": [
            (one, said(paper_kind(scheme, one.kind).label), may_add and one.attachment.at > until)
            for one in papers
        ],
        "missing": missing_kinds(scheme, papers),
        "kinds": [(one.key, said(one.label), one.anonymous) for one in scheme.paper_kinds],
        "may_add": may_add,
        "accept": ACCEPT,
    }


@public_page
@require_safe
def catalogue(request: HttpRequest, scheme_key: str) -> HttpResponse:
    """What is recognised today under a scheme, with the day on which it ends; also as a file."""
    count(request, READ_BY_ADDRESS)
    scheme, today = scheme_of(scheme_key), clock.today()
    rows = list(in_force(scheme.key, today).order_by("title"))
    wanted = request.GET.get("format", "")
    if wanted in WRITERS:
        columns = [_("编号"), said(scheme.subject), _("单位名称"), _("认定日期"), _("有效期至")]
        cells = [
            (row.number, row.title, row.organisation, row.valid_from, row.valid_until)
            for row in rows
        ]  # fmt: skip
        name = said(scheme.catalogue)
        found = manuscript_of(name, today.isoformat(), [Part(name, columns, cells)])
        return manuscript_answer(found, wanted, f"{name} {today.isoformat()}")
    context = {"rows": rows, "title": said(scheme.catalogue), "today": today}
    return render(request, "scenarios/public/catalogue.html", context)
