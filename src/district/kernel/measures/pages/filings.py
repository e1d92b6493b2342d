"""My filings, one filing with its steps, its evidence."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base import sniffing
from district.kernel.base.attachments import download
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.forms import show_on
from district.kernel.history.public import Actor, events_of
from district.kernel.measures.forms import FilingForm, StepForm
from district.kernel.measures.models import Filing
from district.kernel.measures.rules import flow
from district.kernel.measures.rules.periods import StatPeriod, label
from district.kernel.measures.selectors import (
    desk_of,
    evidence_by_id,
    filing_by_id,
    last_values,
)
from district.kernel.measures.services import (
    NeedsConfirmation,
    add_evidence,
    file_value,
    remove_evidence,
    return_filing,
    review,
    save_draft,
    sign_off,
    withdraw,
)
from district.kernel.measures.services.evidence import storage
from district.kernel.measures.services.notices import reviewers
from district.kernel.measures.subjects import filing_subject, period_of
from district.kernel.measures.words import warning_texts
from district.kernel.organisation.public import (
    Owned,
    actor_of,
    authorise,
    permitted,
    permitted_somewhere,
)

_LAST_VALUES = 13


def _label(filing: Filing) -> str:
    return label(period_of(filing))


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """My filings: what to file, to review, to sign off, and what was signed off lately."""
    actor = actor_of(request)
    found = desk_of(actor)
    groups = [
        ("owed", _("待填报"), found.owed),
        ("to_review", _("待审核"), found.to_review),
        ("to_sign_off", _("待审定"), found.to_sign_off),
        ("done", _("最近审定"), found.done),
    ]
    shown = [
        {
            "key": key,
            "title": title,
            "rows": [{"filing": row, "period": _label(row)} for row in rows],
        }
        for key, title, rows in groups
        if rows
    ]
    sees_all = permitted_somewhere(actor, "measures.filing.view")
    return render(request, "measures/desk.html", {"groups": shown, "sees_all": sees_all})


@require_http_methods(["GET", "HEAD", "POST"])
def filing(request: HttpRequest, filing_id: UUID) -> HttpResponse:
    """One filing; a POST does the step that its `step` names."""
    actor = actor_of(request)
    row = filing_by_id(filing_id)
    authorise(actor, "measures.filing.view", Owned(row.unit_id, path=row.unit.path))
    form, steps = FilingForm.of(row), StepForm(initial={"version": row.version}, auto_id="step_%s")
    warnings: list[dict[str, Any]] = []
    status = 200
    if request.method == "POST":
        bound: FilingForm | StepForm
        step = request.POST.get("step")
        if step in ("amend", "file"):
            bound = form = FilingForm(request.POST, draft=step == "amend")
        else:
            bound = steps = StepForm(request.POST, auto_id="step_%s")
        try:
            if bound.is_valid() and _step(request, row, bound, actor):
                return redirect("filing", row.pk)
        except NeedsConfirmation as doubt:
            warnings = doubt.warnings
        except Invalid as error:
            show_on(bound, error)
        status = 422
        row = filing_by_id(filing_id)  # the refused step has left its marks on the other copy
    return render(
        request,
        "measures/filing.html",
        _context(row, actor, form, steps, warnings),
        status=status,
    )


def _step(request: HttpRequest, row: Filing, form: FilingForm | StepForm, actor: Actor) -> bool:
    """Do one step on what the reader saw; False where the step is unknown."""
    if form.cleaned_data["version"] != row.version:
        raise Conflict(_("这一条刚被别人修改过。请刷新后再试。"))
    data, step = form.cleaned_data, request.POST.get("step", "")
    if step == "amend":
        save_draft(row, data["value"], status=data["status"], note=data["note"], actor=actor)
    elif step == "file":
        file_value(
            row,
            data["value"],
            status=data["status"],
            note=data["note"],
            confirmed=data["confirm"],
            actor=actor,
        )
    elif step == "withdraw":
        withdraw(row, actor=actor)
    elif step == "review":
        review(row, note=data["reason"], actor=actor)
    elif step == "sign_off":
        sign_off(row, note=data["reason"], actor=actor)
    elif step == "return":
        return_filing(row, data["reason"], actor=actor)
    else:
        return False
    messages.success(request, _done_words()[step])
    if step == "file" and not reviewers(row):
        messages.warning(request, _("本单位没有可以审核的负责人。请联系系统管理员任命。"))
    return True


def _done_words() -> dict[str, str]:
    return {
        "amend": _("草稿已保存。"),
        "file": _("已提交，等待单位负责人审核。"),
        "withdraw": _("已撤回，可以修改后再提交。"),
        "review": _("已审核，等待计划统筹员审定。"),
        "sign_off": _("已审定，数值已入库。"),
        "return": _("已退回填报人修改。"),
    }


def _context(
    row: Filing,
    actor: Actor,
    form: FilingForm,
    steps: StepForm,
    warnings: list[dict[str, Any]],
) -> dict[str, Any]:
    known = last_values(row.measure_id, row.unit_id, row.period_end, _LAST_VALUES)
    allowed = set(flow.steps_from(row.state))
    own = Owned(row.unit_id, path=row.unit.path)
    another = row.filed_by_id is None or str(row.filed_by_id) != actor.id
    may = {
        "file": "file" in allowed and permitted(actor, "measures.filing.file", own),
        "withdraw": "withdraw" in allowed and permitted(actor, "measures.filing.file", own),
        "review": "review" in allowed and permitted(actor, "measures.filing.review", own),
        "sign_off": "sign_off" in allowed and permitted(actor, "measures.filing.sign_off", own),
    }
    return {
        "filing": row,
        "measure": row.measure,
        "period": _label(row),
        "form": form,
        "steps": steps,
        "warnings": warning_texts(warnings),
        "filed_warnings": warning_texts(row.warnings),
        "known": [
            {"value": v, "period": label(StatPeriod(v.period_start, v.period_end, v.period_kind))}
            for v in known
        ],
        "evidence": list(row.evidence.all()),
        "most_files": sniffing.MOST_FILES,
        "accept": ",".join(f".{ending}" for ending in sniffing.TYPES),
        "may": may,
        "another": another,
        "events": events_of(filing_subject(row), limit=50),
        "crumbs": [(_("我的填报"), "/filings/"), (row.measure.display_name, "")],
    }


@require_POST
def evidence_add(request: HttpRequest, filing_id: UUID) -> HttpResponse:
    """Attach a file, then back to the filing."""
    row = filing_by_id(filing_id)
    upload = request.FILES.get("file")
    if upload is None:
        raise Invalid("file", _("没有选择文件。"), _("请先选择文件再上传。"))
    if (upload.size or 0) > sniffing.LARGEST:
        raise Invalid("file", _("文件超过 20 MB。"), _("请压缩或拆分后再上传。"))
    add_evidence(row, upload.name or "", upload.read(), actor=actor_of(request))
    messages.success(request, _("材料已上传。"))
    return redirect("filing", row.pk)


@require_POST
def evidence_remove(request: HttpRequest, evidence_id: UUID) -> HttpResponse:
    """Take a file off, then back to the filing."""
    row = evidence_by_id(evidence_id)
    remove_evidence(row, actor=actor_of(request))
    messages.success(request, _("材料已删除。"))
    return redirect("filing", row.filing_id)


@require_safe
def evidence(request: HttpRequest, evidence_id: UUID) -> HttpResponseBase:
    """A file for those who may see its filing; always a download, never shown in place."""
    row = evidence_by_id(evidence_id)
    authorise(actor_of(request), "measures.filing.view", Owned(row.filing.unit_id))
    return download(storage(), row.stored, row.name)
