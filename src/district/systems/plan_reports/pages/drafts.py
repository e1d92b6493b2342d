"""Drafts: the list, a new one, the draft itself, its changes and stale passages, approval."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.errors import Conflict
from district.kernel.base.forms import submitted
from district.kernel.organisation.public import actor_of, authorise, permitted
from district.kernel.registers.public import list_view
from district.kernel.reports.public import (
    approve_draft,
    ask_roll_over,
    changes_of,
    chapter_of,
    chapter_view,
    document_of,
    draft_by_id,
    draft_url,
    draft_view,
    drop_draft,
    make_draft,
    reports_to_draft,
    roll_over_of,
    stretches_of,
    take_all_new,
)
from district.systems.plan_reports.forms import NewDraftForm
from district.systems.plan_reports.selectors.showing import (
    contents,
    numbers_figure,
    sentences,
    succession_figures,
)
from district.ui.documents import manuscript_answer

_VIEW = "reports.draft.view"
_FILES = ("docx", "pdf")


def crumbs_to(title: str, *between: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page of a draft."""
    return [(_("报告起草"), reverse("report_drafts")), *between, (title, "")]


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The drafts."""
    extra = {"may_write": permitted(actor_of(request), "reports.draft.write")}
    return list_view(request, "reports-drafts", template="plan_reports/drafts.html", extra=extra)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Have a report drafted."""
    actor = actor_of(request)
    authorise(actor, "reports.draft.write")
    offered = [(str(one.pk), f"{one.title}（{one.year}）") for one in reports_to_draft()]
    form = NewDraftForm(request.POST or None, reports=offered)
    draft = submitted(
        form,
        lambda given: make_draft(
            given["report"], title=given["title"], issuer=given["issuer"], actor=actor
        ),
    )
    if draft is not None:
        messages.success(request, _("报告草稿已生成，每个数字都可打开来源。"))
        return redirect(draft_url(draft.pk))
    context = {"form": form, "offered": offered, "crumbs": crumbs_to(_("新建报告草稿"))}
    return render(request, "plan_reports/new.html", context)


@require_safe
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """A draft: its contents by chapter; `format=` docx or pdf gives the whole as a file."""
    actor = actor_of(request)
    authorise(actor, _VIEW)
    kind = request.GET.get("format", "")
    if kind in _FILES:
        return manuscript_answer(document_of(draft_view(key)), kind)
    view = draft_view(key)
    lines = contents(view)
    context = {
        "draft": view.draft,
        "lines": lines,
        "passages": sum(line.passages for line in lines),
        "stale": len(view.stale),
        "waiting": len(view.waiting),
        "numbers": numbers_figure(view.draft, sum(int(line.numbers.value or 0) for line in lines)),
        "may_approve": view.draft.is_open and permitted(actor, "reports.draft.approve"),
        "may_drop": view.draft.is_open and permitted(actor, "reports.draft.write"),
        "rolled": roll_over_of(view.draft),
        "may_roll_over": not view.draft.is_open and permitted(actor, "reports.draft.roll_over"),
        "crumbs": crumbs_to(str(view.draft.year)),
    }
    return render(request, "plan_reports/draft.html", context)


@require_safe
def chapter(request: HttpRequest, key: UUID, position: int) -> HttpResponse:
    """A chapter of a draft: its text, each number opening its rows."""
    actor = actor_of(request)
    authorise(actor, _VIEW)
    view = chapter_view(key, position)
    context = {
        "draft": view.draft,
        "view": view,
        "sentences": sentences(view, actor),
        "crumbs": crumbs_to(view.heading, (str(view.draft.year), draft_url(view.draft.pk))),
    }
    return render(request, "plan_reports/chapter.html", context)


@require_safe
def at(request: HttpRequest, key: UUID, passage: UUID) -> HttpResponse:
    """On to the chapter that holds a passage, opened there."""
    authorise(actor_of(request), _VIEW)
    address = reverse("report_chapter", args=[key, chapter_of(key, passage)])
    return redirect(f"{address}#p-{passage}")


@require_safe
def annex(request: HttpRequest, key: UUID) -> HttpResponse:
    """The annexed table of a draft's numbers, with its chart."""
    return _document(request, key, _("附件"), "plan_reports/annex.html")


@require_safe
def text(request: HttpRequest, key: UUID) -> HttpResponse:
    """The whole draft as a document, to be read through or printed."""
    return _document(request, key, _("全文"), "plan_reports/text.html")


def _document(request: HttpRequest, key: UUID, title: str, template: str) -> HttpResponse:
    authorise(actor_of(request), _VIEW)
    view = draft_view(key)
    draft = view.draft
    context = {
        "draft": draft,
        "document": document_of(view),
        "crumbs": crumbs_to(title, (str(draft.year), draft_url(draft.pk))),
    }
    return render(request, template, context)


@require_safe
def changes(request: HttpRequest, key: UUID) -> HttpResponse:
    """The tracked changes of a draft, those that wait first."""
    actor = actor_of(request)
    authorise(actor, _VIEW)
    draft = draft_by_id(key)
    rows = [
        {"row": one, "stretches": stretches_of(one), "mine": one.made_by_id == str(actor.id)}
        for one in changes_of(draft)
    ]
    context = {
        "draft": draft,
        "changes": rows,
        "may_decide": draft.is_open and permitted(actor, "reports.change.decide"),
        "crumbs": crumbs_to(_("修订"), (str(draft.year), draft_url(draft.pk))),
    }
    return render(request, "plan_reports/changes.html", context)


@require_safe
def stale(request: HttpRequest, key: UUID) -> HttpResponse:
    """What changed since the draft was written: old and new beside each other."""
    actor = actor_of(request)
    authorise(actor, _VIEW)
    view = draft_view(key)
    rows = [one for many in view.passages.values() for one in many if one.pk in view.stale]
    context = {
        "draft": view.draft,
        "stale": [view.stale[one.pk] for one in rows],
        "may_decide": view.draft.is_open and permitted(actor, "reports.change.decide"),
        "crumbs": crumbs_to(_("数据有变化"), (str(view.draft.year), draft_url(view.draft.pk))),
    }
    return render(request, "plan_reports/stale.html", context)


@require_POST
def take_all(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take everything that is recorded now."""
    taken = take_all_new(key, actor=actor_of(request))
    messages.success(request, _("已更新 %(count)s 句。") % {"count": taken})
    return redirect("report_stale", key)


@require_POST
def approve(request: HttpRequest, key: UUID) -> HttpResponse:
    """Approve a draft."""
    version = request.POST.get("version", "")
    try:
        approve_draft(
            key, actor=actor_of(request), version=int(version) if version.isdigit() else None
        )
        messages.success(request, _("报告已审定。"))
    except Conflict as error:
        messages.error(request, str(error))
    return redirect(draft_url(key))


@require_http_methods(["GET", "POST"])
def roll_over(request: HttpRequest, key: UUID) -> HttpResponse:
    """How the draft becomes the next year's plan; POST asks for it."""
    actor = actor_of(request)
    authorise(actor, _VIEW)
    if request.method == "POST":
        return _ask(request, key)
    draft = draft_by_id(key)
    row = roll_over_of(draft)
    report = row.report if row is not None else None
    context = {
        "draft": draft,
        "row": row,
        "figures": succession_figures(report) if report is not None else [],
        "may_ask": not draft.is_open and permitted(actor, "reports.draft.roll_over"),
        "crumbs": crumbs_to(_("转为下年计划"), (str(draft.year), draft_url(draft.pk))),
    }
    return render(request, "plan_reports/roll_over.html", context)


def _ask(request: HttpRequest, key: UUID) -> HttpResponse:
    try:
        _row, anew = ask_roll_over(key, actor=actor_of(request))
        if anew:
            messages.success(request, _("已提出，正在转为下年计划。"))
        else:
            messages.info(request, _("这份报告已经提出转入，没有重复办理。"))
    except Conflict as error:
        messages.error(request, str(error))
        return redirect(draft_url(key))
    return redirect("report_roll_over", key)


@require_http_methods(["GET", "POST"])
def drop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give a draft up, after a question."""
    actor = actor_of(request)
    authorise(actor, "reports.draft.write")
    draft = draft_by_id(key)
    if request.method == "POST":
        drop_draft(key, actor=actor)
        messages.success(request, _("草稿已放弃，可重新起草。"))
        return redirect("report_drafts")
    crumbs = crumbs_to(_("放弃草稿"), (str(draft.year), draft_url(draft.pk)))
    return render(request, "plan_reports/drop.html", {"draft": draft, "crumbs": crumbs})
