"""A passage: its words edited, its data renewed; a change decided."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.forms import submitted
from district.kernel.organisation.public import actor_of, authorise
from district.kernel.reports.public import (
    Change,
    Passage,
    accept_change,
    draft_url,
    filings_to_cite,
    owned,
    passage_by_id,
    passage_url,
    propose_change,
    reject_change,
    runs_of,
    take_new,
    undo_change,
)
from district.systems.plan_reports.forms import PassageForm
from district.systems.plan_reports.pages.drafts import crumbs_to
from district.systems.plan_reports.selectors.showing import legend


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Propose other words for a passage."""
    actor = actor_of(request)
    row = passage_by_id(key)
    authorise(actor, "reports.passage.edit", owned(row.section))
    draft = row.section.draft
    form = PassageForm(
        request.POST or None,
        filings=_filings(),
        initial={"text": row.text, "version": row.version},
    )
    sent = submitted(form, lambda given: _propose(request, row, given))
    if sent:
        return redirect(passage_url(draft.pk, row.pk))
    year = (str(draft.year), draft_url(draft.pk))
    context = {
        "row": row,
        "draft": draft,
        "form": form,
        "runs": [run for run in runs_of(row, set()) if run],
        "legend": legend(row),
        "crumbs": crumbs_to(_("修改文字"), year),
    }
    return render(request, "plan_reports/passage.html", context)


def _propose(request: HttpRequest, row: Passage, given: dict[str, object]) -> bool:
    change = propose_change(
        row.pk,
        str(given["text"]),
        filing_id=str(given["filing"]) or None,
        version=int(str(given["version"])),
        actor=actor_of(request),
    )
    if change is None:
        messages.info(request, _("文字没有变化。"))
    else:
        messages.success(request, _("修订已提出，等待统筹员处理。"))
    return True


def _filings() -> list[tuple[str, str]]:
    return [
        (str(one.pk), f"{one.measure.display_name}（{one.unit.display_short}，{one.period_end}）")
        for one in filings_to_cite()
    ]


@require_POST
def take(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let a passage say what is recorded now."""
    row = passage_by_id(key)
    try:
        if take_new(key, actor=actor_of(request)):
            messages.success(request, _("已更新。"))
        else:
            messages.info(request, _("数据没有变化。"))
    except Conflict as error:
        messages.error(request, str(error))
    return redirect("report_stale", row.section.draft_id)


@require_POST
def decide(request: HttpRequest, key: UUID) -> HttpResponse:
    """Accept, reject or undo a change; the services say who may."""
    actor, verb = actor_of(request), request.POST.get("do", "")
    acts = {"accept": accept_change, "reject": reject_change, "undo": undo_change}
    said = {"accept": _("已接受。"), "reject": _("未接受，原文不变。"), "undo": _("已撤销。")}
    draft = Change.objects.filter(pk=key).values_list("passage__section__draft", flat=True).first()
    try:
        if verb not in acts:
            raise Conflict(_("没有选择操作。请点接受、不接受或撤销。"))
        acts[verb](key, actor=actor)
        messages.success(request, said[verb])
    except (Conflict, Invalid) as error:
        messages.error(request, str(error))
    return redirect(reverse("report_changes", args=[draft]) if draft else reverse("report_drafts"))
