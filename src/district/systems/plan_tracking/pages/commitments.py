"""Commitments: the lists, the tree, one commitment, and who shall own them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.organisation.public import (
    actor_of,
    permitted,
    posts_of,
)
from district.kernel.plan.public import (
    Commitment,
    Report,
    accept_suggested_owners,
    activate_many,
    newest_report,
)
from district.kernel.registers.public import list_view
from district.systems.plan_tracking.pages.common import (
    done,
    number_of,
    page,
    said,
    wants_fragment,
)
from district.systems.plan_tracking.selectors.actions import actions_on
from district.systems.plan_tracking.selectors.detail import activity, detail
from district.systems.plan_tracking.selectors.outline import tree, unowned, waiting_figures

REGISTER = "plan-commitments"
_ALIVE = Q(state__in=("pending", "active"))
TABS = ("all", "overdue", "red", "mine", "unowned")


def _tab_q(request: HttpRequest, tab: str) -> Q:
    """What a tab narrows the list to."""
    if tab == "overdue":
        return _ALIVE & Q(deadline__lt=clock.today())
    if tab == "red":
        return _ALIVE & Q(tracked__light="red")
    if tab == "mine":
        led = Q(pk__in=[])
        for post in posts_of(actor_of(request)):
            led |= Q(lead_unit__path__startswith=post.path)
        return led
    if tab == "unowned":
        return _ALIVE & Q(lead_unit=None)
    return Q()


@page("plan.read")
def index(request: HttpRequest, tab: str = "all") -> HttpResponseBase:
    """The list of commitments under a tab; filters, columns and export are the register's."""
    if tab not in TABS:
        raise NotFound(_("没有这个列表。"))
    # Counted by a column of the index that covers what the tabs look at.
    counts = Commitment.objects.aggregate(
        **{name: Count("state", filter=_tab_q(request, name)) for name in TABS if name != "all"}
    )
    labels = {
        "all": _("全部"),
        "overdue": _("超期"),
        "red": _("滞后"),
        "mine": _("本单位"),
        "unowned": _("待落实责任"),
    }
    tabs = [
        {
            "label": labels[name],
            "url": reverse("plan_commitments_tab", args=[name])
            if name != "all"
            else reverse("plan_commitments"),
            "count": counts.get(name),
            "current": name == tab,
        }
        for name in TABS
    ]
    may_manage = permitted(actor_of(request), "plan.commitment.manage")
    return list_view(
        request,
        REGISTER,
        template="plan_tracking/commitments.html",
        base_q=_tab_q(request, tab),
        extra={"tabs": tabs, "may_manage": may_manage},
    )


@page("plan.read")
def outline(request: HttpRequest) -> HttpResponse:
    """The commitments of a report as a tree, in the order of its text."""
    report = newest_report(number_of(request.GET.get("year")))
    context: dict[str, Any] = {"report": report, "parts": [], "page": None}
    if report is not None:
        shown, parts = tree(report, number_of(request.GET.get("page")))
        context |= {"page": shown, "parts": parts}
    return render(request, "plan_tracking/tree.html", context)


@page("plan.read")
def show(request: HttpRequest, commitment_id: UUID) -> HttpResponse:
    """One commitment."""
    shown = detail(commitment_id)
    row = shown.commitment
    context = {
        "detail": shown,
        "row": row,
        "may": actions_on(row, shown.co_units, actor_of(request)),
        "crumbs": [
            (pgettext("page", "承诺事项"), reverse("plan_commitments")),
            *(
                [(row.parent.title, reverse("plan_commitment", args=[row.parent.pk]))]
                if row.parent
                else []
            ),
            (row.sequence or row.title, ""),
        ],
    }
    return render(request, "plan_tracking/commitment.html", context)


@page("plan.read")
def happened(request: HttpRequest, commitment_id: UUID) -> HttpResponse:
    """History, filings and supervision of one commitment."""
    row, shown = activity(commitment_id, actor_of(request))
    context = {"row": row, "activity": shown}
    name = "activity.html" if wants_fragment(request) else "activity_page.html"
    return render(request, f"plan_tracking/{name}", context)


def _report(request: HttpRequest) -> Report:
    report = newest_report(number_of(request.GET.get("year") or request.POST.get("year")))
    if report is None:
        raise NotFound(_("还没有现行的计划报告。请先上传报告。"))
    return report


@page("plan.commitment.manage")
def owners(request: HttpRequest) -> HttpResponse:
    """Commitments that nobody leads, with suggested units; and what is ready to start."""
    report = newest_report(number_of(request.GET.get("year")))
    context: dict[str, Any] = {"report": report, "page": None, "rows": []}
    if report is not None:
        shown, rows = unowned(report, number_of(request.GET.get("page")))
        figures = waiting_figures(report)
        context |= {"page": shown, "rows": rows, "figures": figures, "ready": figures[2]}
    return render(request, "plan_tracking/owners.html", context)


@page("plan.commitment.manage", "POST")
def accept_owners(request: HttpRequest) -> HttpResponse:
    """Give the chosen commitments, or all with a certain suggestion, their suggested unit."""
    report = _report(request)
    address = f"{reverse('plan_owners')}?year={report.year}"
    actor = actor_of(request)
    if request.POST.get("do") == "all":
        result = accept_suggested_owners(report.pk, actor=actor)
    else:
        chosen = request.POST.getlist("commitment")
        if not chosen:
            error = Invalid("commitment", _("还没有选择事项。"), _("请先勾选事项，再点采纳。"))
            return said(request, error, address)
        # Whoever ticked a line has seen its suggestion, however uncertain.
        result = accept_suggested_owners(
            report.pk, actor=actor, commitment_ids=chosen, certainty=Decimal(0)
        )
    text = _("已为 %(assigned)s 项事项落实牵头单位，%(left)s 项留待指定。") % {
        "assigned": result.assigned,
        "left": result.left,
    }
    return done(request, text, address)


@page("plan.commitment.manage", "POST")
def start_ready(request: HttpRequest) -> HttpResponse:
    """Start every commitment that lacks nothing."""
    report = _report(request)
    address = f"{reverse('plan_owners')}?year={report.year}"
    try:
        result = activate_many(report.pk, actor=actor_of(request))
    except Conflict as error:
        return said(request, error, address)
    text = _("已启动 %(activated)s 项事项，%(left)s 项还缺责任人或指标。") % {
        "activated": result.activated,
        "left": result.left,
    }
    return done(request, text, address)
