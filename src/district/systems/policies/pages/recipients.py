"""People on record: the list, one person, writing down, reading who it is, importing, erasing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.errors import Invalid
from district.kernel.base.forms import submitted
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Unit,
    actor_of,
    authorise,
    authorise_somewhere,
    permitted,
    permitted_somewhere,
    posts_of,
    units,
)
from district.kernel.registers.public import (
    MAX_BYTES,
    hint,
    list_view,
    register_of,
    template_file,
)
from district.systems.policies.forms import (
    ErasureForm,
    FindPersonForm,
    ImportForm,
    LeaveForm,
    ReadingForm,
    RecipientForm,
)
from district.systems.policies.models import Recipient
from district.systems.policies.names import (
    ERASE_RECIPIENT,
    MONEY,
    READ_RECIPIENT,
    RECIPIENTS,
    SAVE_RECIPIENT,
    SUBSIDY_APPLICATION,
)
from district.systems.policies.pages.common import standing_groups, standing_now
from district.systems.policies.rules.recipients import FACTS
from district.systems.policies.selectors.audiences import PEOPLE
from district.systems.policies.selectors.explaining import value_words
from district.systems.policies.selectors.policies import consent_of
from district.systems.policies.selectors.recipients import (
    kept_by,
    notices_to,
    owned_recipient,
    recipient_by_id_number,
    recipient_for,
    recipient_schema,
    recipients_visible_q,
)
from district.systems.policies.services.forgetting import erase_recipient
from district.systems.policies.services.importing import (
    COLUMNS,
    MOST_ROWS,
    import_recipients,
)
from district.systems.policies.services.recipients import (
    leave,
    read_recipient,
    save_recipient,
    save_wish,
)

Methods = ["GET", "HEAD", "POST"]


def _private(answer: HttpResponse) -> HttpResponse:
    """An answer that says who somebody is: kept by no browser and no proxy."""
    answer["Cache-Control"] = "no-store"
    return answer


def _crumbs(last: str, row: Recipient | None = None) -> list[tuple[str, str]]:
    known = [(row.number, row.get_absolute_url())] if row is not None else []
    return [(_("人员台账"), reverse("policy_recipients")), *known, (last, "")]


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """All people on record that the member may see."""
    extra = {"may_save": permitted_somewhere(actor_of(request), SAVE_RECIPIENT)}
    return list_view(request, RECIPIENTS, template="policies/recipients.html", extra=extra)


@require_safe
def recipient(request: HttpRequest, number: str) -> HttpResponse:
    """One person: facts with their sources, policies, what is to be told; never who it is."""
    actor = actor_of(request)
    row = recipient_for(number, actor)
    current = row.state == Recipient.State.CURRENT
    known = row.state != Recipient.State.ERASED
    kept, owned = kept_by(row), owned_recipient(row)
    context: dict[str, Any] = {
        "row": row,
        "ref": {"code": row.number},
        "money": MONEY,
        "facts": _facts(row),
        **standing_groups(standing_now(PEOPLE, str(row.pk)) if current else []),
        "notices": notices_to(row, actor)[:10],
        "consent": consent_of(row.number),
        "may_save": current and permitted(actor, SAVE_RECIPIENT, kept),
        "may_read": known and permitted(actor, READ_RECIPIENT, owned),
        "may_erase": row.state != Recipient.State.ERASED
        and permitted(actor, ERASE_RECIPIENT, kept),
        "may_apply": current and permitted_somewhere(actor, f"cases.{SUBSIDY_APPLICATION}.create"),
        "crumbs": _crumbs(row.number),
    }
    return render(request, "policies/recipient.html", context)


def _facts(row: Recipient) -> list[tuple[str, str, str, str]]:
    """Each fact on record: what it is, its value, who says so, as of which day."""
    schema = recipient_schema().by_key
    found = []
    for fact in FACTS:
        value = getattr(row, fact.key)
        if value is None or value == "":
            continue
        source, as_of = row.sources.get(fact.key, ("", ""))
        found.append((str(fact.label), value_words(schema[fact.key], value, {}), source, as_of))
    return found


def _homes(actor: Actor) -> list[Unit]:
    """The units in whose name the actor may put somebody on record."""
    own = [post.unit for post in posts_of(actor)]
    return [unit for unit in units().filter(pk__in=own) if unit.is_active]


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(Methods)
def new_recipient(request: HttpRequest) -> HttpResponse:
    """Put somebody on record, or take in what is said of somebody who is."""
    actor = actor_of(request)
    authorise_somewhere(actor, SAVE_RECIPIENT)
    homes = _homes(actor)
    form = RecipientForm(request.POST or None, homes=homes)
    saved = submitted(
        form, lambda data: save_recipient(form.told(data), unit=data["unit"], actor=actor)
    )
    if saved is not None:
        messages.success(request, _("已登记，人员编号%(number)s。") % {"number": saved.number})
        seen = Recipient.objects.filter(recipients_visible_q(actor), pk=saved.pk).exists()
        return redirect(saved if seen else "policy_recipients")
    context = {"form": form, "crumbs": _crumbs(_("登记人员"))}
    status = 422 if request.method == "POST" else 200
    return _private(render(request, "policies/recipient_form.html", context, status=status))


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(Methods)
def find(request: HttpRequest) -> HttpResponse:
    """Look somebody up by the identity number, which stands in no address."""
    actor = actor_of(request)
    authorise_somewhere(actor, SAVE_RECIPIENT)
    form = FindPersonForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        found = recipient_by_id_number(form.cleaned_data["id_number"])
        mine = Recipient.objects.filter(recipients_visible_q(actor))
        if found is not None and mine.filter(pk=found.pk).exists():
            return redirect(found)
        form.add_error("id_number", _("没有这个人，或不在您的查看范围内。请核对身份证号码。"))
        status = 422
    context = {"form": form, "crumbs": _crumbs(_("按证件查找"))}
    return _private(render(request, "policies/recipient_find.html", context, status=status))


@sensitive_variables()
@require_http_methods(Methods)
def read(request: HttpRequest, number: str) -> HttpResponse:
    """Who somebody is, for a reason that stands in history."""
    actor = actor_of(request)
    row = recipient_for(number, actor)
    authorise(actor, READ_RECIPIENT, owned_recipient(row))
    form = ReadingForm(request.POST or None)
    who = submitted(form, lambda data: read_recipient(row, data["reason"], actor=actor))
    context = {"form": form, "row": row, "who": who, "crumbs": _crumbs(_("身份信息"), row)}
    status = 422 if request.method == "POST" and who is None else 200
    return _private(render(request, "policies/recipient_read.html", context, status=status))


@require_http_methods(Methods)
def end(request: HttpRequest, number: str) -> HttpResponse:
    """Note that somebody has left."""
    actor = actor_of(request)
    row = recipient_for(number, actor)
    authorise(actor, SAVE_RECIPIENT, kept_by(row))
    form = LeaveForm(request.POST or None)
    done = submitted(form, lambda data: leave(row.number, data["left_on"], actor=actor))
    if done is not None:
        messages.success(request, _("已登记离开。"))
        return redirect(row)
    context = {"form": form, "row": row, "title": _("登记离开"), "kind": "primary"}
    context |= {
        "words": _("离开后不再匹配政策，两年后清除。"),
        "crumbs": _crumbs(_("登记离开"), row),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "policies/recipient_end.html", context, status=status)


@require_http_methods(Methods)
def erase(request: HttpRequest, number: str) -> HttpResponse:
    """Erase a person for good."""
    actor = actor_of(request)
    row = recipient_for(number, actor)
    authorise(actor, ERASE_RECIPIENT, kept_by(row))
    form = ErasureForm(request.POST or None)
    done = submitted(form, lambda data: erase_recipient(row.number, data["reason"], actor=actor))
    if done is not None:
        messages.success(request, _("已清除。"))
        return redirect("policy_recipients")
    words = _("身份信息和全部情况都会清除，推送和申报只留下次数。清除不能取消。")
    context = {"form": form, "row": row, "title": _("清除人员信息"), "kind": "danger"}
    context |= {"words": words, "crumbs": _crumbs(_("清除"), row)}
    status = 422 if request.method == "POST" else 200
    return render(request, "policies/recipient_end.html", context, status=status)


@require_POST
def wish(request: HttpRequest, number: str) -> HttpResponse:
    """Note whether somebody wants to be told of policies."""
    row = recipient_for(number, actor_of(request))
    save_wish(row.number, wants=request.POST.get("wants") == "yes", actor=actor_of(request))
    messages.success(request, _("告知意愿已登记。"))
    return redirect(row)


@sensitive_variables()
@require_http_methods(Methods)
def import_file(request: HttpRequest) -> HttpResponse:
    """Take in a file of people; it is written or refused as a whole and is not kept."""
    actor = actor_of(request)
    authorise_somewhere(actor, SAVE_RECIPIENT)
    form = ImportForm(request.POST or None, request.FILES or None, homes=_homes(actor))
    outcome = submitted(form, lambda data: _taken_in(data, actor))
    status = 200
    if request.method == "POST" and (outcome is None or outcome.problems):
        status = 422
    context = {
        "form": form,
        "outcome": outcome,
        "most": MOST_ROWS,
        "columns": [(str(one.label), one.required, hint(one)) for one in COLUMNS],
        "crumbs": _crumbs(_("导入")),
    }
    return _private(render(request, "policies/recipient_import.html", context, status=status))


def _taken_in(data: dict[str, Any], actor: Actor) -> Any:
    file = data["file"]
    if file.size > MAX_BYTES:
        raise Invalid("file", _("文件太大。"), _("请拆成几个文件。"))
    return import_recipients(
        file.name,
        file.read(),
        unit=data["unit"],
        source=data["source"],
        as_of=data["as_of"],
        actor=actor,
    )


@require_safe
def template(request: HttpRequest) -> HttpResponseBase:
    """An empty workbook with the columns of an import."""
    authorise_somewhere(actor_of(request), SAVE_RECIPIENT)
    columns = [(one, one.required, hint(one)) for one in COLUMNS]
    book = template_file(register_of(RECIPIENTS), columns)
    return FileResponse(book, as_attachment=True, filename=_("人员台账-导入模板") + ".xlsx")
