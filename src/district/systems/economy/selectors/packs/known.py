"""What indicators are gathered from, read for all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum

from district.kernel.measures.public import month_end
from district.systems.economy.models import Decomposition, DecompositionCell, Series, SeriesValue
from district.systems.economy.selectors.known import BUREAU, Member
from district.systems.economy.selectors.nowcasts import Kept, kept_nowcasts
from district.systems.economy.selectors.pace import Pace, paces_of_year

#: Cells by dimension, member and last month of the stretch.
Dues = Mapping[tuple[str, str], Mapping[int, Decimal]]


@dataclass(frozen=True)
class Known:
    """An indicator as of the end of a month: the newest value of the whole, every one of the year
    by its end, the approved target beside them, the nowcast, members at the newest value, and what
    members have due."""

    series: Series
    latest: SeriesValue | None
    wholes: Mapping[date, SeriesValue]
    pace: Pace | None
    kept: Kept | None
    members: Mapping[str, tuple[Member, ...]]
    dues: Dues

    @property
    def target(self) -> Decomposition | None:
        """The approved target of the year."""
        return self.pace.decomposition if self.pace else None


def known_by_month(year: int, month: int) -> list[Known]:
    """Every series in use, in its order; eight statements."""
    until = month_end(year, month)
    series = list(Series.objects.filter(is_active=True).select_related("lead_unit"))
    keys = [one.key for one in series]
    wholes = _wholes(series, year, until)
    paces = paces_of_year(year, keys)
    kept = kept_nowcasts(keys, [year])
    ends = {key: max(rows) for key, rows in wholes.items() if rows}
    members = _members(series, ends)
    dues = _dues([one.decomposition for one in paces.values()])
    found = []
    for one in series:
        own = wholes.get(one.key, {})
        pace, nowcast = paces.get(one.key), kept.get((one.key, year))
        if pace is not None:
            pace.decomposition.series = one
            pace = Pace(pace.decomposition, pace.stretches, own)
        if nowcast is not None:
            nowcast.row.series = one
        found.append(
            Known(
                one,
                own[ends[one.key]] if one.key in ends else None,
                own,
                pace,
                nowcast,
                members.get(one.key, {}),
                dues.get(pace.decomposition.pk, {}) if pace is not None else {},
            )
        )
    return found


def _wholes(series: Iterable[Series], year: int, until: date) -> dict[str, dict[date, SeriesValue]]:
    by_key = {one.key: one for one in series}
    rows = SeriesValue.objects.filter(
        series_id__in=list(by_key), is_current=True, industry="", street="", source=BUREAU,
        period_end__gte=date(year, 1, 1), period_end__lte=until,
    ).order_by("period_end", "period_start")  # fmt: skip
    found: dict[str, dict[date, SeriesValue]] = {}
    for row in rows:
        row.series = by_key[row.series_id]
        found.setdefault(row.series_id, {})[row.period_end] = row
    return found


def _members(
    series: Iterable[Series], ends: Mapping[str, date]
) -> dict[str, dict[str, tuple[Member, ...]]]:
    """Members by series and dimension, each alone, at the end of the newest value."""
    by_key = {one.key: one for one in series}
    wanted = Q(pk__in=[])
    for key, end in ends.items():
        wanted |= Q(series_id=key, period_end=end)
    rows = SeriesValue.objects.filter(wanted, is_current=True, source=BUREAU)
    found: dict[str, dict[str, list[Member]]] = {}
    for row in rows.order_by("industry", "street"):
        if bool(row.industry) == bool(row.street):
            continue
        row.series = by_key[row.series_id]
        dimension, member = ("industry", row.industry) if row.industry else ("street", row.street)
        found.setdefault(row.series_id, {}).setdefault(dimension, []).append(Member(member, row))
    return {
        key: {dimension: tuple(rows) for dimension, rows in groups.items()}
        for key, groups in found.items()
    }


def _dues(rows: Iterable[Decomposition]) -> dict[object, dict[tuple[str, str], dict[int, Decimal]]]:
    """What members have due by the end of each stretch; one statement a dimension."""
    keys = [row.pk for row in rows]
    found: dict[object, dict[tuple[str, str], dict[int, Decimal]]] = {}
    for dimension in ("industry", "street"):
        cells = (
            DecompositionCell.objects.filter(decomposition__in=keys)
            .exclude(**{dimension: ""})
            .order_by("last_month")
            .values_list("decomposition_id", dimension, "last_month")
            .annotate(level=Sum("value"))
        )
        for key, member, last, level in cells:
            sums = found.setdefault(key, {}).setdefault((dimension, member), {})
            sums[last] = level + (sums[max(sums)] if sums else Decimal(0))
    return found
