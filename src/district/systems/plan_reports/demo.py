"""The demo's draft: written on the day that the demo lives on, one change waiting. Invented."""

from __future__ import annotations

from collections.abc import Iterator

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime, declare_demo
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Role, actor_for, members_acting, units
from district.kernel.reports.public import (
    Passage,
    drafts,
    make_draft,
    propose_change,
    reports_to_draft,
)


def play(time: DemoTime) -> Iterator[str]:
    """Draft the report on the demo's plan, unless there is a draft already. It says what is
    recorded: no sentence is stale before something changes."""
    planner = _planner()
    if planner is None or drafts().exists():
        return
    with clock.moved_to(time.starts_at):
        reports = reports_to_draft()
        if not reports:
            return
        draft = make_draft(reports[0].pk, actor=planner)
        row = Passage.objects.filter(section__draft=draft, section__key="headlines").first()
        if row is not None:
            propose_change(
                row.pk, row.text.replace("。", "，结构继续优化（演示）。"), actor=planner
            )
    count = Passage.objects.filter(section__draft=draft).count()
    yield f"plan_reports: a draft of {count} passages"


def _planner() -> Actor | None:
    found = members_acting(list(units().values_list("pk", flat=True)), [Role.PLANNER])
    first = found.order_by("name").first()
    return actor_for(first) if first else None


declare_demo("plan_reports", play, telling=True)
