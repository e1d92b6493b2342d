"""The lights of projects and of their approvals. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from district.kernel.tracking.public import LightVerdict, Reason, worst

BEFORE = ("planning", "early", "turning")


@dataclass(frozen=True)
class Cutoffs:
    """From which chance of starting by the planned day (percent) a project is green and yellow, and
    from which share of the investment due by now (percent)."""

    chance_green: Decimal
    chance_yellow: Decimal
    pace_green: Decimal
    pace_yellow: Decimal


@dataclass(frozen=True)
class Standing:
    """What the light of a project depends on. Money in 万元; `due` is what the plan says was to be
    done by now; `late_items` of its critical approvals are past their promised term,
    `late_problems` of its problems past theirs."""

    stage: str
    planned_start: date | None
    planned_finish: date | None
    likely: date | None
    chance: Decimal | None
    due: Decimal
    done: Decimal
    late_items: int = 0
    late_problems: int = 0


def project_light(given: Standing, today: date, cutoffs: Cutoffs) -> LightVerdict:
    """The worst of what its stage asks: before construction the chance of the planned start, then
    the investment against what is due; besides late critical approvals and late problems."""
    parts = [
        _start(given, today, cutoffs) if given.stage in BEFORE else _pace(given, today, cutoffs)
    ]
    if given.late_items:
        reason = Reason("projects.items_late", {"count": str(given.late_items)})
        parts.append(LightVerdict("yellow", (reason,)))
    if given.late_problems:
        reason = Reason("projects.problems_late", {"count": str(given.late_problems)})
        parts.append(LightVerdict("yellow", (reason,)))
    return worst(parts)


def _start(given: Standing, today: date, cutoffs: Cutoffs) -> LightVerdict:
    if given.planned_start is None:
        return LightVerdict("none", (Reason("projects.no_planned_start"),))
    planned = {"day": given.planned_start.isoformat()}
    if given.planned_start < today:
        return LightVerdict("red", (Reason("projects.start_passed", planned),))
    if given.chance is None or given.likely is None:
        return LightVerdict("none", (Reason("projects.not_computed"),))
    told = planned | {"chance": f"{given.chance:.0f}", "likely": given.likely.isoformat()}
    reason = Reason("projects.chance", told)
    if given.chance >= cutoffs.chance_green:
        return LightVerdict("green", (reason,))
    return LightVerdict("yellow" if given.chance >= cutoffs.chance_yellow else "red", (reason,))


def _pace(given: Standing, today: date, cutoffs: Cutoffs) -> LightVerdict:
    late: list[LightVerdict] = []
    if given.planned_finish is not None and given.planned_finish < today:
        reason = Reason("projects.finish_passed", {"day": given.planned_finish.isoformat()})
        late.append(LightVerdict("yellow", (reason,)))
    if given.due <= 0:
        return worst([LightVerdict("none", (Reason("projects.nothing_due"),)), *late])
    share = given.done * 100 / given.due
    reason = Reason(
        "projects.pace",
        {"done": _plain(given.done), "due": _plain(given.due), "share": f"{share:.0f}"},
    )
    if share >= cutoffs.pace_green:
        light = LightVerdict("green", (reason,))
    else:
        light = LightVerdict("yellow" if share >= cutoffs.pace_yellow else "red", (reason,))
    return worst([light, *late])


def item_light(by_deadline: LightVerdict, *, critical: bool, misses: bool) -> LightVerdict:
    """The light of an approval: its deadline's, at least yellow where the start of construction
    hangs on it and cannot be kept by the promised terms any more."""
    if not (critical and misses):
        return by_deadline
    return worst([by_deadline, LightVerdict("yellow", (Reason("projects.item_critical"),))])


def _plain(amount: Decimal) -> str:
    return f"{amount:,.0f}"
