"""Numbers on the economy's pages that open the rows that they come from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from district.kernel.measures.public import MeasureValue
from district.kernel.registers.public import Figure
from district.systems.economy.models import Decomposition, Nowcast, SeriesValue
from district.systems.economy.names import CELLS, NOWCASTS, VALUES
from district.systems.economy.selectors.known import growth_shown


def _member(name: str, key: str) -> str:
    return f'{name} = "{key}"' if key else f"not {name} known"


def place_of(row: SeriesValue) -> str:
    """The condition over the register of values that finds all vintages of a place."""
    return " and ".join(
        (
            f'series = "{row.series_id}"',
            f"period_start = {row.period_start.isoformat()}",
            f"period_end = {row.period_end.isoformat()}",
            _member("industry", row.industry),
            _member("street", row.street),
        )
    )


def value_figure(row: SeriesValue, name: str = "value", unit: str = "", label: Any = "") -> Figure:
    """A number of one vintage: `name` is value, growth, base or deflator."""
    where = f'{place_of(row)} and source = "{row.source}"'
    if row.superseded_at is None:
        where += " and is_current = true"
    else:
        where += f" and recorded_at = {_stamp(row)}"
    return Figure(VALUES, where, f"value:{name}", value=getattr(row, name), unit=unit, label=label)


def vintage_figure(row: SeriesValue, name: str, unit: str = "", label: Any = "") -> Figure:
    """A number of the very vintage, whether it is the current one or has been revised since."""
    where = f'{place_of(row)} and source = "{row.source}" and recorded_at = {_stamp(row)}'
    return Figure(VALUES, where, f"value:{name}", value=getattr(row, name), unit=unit, label=label)


def _stamp(row: SeriesValue) -> str:
    return row.recorded_at.isoformat()


def growth_figure(row: SeriesValue) -> Figure | None:
    """Published growth as a figure; None where it is not published but computed, or not known."""
    if row.growth is None:
        return None
    return value_figure(row, "growth", "%", _("增速"))


def growth_text(row: SeriesValue) -> Decimal | None:
    """Growth to one place, published or from the comparable base."""
    found = growth_shown(row)
    return None if found is None else round(found, 1)


def cells_figure(
    one: Decomposition,
    value: Decimal,
    *,
    first: int = 1,
    last: int = 12,
    industry: str = "",
    street: str = "",
    label: Any = "",
) -> Figure:
    """A sum of cells of a decomposition."""
    where = [
        f'series = "{one.series_id}"',
        f"year = {one.year}",
        f"number = {one.number}",
        f"first_month >= {first}",
        f"last_month <= {last}",
    ]
    if industry:
        where.append(f'industry = "{industry}"')
    if street:
        where.append(f'street = "{street}"')
    return Figure(CELLS, " and ".join(where), "total:value", value=value, unit="", label=label)


def nowcast_figure(row: Nowcast, name: str, unit: str = "", label: Any = "") -> Figure | None:
    """A number of a kept nowcast; None where it is not known."""
    value = getattr(row, name)
    if value is None:
        return None
    where = f'series = "{row.series_id}" and year = {row.year}'
    return Figure(NOWCASTS, where, f"value:{name}", value=value, unit=unit, label=label)


def measure_figure(row: MeasureValue) -> Figure:
    """The current value of a measure, opening its row."""
    where = (
        f'measure = "{row.measure_id}" and unit_code = "{row.unit_id}" and current = true '
        f"and period_start = {row.period_start} and period_end = {row.period_end}"
    )
    return Figure(
        "measures-values", where, "value:value", row.value, row.measure.unit,
        row.measure.display_name,
    )  # fmt: skip
