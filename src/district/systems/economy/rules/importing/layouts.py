"""How a workbook of the statistics bureau is laid out, as a district's data says. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from district.systems.economy.rules.importing.sheets import column_of, place_of

KINDS = ("value", "growth", "base", "deflator")
SHAPES = ("period", "year", "indicators")
SOURCES = ("bureau", "department")
STATUSES = ("estimate", "preliminary", "final")


class LayoutError(ValueError):
    """An entry of a layout that cannot be; `entry` names it."""

    def __init__(self, entry: str, problem: str) -> None:
        self.entry, self.problem = entry, problem
        super().__init__(f"{entry}: {problem}")


@dataclass(frozen=True)
class Column:
    """What a column holds: `kind` is one of KINDS; its heading holds all of `words`."""

    kind: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Indicator:
    """A row of a sheet of several series: the series, and how tables write it."""

    series: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """One sheet of one workbook.

    - `shape` "period": rows are members, columns are what is said of one period, which `period_at`
      names; "year": rows are members, columns are periods, all of one `kind`; "indicators": rows
      are series (`indicators`), columns are what is said of one period, and `series` is "".
    - `unit_column` of "indicators" has each row's unit; `skip` are labels that are not read.
    - `dimension`: what the rows below the heading are: "industry", "street", or "" where only the
      row named `total` counts.
    - `cumulative`: whether a heading such as 8月 means the year up to then.
    - `unit`: what is taken for the unit where `unit_at` is empty or says none.
    """

    key: str
    label: str
    series: str
    sheet: str = ""
    shape: str = "period"
    dimension: str = ""
    period_at: tuple[int, int] = (1, 1)
    unit_at: tuple[int, int] | None = None
    unit: str = ""
    heading: tuple[int, int] = (2, 2)
    label_column: int = 1
    total: str = "合计"
    source: str = "bureau"
    status: str = "preliminary"
    cumulative: bool = True
    kind: str = "value"
    columns: tuple[Column, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    unit_column: int = 0
    skip: tuple[str, ...] = ()

    @property
    def all_series(self) -> tuple[str, ...]:
        """The keys of the series that a sheet of this layout tells."""
        return tuple(one.series for one in self.indicators) or (self.series,)

    @property
    def first_row(self) -> int:
        """The first row below the heading."""
        return self.heading[1] + 1


def layout_from(data: Mapping[str, Any]) -> Layout:
    """A layout as a district's file says it. Raises LayoutError naming the entry."""
    key = str(data.get("key", ""))

    def wrong(entry: str, problem: str) -> LayoutError:
        return LayoutError(f"layouts.{key or '?'}.{entry}", problem)

    shape = str(data.get("shape", "period"))
    indicators = tuple(_indicator(one, wrong) for one in data.get("indicators", ()))
    if not key or (shape == "indicators") != bool(indicators):
        raise wrong("key", "a layout needs key, and indicators where its shape says so")
    if bool(indicators) == bool(str(data.get("series", ""))):
        raise wrong("series", "a layout needs a series, or indicators and none")
    _several(data, indicators, wrong)
    for entry, allowed in (
        ("shape", SHAPES),
        ("source", SOURCES),
        ("status", STATUSES),
        ("kind", KINDS),
        ("dimension", ("", "industry", "street")),
    ):
        if entry in data and data[entry] not in allowed:
            raise wrong(entry, f"one of {', '.join(map(repr, allowed))}")
    columns = tuple(
        Column(str(one.get("kind", "")), tuple(str(word) for word in one.get("words", ())))
        for one in data.get("columns", ())
    )
    for one in columns:
        if one.kind not in KINDS or not one.words:
            raise wrong("columns", "each needs a kind and words")
    if shape != "year" and not columns:
        raise wrong("columns", "a layout of one period needs columns")
    heading = data.get("heading", [2, 2])
    try:
        first, last = (int(one) for one in heading)
        if not 1 <= first <= last:
            raise ValueError(str(heading))
        period_at = place_of(str(data.get("period_at", "A1")))
        unit_at = place_of(str(data["unit_at"])) if data.get("unit_at") else None
        label_column = column_of(str(data.get("label_column", "A")))
        unit_column = column_of(str(data["unit_column"])) if data.get("unit_column") else 0
    except (TypeError, ValueError) as error:
        raise wrong("heading", str(error)) from error
    return Layout(
        key,
        str(data.get("label", key)),
        str(data.get("series", "")),
        str(data.get("sheet", "")),
        shape,
        str(data.get("dimension", "")),
        period_at,
        unit_at,
        str(data.get("unit", "")),
        (first, last),
        label_column,
        str(data.get("total", "合计")),
        str(data.get("source", "bureau")),
        str(data.get("status", "preliminary")),
        bool(data.get("cumulative", True)),
        str(data.get("kind", "value")),
        columns,
        indicators,
        unit_column,
        tuple(_bare(str(one)) for one in data.get("skip", ())),
    )


def _bare(label: str) -> str:
    return label.replace(" ", "")


def _indicator(data: Mapping[str, Any], wrong: Callable[[str, str], LayoutError]) -> Indicator:
    labels = tuple(_bare(str(one)) for one in data.get("labels", ()))
    if not labels or not str(data.get("series", "")):
        raise wrong("indicators", "each needs a series and labels")
    return Indicator(str(data["series"]), labels)


def _several(
    data: Mapping[str, Any],
    indicators: tuple[Indicator, ...],
    wrong: Callable[[str, str], LayoutError],
) -> None:
    """A sheet of several series is the bureau's, has no dimension and names nothing twice."""
    if not indicators:
        return
    labels = [label for one in indicators for label in one.labels]
    keys = [one.series for one in indicators]
    if len(set(labels)) < len(labels) or len(set(keys)) < len(keys):
        raise wrong("indicators", "each series and label once")
    if data.get("dimension") or data.get("source", "bureau") != "bureau":
        raise wrong("indicators", "without a dimension, and told by the bureau")
