"""The figures of a pack as they are gathered: each with the rows and vintages it came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from district.systems.economy.models import (
    Decomposition,
    Nowcast,
    PackFigure,
    Series,
    SeriesValue,
)
from district.systems.economy.rules.packs import Key, nowcast_ref, target_ref, value_ref

Name = PackFigure.Name
Origin = PackFigure.Origin
_SIX = Decimal("0.000001")
#: Growth is printed to one place, points to two.
GROWTH_PLACES = 1
POINT_PLACES = 2


class Book:
    """The figures by key. What gives no number takes no place: the key is None then."""

    def __init__(self) -> None:
        self.rows: dict[Key, PackFigure] = {}
        self._told: dict[str, datetime] = {}

    def resting_on(self, values: Iterable[SeriesValue]) -> list[str]:
        """How figures say that they rest on these values."""
        found = []
        for row in values:
            ref = value_ref(row.pk)
            self._told[ref] = row.recorded_at
            found.append(ref)
        return found

    def vintage(self, key: Key, row: SeriesValue, name: Name = Name.VALUE) -> Key | None:
        """A number of a vintage: its value, growth or base."""
        number: Decimal | None = getattr(row, str(name.value))
        if number is None:
            return None
        series, growth = row.series, name == Name.GROWTH
        self._put(
            PackFigure(
                key=key, series=series, name=name, origin=Origin.VALUE, value=number,
                unit="%" if growth else series.unit,
                places=GROWTH_PLACES if growth else series.places,
                industry=row.industry, street=row.street, period_end=row.period_end,
                vintage=row, vintage_at=row.recorded_at, rests_on=self.resting_on([row]),
            )
        )  # fmt: skip
        return key

    def target(self, key: Key, row: Decomposition, name: Name) -> Key | None:
        """The year's target of a version: its growth, or its level."""
        growth = name == Name.GROWTH_TARGET
        number: Decimal | None = row.growth if growth else row.level
        if number is None:
            return None
        series = row.series
        self._put(
            PackFigure(
                key=key, series=series, name=name, origin=Origin.TARGET, value=number,
                unit="%" if growth else series.unit,
                places=GROWTH_PLACES if growth else series.places,
                decomposition=row, rests_on=[target_ref(row.pk)],
            )
        )  # fmt: skip
        return key

    def cells(
        self,
        key: Key,
        row: Decomposition,
        value: Decimal,
        span: tuple[int, int],
        member: dict[str, str] | None = None,
    ) -> Key:
        """What a version asks of a stretch of months, from its first to its last, of a member where
        one is given."""
        series = row.series
        self._put(
            PackFigure(
                key=key, series=series, name=Name.DUE, origin=Origin.CELLS, value=value,
                unit=series.unit, places=series.places, decomposition=row, first_month=span[0],
                last_month=span[1], rests_on=[target_ref(row.pk)], **(member or {}),
            )
        )  # fmt: skip
        return key

    def nowcast(self, key: Key, row: Nowcast, name: Name, target: str = "") -> Key | None:
        """A number of the nowcast as it stands; `target` is on what its chance rests besides."""
        field = {Name.OUTTURN_GROWTH: "growth"}.get(name, str(name.value))
        number: Decimal | None = getattr(row, field)
        if number is None:
            return None
        percent = name not in (Name.OUTTURN, Name.LOW, Name.HIGH, Name.SO_FAR)
        series = row.series
        self._put(
            PackFigure(
                key=key, series=series, name=name, origin=Origin.NOWCAST, value=number,
                unit="%" if percent else series.unit,
                places=GROWTH_PLACES if percent else series.places,
                nowcast=row, computed_at=row.computed_at, vintage_at=row.newest_at,
                rests_on=[nowcast_ref(row.pk, row.version), *([target] if target else [])],
            )
        )  # fmt: skip
        return key

    def computed(
        self,
        key: Key,
        series: Series,
        name: Name,
        value: Decimal | None,
        rests_on: Sequence[str],
        *,
        unit: str | None = None,
        places: int | None = None,
        period_end: date | None = None,
        member: dict[str, str] | None = None,
    ) -> Key | None:
        """What was computed of others, rounded to six places; in the series' unit where none is
        given."""
        if value is None:
            return None
        told = [self._told[ref] for ref in rests_on if ref in self._told]
        self._put(
            PackFigure(
                key=key, series=series, name=name, origin=Origin.COMPUTED,
                value=value.quantize(_SIX, ROUND_HALF_EVEN),
                unit=series.unit if unit is None else unit,
                places=series.places if places is None else places,
                period_end=period_end, vintage_at=max(told, default=None),
                rests_on=list(dict.fromkeys(rests_on)), **(member or {}),
            )
        )  # fmt: skip
        return key

    def _put(self, row: PackFigure) -> None:
        self.rows[row.key] = row
