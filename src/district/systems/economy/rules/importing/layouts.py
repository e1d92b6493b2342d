"""How a workbook of the statistics bureau is laid out, as a district's data says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from district.systems.economy.rules.importing.sheets import column_of, place_of

KINDS = ("value", "growth", "base", "deflator")
SHAPES = ("period", "year")
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
class Layout:
    """One sheet of one workbook.

    - `shape` "period": rows are members, columns are what is said of one period, which `period_at`
      names; "year": rows are members, columns are periods, all of one `kind`.
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

    @property
    def first_row(self) -> int:
        """The first row below the heading."""
        return self.heading[1] + 1


def layout_from(data: Mapping[str, Any]) -> Layout:
    """A layout as a district's file says it. Raises LayoutError naming the entry."""
    key = str(data.get("key", ""))

    def wrong(entry: str, problem: str) -> LayoutError:
        return LayoutError(f"layouts.{key or '?'}.{entry}", problem)

    if not key or not str(data.get("series", "")):
        raise wrong("key", "a layout needs key and series")
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
    shape = str(data.get("shape", "period"))
    if shape == "period" and not columns:
        raise wrong("columns", "a layout of one period needs columns")
    heading = data.get("heading", [2, 2])
    try:
        first, last = (int(one) for one in heading)
        if not 1 <= first <= last:
            raise ValueError(str(heading))
        period_at = place_of(str(data.get("period_at", "A1")))
        unit_at = place_of(str(data["unit_at"])) if data.get("unit_at") else None
        label_column = column_of(str(data.get("label_column", "A")))
    except (TypeError, ValueError) as error:
        raise wrong("heading", str(error)) from error
    return Layout(
        key,
        str(data.get("label", key)),
        str(data["series"]),
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
    )
