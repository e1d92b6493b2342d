"""The numbers of the overview, each a condition over a register that opens its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.cases.public import (
    case_type_of,
    days_condition,
    days_q,
    register_key,
    said,
    visible_cases,
)
from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible
from district.kernel.registers.public import Figure
from district.systems.inspections.checklists import checklists
from district.systems.inspections.models import Enforcement, Inspection, Round, Task
from district.systems.inspections.names import (
    CASES,
    HAZARD,
    RESULTS,
    TASKS,
    VIEW_CASE,
    VIEW_ROUND,
    VIEW_TASK,
)
from district.systems.inspections.selectors.finding import results_seen
from district.systems.inspections.selectors.rights import task_scope_q


@dataclass(frozen=True)
class Line:
    """A checklist with what was done by it this year: inspections, failed ones, their share."""

    label: str
    done: Figure
    failed: Figure
    rate: str


@dataclass(frozen=True)
class Overview:
    """What the page shows."""

    stats: tuple[tuple[str, Figure], ...]
    lines: tuple[Line, ...]
    rounds: tuple[Round, ...]
    hazards: tuple[Any, ...]
    year: int


def overview(actor: Actor) -> Overview:
    """This year's inspections as the actor may see them. Six queries."""
    today = clock.today()
    first = date(today.year, 1, 1)
    since = days_condition("finished_at", first, today)
    counted = {
        row["checklist"]: row
        for row in Inspection.objects.filter(
            results_seen(actor), days_q("finished_at", first, today)
        )
        .order_by()
        .values("checklist")
        .annotate(n=Count("pk"), bad=Count("pk", filter=Q(result="fail")))
    }
    rows = visible(actor, VIEW_ROUND).q("lead_unit")
    rounds = Round.objects.filter(rows).defer("population", "selected").select_related("lead_unit")
    return Overview(
        stats=_stats(actor, first, today, sum(row["n"] for row in counted.values())),
        lines=tuple(_line(each, counted, since) for each in checklists()),
        rounds=tuple(rounds.annotate(task_count=Count("tasks"), done_count=Count(
            "tasks", filter=Q(tasks__state=Task.State.DONE)
        ))[:6]),
        hazards=_hazards(actor),
        year=today.year,
    )  # fmt: skip


def _line(checklist: Any, counted: dict[str, Any], since: str) -> Line:
    row = counted.get(checklist.key, {"n": 0, "bad": 0})
    where = f'checklist = "{checklist.key}" and {since}'
    n, bad = row["n"], row["bad"]
    label = said(checklist.label)
    return Line(
        label,
        Figure(RESULTS, where, value=n, unit=_("次"), label=label),
        Figure(RESULTS, f'{where} and result = "fail"', value=bad, unit=_("次"), label=_("不合格")),
        f"{(n - bad) * 100 / n:.0f}%" if n else "—",
    )


def _stats(actor: Actor, first: date, today: date, done: int) -> tuple[tuple[str, Figure], ...]:
    tasks = Task.objects.filter(
        task_scope_q(visible(actor, VIEW_TASK)), state=Task.State.OPEN
    ).aggregate(n=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
    open_ones = visible_cases(actor, HAZARD).exclude(category="done")
    hazards = open_ones.order_by().aggregate(
        n=Count("pk"), major=Count("pk", filter=Q(grade="major"))
    )
    cases = Enforcement.objects.filter(
        visible(actor, VIEW_CASE).q("lead_unit"), filed_on__gte=first, filed_on__lte=today
    ).aggregate(n=Sum("cases"))
    register = register_key(HAZARD)
    not_done = 'category != "done"'
    days = f"filed_on >= {first.isoformat()} and filed_on <= {today.isoformat()}"
    done_days = days_condition("finished_at", first, today)
    waiting, times, places = _("件"), _("次"), _("处")
    return (
        ("tasks", Figure(TASKS, 'state = "open"', value=tasks["n"], unit=waiting,
                         label=_("待检查任务"))),
        ("late", Figure(TASKS, f'state = "open" and due_on < {today.isoformat()}',
                        value=tasks["late"], unit=waiting, label=_("逾期任务"))),
        ("done", Figure(RESULTS, done_days, value=done, unit=times, label=_("今年检查"))),
        ("hazards", Figure(register, not_done, value=hazards["n"], unit=places,
                           label=_("未销号隐患"))),
        ("major", Figure(register, f'{not_done} and grade = "major"', value=hazards["major"],
                         unit=places, label=_("其中重大隐患"))),
        ("cases", Figure(CASES, days, aggregate="sum:cases", value=cases["n"],
                         unit=_("宗"), label=_("今年查处案件"))),
    )  # fmt: skip


def _hazards(actor: Actor) -> tuple[Any, ...]:
    """The open hazards whose deadline comes first, with their stage in words."""
    stages = case_type_of(HAZARD).stages
    rows = (
        visible_cases(actor, HAZARD).exclude(category="done").select_related("clock", "lead_unit")
    )
    found = rows.order_by("clock__due_at", "id")[:8]
    return tuple((case, said(stages[case.stage].label)) for case in found)
