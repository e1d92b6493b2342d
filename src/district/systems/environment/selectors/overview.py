"""The numbers of the overview, each opening its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max, Subquery, Window
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.cases.public import days_q, register_key, visible_cases
from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible
from district.kernel.registers.public import Figure
from district.systems.environment.models import (
    AirDay,
    AirSpan,
    MeltDecision,
    NoisePart,
    SectionMonth,
)
from district.systems.environment.names import (
    AIR_DAYS,
    AIR_SPANS,
    DECISIONS,
    NOISE,
    PERMIT,
    SECTION_MONTHS,
    VIEW_NOISE,
)

_DAYS = 30
_SHOWN = 8
#: Rows of the whole district have no station.
DISTRICT = "not scope known"


@dataclass(frozen=True)
class Overview:
    """What the page shows; `days` are the last thirty of the district, the oldest first."""

    stats: tuple[Figure, ...]
    days: tuple[AirDay, ...]
    missing: tuple[SectionMonth, ...]
    month: date | None
    exceedances: tuple[NoisePart, ...]
    sees_noise: bool


def overview(actor: Actor) -> Overview:
    """The environment as the actor may see it. Six queries."""
    today = clock.today()
    days = list(
        AirDay.objects.filter(is_current=True, scope="", day__gte=today - timedelta(days=_DAYS))
        .order_by("day")
        .defer("hours")
    )
    span = (
        AirSpan.objects.filter(
            is_current=True, scope="", span=AirSpan.Span.YEAR, month__year=today.year
        )
        .order_by("-month")
        .first()
    )
    sections = _last_month()
    noise, over = _exceedances(actor, today)
    return Overview(
        stats=(
            *_air(days, span),
            *_rivers(sections),
            *(_noise(noise, today) if noise is not None else ()),
            *_permits(actor, today),
        ),
        days=tuple(days),
        missing=tuple(row for row in sections if row.meets is False),
        month=sections[0].month if sections else None,
        exceedances=tuple(over),
        sees_noise=noise is not None,
    )


def _last_month() -> list[SectionMonth]:
    """The assessed sections' newest month."""
    rows = SectionMonth.objects.filter(
        is_current=True, span=SectionMonth.Span.MONTH, assessed=True
    ).order_by()
    newest = rows.values("span").annotate(last=Max("month")).values("last")[:1]
    found = rows.filter(month=Subquery(newest)).select_related("section")
    return list(found.order_by("section__code").defer("means"))


def _air(days: list[AirDay], span: AirSpan | None) -> tuple[Figure, ...]:
    found = []
    if days:
        last = days[-1]
        where = f"{DISTRICT} and day = {last.day.isoformat()}"
        label = _("%(day)s 全区AQI") % {"day": last.day.strftime("%m-%d")}
        found.append(Figure(AIR_DAYS, where, "value:aqi", last.aqi, label=label))
    if span is not None:
        where = span_where(span)
        found += [
            Figure(AIR_SPANS, where, "value:rate", span.rate, "%", _("本年优良率")),
            Figure(AIR_SPANS, where, "value:pm25", span.pm25, "µg/m³", _("本年PM2.5均值")),
        ]
    return tuple(found)


def span_where(span: AirSpan) -> str:
    """The condition for one row of the district's months."""
    return f'{DISTRICT} and span = "{span.span}" and month = {span.month.isoformat()}'


def _rivers(sections: list[SectionMonth]) -> tuple[Figure, ...]:
    if not sections:
        return ()
    month = sections[0].month
    where = f'assessed = true and span = "month" and month = {month.isoformat()}'
    met = sum(row.meets is True for row in sections)
    unit, label = _("个断面"), _("%(month)s月达标断面") % {"month": month.month}
    return (
        Figure(
            SECTION_MONTHS, f"{where} and meets = true", value=met, unit=_("个断面"), label=label
        ),
        Figure(SECTION_MONTHS, where, value=len(sections), unit=unit, label=_("考核断面")),
    )


def _exceedances(actor: Actor, today: date) -> tuple[int | None, list[NoisePart]]:
    """How many exceedances there were in the last thirty days, and the newest; one query."""
    scope = visible(actor, VIEW_NOISE)
    if scope.nothing:
        return None, []
    rows = NoisePart.objects.filter(
        scope.q("lead_unit", co_units="street_unit"),
        is_current=True,
        exceeds=True,
        day__gte=today - timedelta(days=_DAYS),
    )
    found: list[Any] = list(
        rows.annotate(all=Window(Count("pk")))
        .select_related("point", "site")
        .defer("evidence")
        .order_by("-day", "-part", "point__code")[:_SHOWN]
    )
    return (found[0].all if found else 0), found


def _noise(count: int, today: date) -> tuple[Figure, ...]:
    since = today - timedelta(days=_DAYS)
    where = f"exceeds = true and day >= {since.isoformat()}"
    return (Figure(NOISE, where, value=count, unit=_("次"), label=_("近30天噪声超标")),)


def _permits(actor: Actor, today: date) -> tuple[Figure, ...]:
    """What waits for a decision, and what the rule did this year; two queries."""
    found = []
    open_ones = visible_cases(actor, PERMIT).exclude(category="done").order_by()
    if not visible(actor, f"cases.{PERMIT}.view").nothing:
        found.append(
            Figure(
                register_key(PERMIT),
                'category != "done"',
                value=open_ones.count(),
                unit=_("件"),
                label=_("待办夜间许可"),
            )
        )
    scope = visible(actor, VIEW_NOISE)
    if not scope.nothing:
        first = date(today.year, 1, 1)
        rows = MeltDecision.objects.filter(
            scope.q("site__lead_unit", co_units="site__street_unit"), days_q("at", first, today)
        )
        where = f"at >= {first.isoformat()} and at <= {today.isoformat()}"
        found.append(
            Figure(
                DECISIONS,
                where,
                value=rows.count(),
                unit=_("宗"),
                label=_("本年熔断"),
            )
        )
    return tuple(found)


def air_chart(days: tuple[AirDay, ...]) -> dict[str, Any]:
    """The index of the days as bars, and fine particles as a line."""
    return {
        "kind": "bar",
        "categories": [row.day.strftime("%m-%d") for row in days],
        "series": [
            {"name": "AQI", "values": [row.aqi for row in days]},
            {
                "name": "PM2.5",
                "kind": "line",
                "values": [None if row.pm25 is None else float(row.pm25) for row in days],
            },
        ],
        "fromZero": True,
    }
