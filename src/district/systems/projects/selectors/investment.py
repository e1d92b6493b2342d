"""The year's investment of all projects: plan, done, counted, forecast, and how a gap closes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.registers.public import Figure
from district.systems.projects.models import Month, Project
from district.systems.projects.names import MONTHS, PROJECTS
from district.systems.projects.rules.accounting import Closer, closers
from district.systems.projects.selectors.settings import sector_label, settings

_IN = 'stage != "dropped"'
_SHOWN = 20


@dataclass(frozen=True)
class Invested:
    """The page: figures of the year, months as a chart, sectors, what could close the gap, at
    most `_SHOWN` of them.

    `target` is the district's, None where the settings have none; `gap` what the forecast is short
    of it (never below 0). Money in 万元.
    """

    year: int
    stats: tuple[Figure, ...]
    target: Decimal | None
    gap: Decimal
    chart: dict[str, Any]
    sectors: tuple[tuple[str, tuple[Figure, ...]], ...]
    closers: tuple[Closer[Project], ...]
    closed: bool
    doubts: tuple[Month, ...]
    doubtful: Figure


def _sum(column: str, value: Decimal | None, label: str, where: str = _IN) -> Figure:
    return Figure(PROJECTS, where, f"total:{column}", value or Decimal(0), _("万元"), label)


def _columns() -> dict[str, str]:
    return {
        "year_plan": _("年度计划"),
        "year_due": _("至今应完成"),
        "year_done": _("至今完成"),
        "year_counted": _("至今纳统"),
        "year_forecast": _("全年预计"),
    }


def invested() -> Invested:
    """The year so far. Six queries, whatever the number of projects."""
    today, words = clock.today(), _columns()
    rows = Project.objects.exclude(stage="dropped")
    short = ~Q(stage="completed") & Q(year_plan__gt=F("year_forecast"))
    could = F("year_plan") - F("year_forecast")
    sectors = _summed(rows, words, short)
    found = {
        name: sum((row[name] or Decimal(0) for row in sectors), Decimal(0))
        for name in _sums_of(words, short)
    }
    stats = tuple(_sum(name, found[f"sum_{name}"], label) for name, label in words.items())
    target = settings().targets.get(today.year)
    forecast = found["sum_year_forecast"]
    gap = max(target - forecast, Decimal(0)) if target is not None else Decimal(0)
    shown = rows.filter(short).select_related("lead_unit", "clock").defer("text")
    furthest = shown.order_by(could.desc(), "pk")[:_SHOWN] if gap else ()
    chosen = closers(((row, row.year_plan, row.year_forecast) for row in furthest), gap)
    first, last = date(today.year, 1, 1), date(today.year, 12, 31)
    doubted = (
        Month.objects.filter(doubt__gt="")
        .filter(month__range=(first, last))
        .exclude(project__stage="dropped")
    )
    where = (
        f"doubt known and {_IN} and month >= {first.isoformat()} and month <= {last.isoformat()}"
    )
    months = doubted.select_related("project").order_by("-month", "pk")
    return Invested(
        today.year,
        stats,
        target,
        gap,
        _chart(first, last),
        _sectors(words, sectors),
        tuple(chosen),
        not chosen or found["short_year_plan"] - found["short_year_forecast"] >= gap,
        tuple(months[:40]),
        Figure(MONTHS, where, value=doubted.count(), unit=_("条"), label=_("可疑数据")),
    )


def _chart(first: date, last: date) -> dict[str, Any]:
    rows = Month.objects.filter(month__range=(first, last))
    by_month = _sums(rows)
    # Few are given up: their months are taken off what the index alone adds up.
    for month, given_up in _sums(rows.filter(project__stage="dropped")).items():
        for name, amount in given_up.items():
            if amount is not None:
                by_month[month][name] = (by_month[month][name] or Decimal(0)) - amount

    def series(name: str, column: str) -> dict[str, Any]:
        values = [by_month.get(at, {}).get(column) for at in range(1, 13)]
        return {"name": name, "values": [None if v is None else float(v) for v in values]}

    return {
        "kind": "bar",
        "unit": _("万元"),
        "fromZero": True,
        "categories": [_("%(month)s月") % {"month": at} for at in range(1, 13)],
        "series": [
            series(_("计划"), "plan"),
            series(_("完成"), "sum_done"),
            series(_("纳统"), "sum_counted"),
        ],
    }


def _sums(rows: QuerySet[Month]) -> dict[int, dict[str, Decimal | None]]:
    """What was planned, done and counted, by month. One query."""
    summed = (
        rows.order_by()
        .values_list("month")
        .annotate(plan=Sum("planned"), sum_done=Sum("done"), sum_counted=Sum("counted"))
    )
    return {
        month.month: {"plan": plan, "sum_done": done, "sum_counted": counted}
        for month, plan, done, counted in summed
    }


def _sums_of(words: Iterable[str], short: Q) -> dict[str, Sum]:
    """What is added up of projects: the columns, and what plan and forecast are of those that stay
    below their plan."""
    found = {f"sum_{name}": Sum(name) for name in words}
    return found | {
        f"short_{name}": Sum(name, filter=short) for name in ("year_plan", "year_forecast")
    }


def _summed(rows: QuerySet[Project], words: Iterable[str], short: Q) -> list[dict[str, Any]]:
    """The sums by sector. One query."""
    grouped: Any = rows.order_by().values("sector")
    return list(grouped.annotate(n=Count("pk"), **_sums_of(words, short)))


def _sectors(
    words: dict[str, str], rows: Iterable[dict[str, Any]]
) -> tuple[tuple[str, tuple[Figure, ...]], ...]:
    return tuple(
        (
            sector_label(row["sector"]),
            (
                Figure(
                    PROJECTS, f'sector = "{row["sector"]}" and {_IN}', value=row["n"],
                    unit=_("个"), label=_("项目"),
                ),
                *(
                    _sum(name, row[f"sum_{name}"], label, f'sector = "{row["sector"]}" and {_IN}')
                    for name, label in words.items()
                ),
            ),
        )
        for row in sorted(rows, key=lambda one: -(one["sum_year_plan"] or 0))
    )  # fmt: skip
