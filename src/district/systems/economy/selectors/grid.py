"""The sums of a decomposition as a table: members down, periods across, each opening its cells."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from district.kernel.registers.public import Figure
from district.systems.economy.figures import cells_figure
from district.systems.economy.models import Decomposition
from district.systems.economy.selectors.patterns import frame_of
from district.systems.economy.selectors.settings import member_label, members_of
from district.systems.economy.words import months


@dataclass(frozen=True)
class Row:
    """A line: what it is of, its numbers by column, its growth over the year in percent, the
    address of its parts where it has some."""

    name: str
    figures: tuple[Figure, ...]
    growth: Decimal | None
    member: str = ""
    has_parts: bool = False


@dataclass(frozen=True)
class Grid:
    """The table; `columns` are the headings, `growths` the whole's growth in each column, None
    where no base is known. `within` names the member whose parts are shown."""

    dimension: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    growths: tuple[Decimal | None, ...]
    within: str
    dimensions: tuple[tuple[str, str, bool], ...]


def grid_of(row: Decomposition, dimension: str, member: str = "") -> Grid:
    """The sums along a dimension; with `member` those of the other dimension within it."""
    series = row.series
    frame = frame_of(series)
    spans = list(dict.fromkeys([(1, 12), *frame.quarters(), *frame.periods]))
    others = [one for one in series.dimensions if one != dimension]
    inside = member if member and others and member in members_of(series, dimension) else ""
    shown = others[0] if inside else dimension
    fixed = {dimension: inside} if inside else {}
    columns = ("industry", "street", "first_month", "last_month", "value", "base")
    sums = _Summed(list(row.cells.values_list(*columns)))
    whole = member_label(dimension, inside) if inside else _("全区")
    rows = [_row(row, sums, spans, fixed, label=whole)]
    rows += [
        _row(
            row,
            sums,
            spans,
            {**fixed, shown: key},
            label=member_label(shown, key),
            member=key,
            has_parts=bool(others) and not inside,
        )
        for key in (members_of(series, shown) if shown else ())
    ]
    return Grid(
        dimension,
        tuple(months(*span) for span in spans),
        tuple(rows),
        tuple(sums.growth(span, fixed) for span in spans),
        member_label(dimension, inside) if inside else "",
        tuple(
            (one, _("行业") if one == "industry" else _("街道"), one == dimension)
            for one in series.dimensions
        ),
    )


class _Summed:
    """Sums of cells by members and stretch; every cell counts for itself and for its wholes."""

    def __init__(self, cells: list[Any]) -> None:
        self._by_member: dict[tuple[str, str], dict[tuple[int, int], list[Decimal]]] = {}
        self.known = all(base is not None for *_place, base in cells)
        for industry, street, first, last, value, base in cells:
            for member in {(industry, street), (industry, ""), ("", street), ("", "")}:
                sums = self._by_member.setdefault(member, {})
                entry = sums.setdefault((first, last), [Decimal(0), Decimal(0)])
                entry[0] += value
                entry[1] += base or Decimal(0)

    def total(self, span: tuple[int, int], fixed: dict[str, str]) -> tuple[Decimal, Decimal | None]:
        """Level and base, None where a base is not known."""
        sums = self._by_member.get((fixed.get("industry", ""), fixed.get("street", "")), {})
        inside = [
            one for (first, last), one in sums.items() if span[0] <= first and last <= span[1]
        ]
        level = sum((one[0] for one in inside), Decimal(0))
        base = sum((one[1] for one in inside), Decimal(0))
        return level, base if self.known else None

    def growth(self, span: tuple[int, int], fixed: dict[str, str]) -> Decimal | None:
        """Growth in percent to one place."""
        level, base = self.total(span, fixed)
        return None if base is None or base <= 0 else round((level / base - 1) * 100, 1)


def _row(
    row: Decomposition,
    sums: _Summed,
    spans: list[tuple[int, int]],
    fixed: dict[str, str],
    *,
    label: str,
    member: str = "",
    has_parts: bool = False,
) -> Row:
    figures = tuple(
        cells_figure(
            row, sums.total(span, fixed)[0], first=span[0], last=span[1], label=label, **fixed
        )
        for span in spans
    )
    return Row(label, figures, sums.growth((1, 12), fixed), member, has_parts)
