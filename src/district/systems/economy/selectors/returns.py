"""Who moved a series by the returns of firms: tables that may be shown, single firms for the unit
that collects them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.systems.economy.models import Series
from district.systems.economy.selectors.settings import settings
from district.systems.virtual_park.public import (
    FirmLine,
    PublishedSums,
    may_read_tables,
    published_sums,
)

#: So many cells and firms are named; the others are one line.
MOST = 10
_HUNDRED = Decimal(100)


def returns_of(series: Series) -> tuple[str, str]:
    """The form of returns and its item that the settings name for a series; NotFound without."""
    spec = settings().series.get(series.key)
    form, item = spec.returns if spec else ("", "")
    if not form:
        raise NotFound(_("这个指标没有对应的企业报表。"))
    return form, item


def has_returns(series: Series, actor: Actor) -> bool:
    """Whether there is a form of returns for the series and the actor may read tables."""
    spec = settings().series.get(series.key)
    return bool(spec and spec.returns[0]) and may_read_tables(actor)


def sums_for(series: Series, actor: Actor) -> PublishedSums | None:
    """The newest table of the series' returns that the actor may read."""
    return published_sums(*returns_of(series), actor)


@dataclass(frozen=True)
class Line:
    """A line of the page: a cell, the rest of them or the whole; `share` of the whole in percent.
    `before`, `change` and `points` are None without a year before."""

    name: str
    value: Decimal
    share: Decimal | None
    before: Decimal | None = None
    change: Decimal | None = None
    points: Decimal | None = None


def lines_of(found: PublishedSums) -> list[Line]:
    """The cells that count most, the rest, the whole: the first two add up to the last exactly."""
    moved = found.changes(MOST)
    if moved is not None:
        listed, rest, whole = moved
        named = [(one, found.label(one.row, one.column)) for one in listed]
        return [
            Line(name, one.value, _share(one.value, whole.value), one.before, one.change,
                 one.points)
            for one, name in [*named, (rest, _("其余")), (whole, _("合计"))]
        ]  # fmt: skip
    total = found.now.total
    largest = sorted(found.now.shown.items(), key=lambda one: (-one[1], one[0]))[:MOST]
    rest_value = total - sum((value for _place, value in largest), Decimal(0))
    cells = [(found.label(*place), value) for place, value in largest]
    return [
        Line(name, value, _share(value, total))
        for name, value in [*cells, (_("其余"), rest_value), (_("合计"), total)]
    ]


def _share(value: Decimal, total: Decimal) -> Decimal | None:
    return round(value * _HUNDRED / total, 1) if total > 0 else None


def firm_lines(found: Sequence[FirmLine]) -> list[tuple[FirmLine, Decimal | None, Decimal | None]]:
    """Firms with their change and what of the growth of all that filed both years it makes, in
    percentage points, who moved most first; then those without a year before, the largest first."""
    both = [one for one in found if one.before is not None]
    base = sum((one.before or Decimal(0) for one in both), Decimal(0))
    lines: list[tuple[FirmLine, Decimal | None, Decimal | None]] = []
    for one in found:
        change = None if one.before is None else one.value - one.before
        points = None if change is None or base <= 0 else round(change * _HUNDRED / base, 2)
        lines.append((one, change, points))
    lines.sort(key=_how_far)
    return lines


def _how_far(line: tuple[FirmLine, Decimal | None, Decimal | None]) -> tuple[bool, Decimal, str]:
    firm, change, _points = line
    return change is None, -(firm.value if change is None else abs(change)), firm.code
