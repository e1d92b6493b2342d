"""What the list page shows around its rows: chips, filters, heads, the figure it was opened by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict

from district.kernel.conditions.public import Condition, ConditionError, describe, leaves
from district.kernel.history.public import Actor
from district.kernel.registers.cells import Cell, cell_of, url_of
from district.kernel.registers.declaration import Field, Register
from district.kernel.registers.rules import (
    FROM,
    TO,
    aggregate_of,
    next_sort,
    personal_keys,
    same_number,
)
from district.kernel.registers.scope import may_export, may_import
from district.kernel.registers.selectors import Listing, Row, options_of

_INLINE = 4  # filters that stand in the bar; the others wait behind "more"
_FETCHED = 2  # filters whose options may cost a query


@dataclass(frozen=True)
class Chip:
    """A filter in force, in words, and the address without it."""

    text: str
    url: str


@dataclass(frozen=True)
class Filter:
    """A control of the filter bar; `draw` is select, range, moments or text."""

    field: Field
    draw: str
    options: tuple[tuple[str, str], ...] = ()
    chosen: tuple[str, ...] = ()
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class Head:
    """A column's head: the address that sorts by it, and how it sorts now."""

    field: Field
    url: str = ""
    direction: str = ""
    rank: int = 0
    number: bool = False


@dataclass(frozen=True)
class Line:
    """A row as drawn: address, name, light if there is one, cells, and a few for the phone."""

    id: str
    url: str
    title: Cell
    light: str
    cells: tuple[Cell, ...]
    brief: tuple[Cell, ...]


def address(parameters: QueryDict, **changes: Any) -> str:
    """The query string with some parameters changed; "page" always starts anew.

    A value may be one text or several; nothing takes the parameter out.
    """
    changed = parameters.copy()
    changed.pop("page", None)
    for name, value in changes.items():
        values = [value] if isinstance(value, str) else list(value)
        changed.setlist(name, [each for each in values if each])
        if not changed.getlist(name):
            changed.pop(name, None)
    return f"?{changed.urlencode()}" if changed else "?"


def list_context(request: HttpRequest, listing: Listing, actor: Actor) -> dict[str, Any]:
    """Everything that the list template needs, for a whole page or a part of another."""
    register, asked, parameters = listing.register, listing.asked, request.GET
    page = listing.current
    wheres = [text for text in parameters.getlist("where") if text.strip()]
    filters = _filters(listing, parameters)
    inline = [one for one in filters if one.draw == "select"][:_INLINE]
    more = [one for one in filters if one not in inline]
    names = {(one.field.key, value): label for one in filters for value, label in one.options}
    light = next((f for f in asked.columns if f.kind == "light"), None)
    return {
        "register": register,
        "page": page,
        "lines": [_line(register, asked.columns, light, row) for row in page.object_list],
        "heads": _heads(listing, parameters),
        "chips": _chips(listing, parameters, names),
        "inline": inline,
        "more": more,
        "more_used": sum(1 for one in more if one.chosen or one.low or one.high),
        "columns": asked.columns,
        "choices": [(f, f in asked.columns) for f in listing.fields],
        "kept": [("columns", value) for value in parameters.getlist("columns") if value],
        "where": " and ".join(f"({w})" for w in wheres) if len(wheres) > 1 else "".join(wheres),
        "where_wrong": any(isinstance(problem, ConditionError) for problem in asked.problems),
        "where_example": example(listing.fields),
        "column_kept": _all_but(parameters, "columns", "page"),
        "problems": asked.problems,
        "figure": _figure(listing, names),
        "searchable": any(f.search for f in listing.fields),
        "narrowed": asked.narrowed,
        "columns_url": address(parameters, columns=""),
        "export_urls": _exports(register, actor, parameters),
        "export_asks": bool(personal_keys(asked.columns)),
        "can_import": may_import(register, actor),
        "map_query": tidy(parameters),
    }


def tidy(parameters: QueryDict) -> str:
    """The query string without empty parameters."""
    tidied = parameters.copy()
    for name, values in list(tidied.lists()):
        tidied.setlist(name, [value for value in values if value.strip()])
        if not tidied.getlist(name):
            tidied.pop(name)
    return f"?{tidied.urlencode()}" if tidied else ""


def example(fields: Sequence[Field]) -> str:
    """A condition over the register's own fields, to show how one is written."""
    choice = next((f for f in fields if f.choices and f.filterable), None)
    number = next((f for f in fields if f.type in ("integer", "decimal") and f.filterable), None)
    parts = []
    if choice and choice.choices:
        parts.append(f'{choice.key} = "{choice.choices[0][0]}"')
    if number:
        parts.append(f"{number.key} > 10")
    return " and ".join(parts) or f"{fields[0].key} known"


def _exports(register: Register, actor: Actor, parameters: QueryDict) -> dict[str, str]:
    if not may_export(register, actor):
        return {}
    return {kind: address(parameters, format=kind) for kind in ("xlsx", "csv")}


def _line(register: Register, columns: Sequence[Field], light: Field | None, row: Row) -> Line:
    cells = tuple(cell_of(one, row) for one in columns)
    title = next((c for c in cells if c.field.key == register.title), cells[0])
    rest = (c for c in cells if c is not title and c.text and c.draw not in ("light", "long_text"))
    return Line(
        id=row["id"],
        url=url_of(register, row),
        title=title,
        light=str(row.get(light.key) or "none") if light else "",
        cells=cells,
        brief=tuple(rest)[:3],
    )


def _heads(listing: Listing, parameters: QueryDict) -> list[Head]:
    sort = listing.asked.sort
    heads = []
    for one in listing.asked.columns:
        number = one.type in ("integer", "decimal") and one.kind != "progress"
        if not one.sortable:
            heads.append(Head(one, number=number))
            continue
        place = next((at for at, word in enumerate(sort) if word.lstrip("-") == one.key), None)
        direction = ""
        if place is not None:
            direction = "descending" if sort[place].startswith("-") else "ascending"
        rank = 0 if place is None or len(sort) == 1 else place + 1
        url = address(parameters, sort=next_sort(sort, one.key))
        heads.append(Head(one, url, direction, rank, number))
    return heads


Names = Mapping[tuple[str, str], str]


def _chips(listing: Listing, parameters: QueryDict, names: Names) -> list[Chip]:
    # Without one of its conditions the list is no longer what a figure was counted from.
    rows = parameters.copy()
    for name in [k for k in rows if k == "aggregate" or k.partition(".")[0] == "figure"]:
        rows.pop(name)
    chips = [
        Chip(describe(clause.condition, names), address(rows, **clause.without))
        for clause in listing.asked.clauses
    ]
    if listing.asked.words:
        chips.append(Chip("“" + " ".join(listing.asked.words) + "”", address(rows, q="")))
    return chips


def _filters(listing: Listing, parameters: QueryDict) -> list[Filter]:
    """The filters of the bar: lights, then codes to choose from, choices, and the rest.

    Options that cost a query are fetched for a few fields, those that a filter names first.
    """
    used = {leaf.attribute.key for leaf in leaves(listing.asked.condition)}
    drawn = [(one, draw) for one in listing.fields if one.filterable and (draw := _draw(one))]
    ranked = sorted(drawn, key=lambda pair: _rank(*pair))
    costly = sorted((one for one, _draw in ranked if one.options), key=lambda f: f.key not in used)
    fetched = {one.key for one in costly[:_FETCHED]}
    return [_filter(one, draw, parameters, fetch=one.key in fetched) for one, draw in ranked]


def _rank(one: Field, draw: str) -> tuple[bool, bool, bool, bool]:
    return (one.kind != "light", draw != "select", not one.default, one.options is None)


def _draw(one: Field) -> str:
    if one.choices is not None or one.options or one.type == "boolean":
        return "select"
    if one.type in ("date", "datetime"):
        return "moments"
    if one.type in ("integer", "decimal"):
        return "range"
    return "text" if not one.search else ""


def _filter(one: Field, draw: str, parameters: QueryDict, *, fetch: bool) -> Filter:
    free = one.choices is not None or one.type == "boolean"
    options = tuple(options_of(one)) if draw == "select" and (free or fetch) else ()
    return Filter(
        one,
        draw if draw != "select" or options else "text",
        options,
        tuple(value for value in parameters.getlist(one.key) if value),
        parameters.get(one.key + FROM, ""),
        parameters.get(one.key + TO, ""),
    )


def _all_but(parameters: QueryDict, *names: str) -> list[tuple[str, str]]:
    """Every parameter of the address but some, for forms that change only those."""
    return [
        (name, value)
        for name, values in parameters.lists()
        if name not in names
        for value in values
        if value
    ]


def _figure(listing: Listing, names: Names) -> dict[str, Any] | None:
    """What was counted, what the page said, and what the count is now."""
    asked = listing.asked
    if not asked.aggregate or asked.problems:
        return None
    recount = listing.recount()
    kind, key = aggregate_of(asked.aggregate)
    printed = asked.figure.get("value", "")
    condition: Condition = asked.condition
    return {
        "label": asked.figure.get("label", ""),
        "kind": kind,
        "field": listing.register.by_key.get(key),
        "printed": printed,
        "unit": asked.figure.get("unit", ""),
        "count": recount.count,
        "figure": recount.figure,
        "same": same_number(printed, recount.figure),
        "where": describe(condition, names) if asked.clauses else "",
    }
