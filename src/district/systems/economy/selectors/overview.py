"""The list of indicators: what came in last, its light and why."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from district.kernel.registers.public import Figure
from district.kernel.tracking.public import reason_texts
from district.systems.economy.figures import growth_text, nowcast_figure, value_figure
from district.systems.economy.models import Series, SeriesValue
from district.systems.economy.selectors.known import latest_wholes
from district.systems.economy.selectors.nowcasts import Kept, kept_nowcasts
from district.systems.economy.selectors.pace import Pace, paces_of_year
from district.systems.economy.words import period_label


@dataclass(frozen=True)
class Line:
    """A series as the list shows it."""

    series: Series
    latest: SeriesValue | None
    pace: Pace | None
    nowcast: Kept | None = None

    @property
    def light(self) -> str:
        """Its light, of the year's approved target."""
        tracked = self.pace.decomposition.tracked if self.pace else None
        return tracked.light if tracked else "none"

    @property
    def reasons(self) -> list[str]:
        """Why the light is what it is."""
        tracked = self.pace.decomposition.tracked if self.pace else None
        return reason_texts(tracked.reasons) if tracked else []

    @property
    def period(self) -> str:
        """What the newest value speaks of."""
        return period_label(self.latest) if self.latest else ""

    @property
    def value(self) -> Figure | None:
        """The newest level."""
        if self.latest is None or self.latest.value is None:
            return None
        return value_figure(self.latest, "value", self.series.unit, self.series.display_name)

    @property
    def growth_figure(self) -> Figure | None:
        """The newest growth where it is published."""
        if self.latest is None or self.latest.growth is None:
            return None
        return value_figure(self.latest, "growth", "%", self.series.display_name)

    @property
    def growth(self) -> Decimal | None:
        """The newest growth."""
        return growth_text(self.latest) if self.latest else None

    @property
    def foreseen(self) -> Figure | None:
        """What the year is expected to grow by."""
        row = self.nowcast.row if self.nowcast else None
        return nowcast_figure(row, "growth", "%", self.series.display_name) if row else None

    @property
    def chance(self) -> Figure | None:
        """The chance of reaching the approved target, in percent."""
        row = self.nowcast.row if self.nowcast else None
        return nowcast_figure(row, "chance", "%", self.series.display_name) if row else None

    @property
    def growth_target(self) -> Decimal | None:
        """The growth that the year is to reach."""
        return self.pace.decomposition.growth if self.pace else None

    @property
    def completion(self) -> Decimal | None:
        """What share of the year's level is done, in percent."""
        if self.pace is None or not self.pace.by_level:
            return None
        actual, level = self.pace.actual, self.pace.decomposition.level
        return None if actual is None or not level else round(actual / level * 100, 1)

    @property
    def due_share(self) -> Decimal | None:
        """What share of it is due by then, in percent."""
        if self.pace is None or self.pace.due is None or not self.pace.decomposition.level:
            return None
        return round(self.pace.due / Decimal(self.pace.decomposition.level) * 100, 1)

    @property
    def growth_needed(self) -> Decimal | None:
        """The growth that the remaining months need, in percent."""
        needed = self.pace.needed if self.pace else None
        return None if needed is None or needed.growth is None else round(needed.growth, 1)


def lines_of_year(year: int) -> list[Line]:
    """Every series in use, in its order; six statements."""
    series = list(Series.objects.filter(is_active=True).select_related("lead_unit"))
    latest = latest_wholes(one.key for one in series)
    paces = paces_of_year(year)
    kept = kept_nowcasts([one.key for one in series], [year])
    lines = []
    for one in series:
        row = latest.get(one.key)
        if row is not None:
            row.series = one
        lines.append(Line(one, row, paces.get(one.key), kept.get((one.key, year))))
    return lines
