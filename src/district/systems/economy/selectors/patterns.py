"""Last year's values as the pattern of a decomposition, and the frame that a series has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import numpy as np
from django.db.models import Exists, OuterRef, Q, QuerySet

from district.kernel.base.errors import NotFound
from district.kernel.tracking.public import calendar_for
from district.systems.economy.models import Decomposition, Series, SeriesValue
from district.systems.economy.rules.decomposition.bounds import Frame
from district.systems.economy.rules.decomposition.pattern import calendar_weights
from district.systems.economy.rules.decomposition.tables import Floats
from district.systems.economy.rules.decomposition.wishes import ALL
from district.systems.economy.selectors.known import BUREAU, base_of, values, whole_values
from district.systems.economy.selectors.settings import members_of

_CALENDAR = "working_days"


@dataclass(frozen=True)
class Pattern:
    """What a year is taken apart by.

    `bases` by primary member, secondary member and period, in the unit of the series; `base` the
    comparable level of the whole year before, None where it is not known; `estimated` says that
    pairs of members are not published and were estimated from both margins.
    """

    frame: Frame
    bases: Floats
    base: Decimal | None
    calendar: Floats
    estimated: bool


def periods_of(series: Series) -> tuple[tuple[int, int], ...]:
    """The stretches of a year that are told apart: quarters, or months with January and February
    joined where they are published so."""
    if series.frequency == Series.Frequency.QUARTERLY:
        return ((1, 3), (4, 6), (7, 9), (10, 12))
    if series.joint_start:
        return ((1, 2), *((month, month) for month in range(3, 13)))
    return tuple((month, month) for month in range(1, 13))


def frame_of(series: Series) -> Frame:
    """The numbers that a decomposition of the series has."""
    members = [members_of(series, one) or (ALL,) for one in series.dimensions]
    members += [(ALL,)] * (2 - len(members))
    return Frame(periods_of(series), members[0], members[1])


def pattern_of(series: Series, year: int) -> Pattern:
    """The pattern for `year`: what the bureau says of the year before. Three statements."""
    frame = frame_of(series)
    rows = [
        row
        for row in values(series).filter(source=BUREAU, period_end__year=year - 1)
        if row.value is not None
    ]
    bases, estimated = _bases(series, frame, rows)
    whole = whole_values(series)
    for row in whole:
        row.series = series
    return Pattern(
        frame,
        bases,
        _comparable_base(whole, year),
        _calendar(series, frame, year),
        estimated,
    )


def with_revised(rows: QuerySet[Decomposition]) -> QuerySet[Decomposition]:
    """Decompositions with `pattern_revised`: whether a value that they may have been made from was
    revised since, or more came of the year before. Part of the same statement."""
    told = SeriesValue.objects.filter(series=OuterRef("series"), source=BUREAU)
    last = Q(period_end__year=OuterRef("year") - 1)
    known = Q(recorded_at__lte=OuterRef("drawn_at"), superseded_at__gt=OuterRef("drawn_at"))
    this = Q(period_end__year=OuterRef("year"))
    later = told.filter((last & Q(recorded_at__gt=OuterRef("drawn_at"))) | ((last | this) & known))
    return rows.annotate(pattern_revised=Exists(later))


def _bases(series: Series, frame: Frame, rows: list[SeriesValue]) -> tuple[Floats, bool]:
    names = list(series.dimensions)
    stretches = _by_member(series, rows, frame)
    zero = np.zeros(len(frame.periods))

    def line(primary: str, secondary: str) -> Floats:
        named = dict(zip(names, (primary, secondary), strict=False))
        return stretches.get((named.get("industry", ""), named.get("street", "")), zero)

    found = np.array([[line(i, k) for k in frame.secondary] for i in frame.primary])
    if found.any() or not names:
        return np.maximum(found, 0.0), False
    whole = line(ALL, ALL)
    first = np.array([line(i, ALL) for i in frame.primary])
    if len(names) < 2:
        return np.maximum(np.where(first.any(), first, 0.0)[:, None, :], 0.0), False
    second = np.array([line(ALL, k) for k in frame.secondary])
    if not first.any():
        first = np.repeat(whole[None] / len(frame.primary), len(frame.primary), axis=0)
    if not second.any():
        second = np.repeat(whole[None] / len(frame.secondary), len(frame.secondary), axis=0)
    total = np.maximum(first.sum(axis=0), 1e-300)
    return np.maximum(first[:, None, :] * second[None, :, :] / total, 0.0), True


def _by_member(
    series: Series, rows: list[SeriesValue], frame: Frame
) -> dict[tuple[str, str], Floats]:
    """What each member added in each period; a year to date is taken apart."""
    by_member: dict[tuple[str, str], dict[tuple[int, int], float]] = {}
    for row in rows:
        stretch = (row.period_start.month, row.period_end.month)
        amounts = by_member.setdefault((row.industry, row.street), {})
        amounts[stretch] = float(row.value or 0)
    found = {}
    for member, amounts in by_member.items():
        line = []
        for first, last in frame.periods:
            if series.span == Series.Span.YEAR_TO_DATE:
                upto = amounts.get((1, last))
                before = amounts.get((1, first - 1)) if first > 1 else 0.0
                line.append(0.0 if upto is None or before is None else upto - before)
            else:
                months = [amounts.get((month, month), 0.0) for month in range(first, last + 1)]
                line.append(amounts.get((first, last), sum(months)))
        found[member] = np.array(line)
    return found


def _comparable_base(whole: list[SeriesValue], year: int) -> Decimal | None:
    """Last year's level as it is counted now: what the newest value says of its own base, carried
    over the year; else the level as it stands."""
    by_end = {row.period_end: row for row in whole}
    last = by_end.get(date(year - 1, 12, 31))
    if last is None or last.value is None:
        return None
    level: Decimal = last.value
    newest = [row for row in whole if row.period_end.year == year and base_of(row) is not None]
    if newest:
        row = newest[-1]
        before = by_end.get(_year_before(row.period_end))
        base = base_of(row)
        if before is not None and before.value and base is not None:
            return round(level * base / Decimal(before.value), 6)
    return level


def _year_before(day: date) -> date:
    after = day + timedelta(days=1)
    return after.replace(year=after.year - 1) - timedelta(days=1)


def _calendar(series: Series, frame: Frame, year: int) -> Floats:
    if not series.elasticity:
        return np.ones(len(frame.periods))
    try:
        days = calendar_for(_CALENDAR)
    except NotFound:
        return np.ones(len(frame.periods))

    def worked(of: int) -> list[int]:
        first = [date(of, month, 1).toordinal() for month in range(1, 13)]
        bounds = [*first, date(of + 1, 1, 1).toordinal()]
        counts = [days.worked_before(day) for day in bounds]
        return [later - earlier for earlier, later in pairwise(counts)]

    return calendar_weights(frame.periods, worked(year), worked(year - 1), series.elasticity)
