"""Reads of registers: pages of rows, single rows, recounts, filter choices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Case, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid, NotFound
from district.kernel.conditions.public import to_q
from district.kernel.history.public import Actor
from district.kernel.registers.declaration import Field, Register
from district.kernel.registers.rules import Asked, aggregate_of
from district.kernel.registers.scope import is_to_many, model_of, rows_for, steps
from district.kernel.search.public import matching_q, searchable_of

_CHUNK = 500
#: So far beyond the page that is read a list counts its rows; then it says "more than".
COUNTED = 2_000
Row = dict[str, Any]


@dataclass(frozen=True)
class Recount:
    """A figure counted again: number of rows, and the number itself (None: no data)."""

    count: int
    figure: Any


@dataclass
class Listing:
    """What an address asks of a register, as one actor may see it."""

    register: Register
    fields: tuple[Field, ...]
    asked: Asked
    rows: QuerySet[Any]

    @cached_property
    def found(self) -> QuerySet[Any]:
        """The filtered rows, unordered; none while the address has problems."""
        if self.asked.problems:
            return self.rows.none()
        query = to_q(self.asked.condition, today=clock.today(), model=model_of(self.register))
        return self.rows.filter(query & self._searched())

    def _searched(self) -> Q:
        """What `q=` asks: of the register's index where that is filled, else of the fields.

        An index cannot leave out what a member may not see, so whoever may not see all that is
        searched asks the fields.
        """
        key, words = self.register.searchable, self.asked.words
        hidden = {one.path for one in self.register.fields if one not in self.fields}
        if words and key and hidden.isdisjoint(searchable_of(key).paths):
            hits = matching_q(key, " ".join(words))
            if hits is not None:
                return hits
        return search_q(self.fields, words)

    @cached_property
    def count(self) -> int:
        """How many rows were found; one statement."""
        return self.found.order_by().count()

    @cached_property
    def reach(self) -> int:
        """How many rows the pages know of: all, or one more than `horizon`."""
        if "count" in vars(self) or self.asked.exact:
            return self.count
        some = self.found.order_by().values("pk")[: self.horizon + 1].count()
        if some <= self.horizon:
            self.count = some
        return some

    def exceeds(self, most: int) -> bool:
        """Whether there are more rows than so many; counts no further."""
        if "count" in vars(self):
            return self.count > most
        some = self.found.order_by().values("pk")[: most + 1].count()
        if some <= most:
            self.count = some
        elif most >= self.horizon:
            self.reach = self.horizon + 1
        return some > most

    @property
    def horizon(self) -> int:
        """How far rows are counted: in steps of COUNTED, at least to the end of the page."""
        return (self.asked.page * self.register.page_size // COUNTED + 1) * COUNTED

    @cached_property
    def current(self) -> Page[Row]:
        """The page that the address asks for, the last one if there are fewer.

        The keys are sorted first and alone: joins that only show something then run for one
        page of rows and not for all.
        """
        size, number = self.register.page_size, self.asked.page
        if self.asked.problems:
            self.count = 0
        if number > 1:
            number = min(number, max(1, -(-self.reach // size)))
        keys = self._keys(number)
        if number == 1 and len(keys) < size:
            self.count = len(keys)
        reach, more = self.reach, "count" not in vars(self)
        page: Page[Row] = Counted(size, reach - more, more=more).get_page(number)
        rows = self.rows.model._default_manager.filter(pk__in=keys)
        rows = self.register.rows(rows) if self.register.rows else rows
        found = rows_of(self.register, self.asked.columns, rows, linked(self.register))
        by_key = {row["_pk"]: row for row in found}
        page.object_list = [by_key[key] for key in keys if key in by_key]
        return page

    def _keys(self, number: int) -> list[Any]:
        if self.asked.problems:
            return []
        first = (number - 1) * self.register.page_size
        ordered = self.found.order_by(*order_by(self.register, self.asked.sort))
        return list(ordered.values_list("pk", flat=True)[first : first + self.register.page_size])

    def stream(self, columns: Sequence[Field]) -> Iterator[Row]:
        """All found rows in order, a chunk at a time."""
        rows = values_of(self.register, columns, self.found).order_by(
            *order_by(self.register, self.asked.sort)
        )
        chunk: list[Row] = []
        for row in rows.iterator(chunk_size=_CHUNK):
            chunk.append(row)
            if len(chunk) == _CHUNK:
                yield from _finished(self.register, columns, chunk)
                chunk = []
        yield from _finished(self.register, columns, chunk)

    def recount(self) -> Recount:
        """The figure that the address speaks of, counted from the rows now."""
        kind, key = aggregate_of(self.asked.aggregate)
        if kind == "count":
            return Recount(self.count, self.count)
        path = self.register.by_key[key].path
        if kind in ("sum", "total"):
            total = self.found.order_by().aggregate(total=Sum(path))["total"]
            total = 0 if total is None and kind == "total" else total
            return Recount(self.count, total)
        two = list(self.found.order_by().values_list(path, flat=True)[:2])
        return Recount(self.count, two[0] if self.count == 1 and two else None)


class Counted(Paginator[Any]):
    """A paginator that has been told the count, so that it asks the database nothing.

    `more`: there are more rows than `count`, and nobody has counted them.
    """

    def __init__(self, size: int, known: int, *, more: bool) -> None:
        super().__init__([], size)
        self.known, self.more = known, more

    @cached_property
    def count(self) -> int:
        return self.known


def listing(
    register: Register,
    actor: Actor,
    fields: tuple[Field, ...],
    asked: Asked,
    base_q: Q | None = None,
) -> Listing:
    """The list that `actor` gets for `asked`; raises NotPermitted when it may see no row."""
    rows = rows_for(register, actor)
    return Listing(register, fields, asked, rows.filter(base_q) if base_q else rows)


def search_q(fields: Sequence[Field], words: Sequence[str]) -> Q:
    """Every word in some searched field, letter case aside."""
    searched = [f for f in fields if f.search]
    query = Q()
    for word in words:
        if not searched:
            return Q(pk__in=[])
        # Chinese has no letter case, and folding it would cost more than the search itself.
        lookup = "icontains" if word.lower() != word.upper() else "contains_exactly"
        some = Q()
        for one in searched:
            for path in one.displays if one.display else (one.path,):
                some |= Q(**{f"{path}__{lookup}": word})
        query &= some
    return query


def order_by(register: Register, sort: Sequence[str]) -> list[Any]:
    """Django orderings for sort keys; the key closes, so that pages never overlap."""
    terms = [_term(register, register.by_key[w.lstrip("-")], w.startswith("-")) for w in sort]
    return [*terms, "pk"]


def _term(register: Register, one: Field, descending: bool) -> Any:
    if one.choices is not None and not one.sort_path:
        # By declared order: red before yellow before green.
        place: Any = Case(
            *(When(**{one.path: value}, then=at) for at, (value, _label) in enumerate(one.choices)),
            default=len(one.choices),
            output_field=IntegerField(),
        )
        return place.desc() if descending else place.asc()
    path = one.sort_path or one.path
    along = steps(model_of(register), path)
    if along and not any(step.null for step in along):
        return f"-{path}" if descending else path
    # Rows without a value stand last on both databases, whichever way.
    term = F(path)
    return term.desc(nulls_last=True) if descending else term.asc(nulls_last=True)


def linked(register: Register) -> tuple[Field, ...]:
    """The fields whose values a row's address or history may need: the model's own columns, and
    those that the register names."""
    if not (register.url or register.subject):
        return ()
    return tuple(
        f
        for f in register.fields
        if f.key in register.url_by
        or ("__" not in f.path and f.kind != "long_text" and f.type != "set")
    )


def values_of(
    register: Register,
    columns: Sequence[Field],
    rows: QuerySet[Any],
    also: Sequence[Field] = (),
) -> QuerySet[Any, Row]:
    """Rows as dicts: the id, every column's value, and its label where people read another.

    `also` are fields of which the bare value is wanted.
    """
    model = model_of(register)
    named: dict[str, Any] = {"_id": F(register.id_path), "__pk": F("pk")}
    named |= {f"_{one.key}": F(one.path) for one in also}
    for one in columns:
        if one.type == "set" and is_to_many(model, one.path):
            continue
        named[f"_{one.key}"] = F(one.path)
        if one.display:
            named[f"_{one.key}__label"] = _display(one)
    return rows.values(**named)


def _display(one: Field) -> Any:
    english = (get_language() or "").startswith("en")
    paths = [*([one.display_en] if english and one.display_en else []), *one.displays]
    if len(paths) == 1:
        return F(paths[0])
    return Coalesce(*(NullIf(F(path), Value("")) for path in paths))


def rows_of(
    register: Register,
    columns: Sequence[Field],
    rows: QuerySet[Any],
    also: Sequence[Field] = (),
) -> list[Row]:
    """Rows by field key, with "id" and the labels of those that are displayed otherwise.

    One statement, and one more for each set that is a relation.
    """
    return list(_finished(register, columns, list(values_of(register, columns, rows, also))))


def _finished(register: Register, columns: Sequence[Field], rows: Sequence[Row]) -> Iterator[Row]:
    """Rows by field key, with the members of sets that stand in other tables."""
    model = model_of(register)
    masks = [(one.key, one.mask) for one in columns if one.mask is not None]
    for row in rows:
        row_id = row.pop("_id")
        for name in list(row):
            row[name[1:]] = row.pop(name)
        row["id"] = str(row_id)
        for key, mask in masks:
            if row[key]:
                row[key] = mask(row[key])
    if rows:
        for one in columns:
            if one.type == "set" and is_to_many(model, one.path):
                _add_members(register, one, rows)
    yield from rows


def _add_members(register: Register, one: Field, rows: Sequence[Row]) -> None:
    found = (
        model_of(register)
        ._default_manager.filter(**{f"{register.id_path}__in": [row["id"] for row in rows]})
        .exclude(**{f"{one.path}__isnull": True})
        .order_by(one.path)
        .values_list(register.id_path, one.path, _display(one) if one.display else F(one.path))
    )
    members: dict[str, list[tuple[str, str]]] = {}
    for row_id, value, label in found:
        members.setdefault(str(row_id), []).append((str(value), str(label)))
    for row in rows:
        own = members.get(row["id"], [])
        row[one.key] = [value for value, _label in own]
        row[f"{one.key}__label"] = [label for _value, label in own]


def row_for(register: Register, actor: Actor, fields: Sequence[Field], row_id: str) -> Row:
    """One row that `actor` may see; NotFound for any other. One statement, as `rows_of`."""
    rows = rows_for(register, actor)
    try:
        one = rows.filter(**{register.id_path: row_id})[:1]
        found = rows_of(register, fields, one, linked(register))
    except (ValueError, ValidationError):  # no such key can exist: not a number, not a UUID
        found = []
    if not found:
        raise NotFound(_("没有找到这一条，可能已被移走，或不在您的查看范围内。"))
    return found[0]


def _code(one: Field, value: str) -> str:
    return value.strip("/").rpartition("/")[2] if one.hierarchy == "path" else value


def options_of(one: Field) -> list[tuple[str, str]]:
    """What a filter offers for a field: (value, label) pairs, codes without their path."""
    if one.choices is not None:
        return [(value, str(label)) for value, label in one.choices]
    if one.type == "boolean":
        return [("true", _("是")), ("false", _("否"))]
    if one.options:
        return [(_code(one, str(value)), str(label)) for value, label in one.options()]
    return []


def check_problems(asked: Asked) -> None:
    """Raise the first problem of an address; for callers that cannot show it beside the list."""
    if asked.problems:
        problem = asked.problems[0]
        raise Invalid(problem.field, problem.problem, problem.remedy)
