"""What an address asks of a register, as pure rules: filters, search, sort, columns, page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.conditions.public import (
    All,
    AnyOf,
    Attribute,
    Condition,
    ConditionError,
    Operator,
    RelativeDate,
    Schema,
    check,
    compare,
    from_json,
    parse,
    simplify,
    to_text,
)
from district.kernel.registers.declaration import Field, Register

MAX_SEARCH = 100
MAX_WORDS = 5
MAX_SORT = 3
FROM, TO = ".from", ".to"

Parameters = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Clause:
    """One filter as the address gives it, so that a chip can name it and take it out.

    `without` is what the address must say instead: new values by parameter, empty to drop it.
    """

    condition: Condition
    without: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Asked:
    """What an address asks: every part checked against the fields that the reader may see.

    `exact`: however many rows there are, they are to be counted.
    """

    clauses: tuple[Clause, ...] = ()
    words: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    columns: tuple[Field, ...] = ()
    page: int = 1
    exact: bool = False
    aggregate: str = ""
    figure: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Invalid, ...] = ()

    @property
    def condition(self) -> Condition:
        """All filters as one condition."""
        return simplify(All(tuple(clause.condition for clause in self.clauses)))

    @property
    def narrowed(self) -> bool:
        """Whether it asks for some of the rows only."""
        return bool(self.clauses or self.words or self.problems)


def personal_keys(columns: Iterable[Field]) -> list[str]:
    """The keys of those of these columns that hold personal data."""
    return [one.key for one in columns if one.personal]


def visible_fields(register: Register, may: Callable[[str], bool]) -> tuple[Field, ...]:
    """The register's fields that somebody may see; `may` decides an action."""
    return tuple(f for f in register.fields if not f.view_action or may(f.view_action))


def asked(register: Register, fields: Sequence[Field], parameters: Parameters) -> Asked:
    """Read the parameters of an address; what cannot be read is collected as problems.

    A problem never widens the list: who shows it must show no rows.
    """
    problems: list[Invalid] = []
    clauses: list[Clause] = []
    schema = register.schema(f.key for f in fields)
    by_key = {f.key: f for f in fields}
    try:
        clauses += _where(parameters.get("where", ()), schema)
    except ConditionError as error:
        problems.append(error)
    for one in fields:
        if one.filterable:
            try:
                clauses += simple_clauses(one, parameters)
            except Invalid as error:
                problems.append(error)
    try:
        check(All(tuple(clause.condition for clause in clauses)))
    except ConditionError as error:
        problems.append(error)
    aggregate, figure = "", {}
    if _last(parameters, "figure"):
        aggregate = _last(parameters, "aggregate") or "count"
        problems += _check_aggregate(aggregate, by_key)
        figure = {name: _last(parameters, f"figure.{name}") for name in ("value", "unit", "label")}
    return Asked(
        clauses=tuple(clauses),
        words=tuple(_last(parameters, "q")[:MAX_SEARCH].split()[:MAX_WORDS]),
        sort=_sort(register, by_key, _last(parameters, "sort")),
        columns=_columns(register, fields, ",".join(parameters.get("columns", ()))),
        page=_page(_last(parameters, "page")),
        exact=_last(parameters, "exact") == "1",
        aggregate=aggregate,
        figure=figure,
        problems=tuple(problems),
    )


def _last(parameters: Parameters, name: str) -> str:
    values = parameters.get(name) or ("",)
    return values[-1].strip()


def _page(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def where_condition(where: Any, schema: Schema) -> Condition:
    """A condition given as tree, text or JSON; "" is every row. Raises ConditionError."""
    if isinstance(where, str):
        return parse(where, schema) if where.strip() else All()
    return from_json(where, schema) if isinstance(where, Mapping) else where


def _where(texts: Sequence[str], schema: Schema) -> list[Clause]:
    """The clauses of `where=`: the parts of a top-level `and` can be taken out one by one."""
    kept = [text for text in texts if text.strip()]
    conditions = [parse(text, schema) for text in kept]
    parts: list[Condition] = []
    for condition in conditions:
        parts += condition.clauses if isinstance(condition, All) else (condition,)
    clauses = []
    for number, part in enumerate(parts):
        rest = (*parts[:number], *parts[number + 1 :])
        text = to_text(rest[0] if len(rest) == 1 else All(rest)) if rest else ""
        clauses.append(Clause(part, {"where": (text,) if text else ()}))
    return clauses


def simple_clauses(one: Field, parameters: Parameters) -> list[Clause]:
    """The clauses of `field=value`, `field.from=` and `field.to=`.

    A text is searched for, a code includes what lies under it, a set must have the value, any
    other value must be equal; several values of one field are alternatives. Raises Invalid.
    """
    attribute = one.attribute()
    clauses: list[Clause] = []
    values = [value.strip() for value in parameters.get(one.key, ()) if value.strip()]
    if values:
        clauses.append(Clause(_equals(attribute, values), {one.key: ()}))
    bounds: tuple[tuple[str, Operator], ...] = ((FROM, ">="), (TO, "<="))
    for suffix, operator in bounds:
        text = _last(parameters, one.key + suffix)
        if text:
            condition = compare(attribute, operator, value_from(attribute, text))
            clauses.append(Clause(condition, {one.key + suffix: ()}))
    return clauses


def _equals(attribute: Attribute, texts: Sequence[str]) -> Condition:
    values = [value_from(attribute, text) for text in texts]
    by_type: dict[str, Operator] = {"text": "contains", "code": "under", "set": "has"}
    operator = by_type.get(attribute.type, "=")
    if operator == "=" and len(values) > 1 and attribute.type != "boolean":
        return compare(attribute, "in", *values)
    leaves = tuple(compare(attribute, operator, value) for value in values)
    return leaves[0] if len(leaves) == 1 else AnyOf(leaves)


_TRUE, _FALSE = {"true", "1", "yes", "是"}, {"false", "0", "no", "否"}


def value_from(attribute: Attribute, text: str) -> object:
    """The value that a form field or an address writes; raises ConditionError when it is none."""
    try:
        if attribute.type == "integer":
            return int(text)
        if attribute.type == "decimal":
            return Decimal(text)
        if attribute.type in ("date", "datetime"):
            return moment_from(text)
    except (ValueError, InvalidOperation):
        return text  # refused by the comparison, with the remedy for its type
    if attribute.type == "boolean":
        return True if text.lower() in _TRUE else False if text.lower() in _FALSE else text
    if attribute.hierarchy == "path":
        return text.strip("/").rpartition("/")[2]
    return text


def moment_from(text: str) -> date | datetime | RelativeDate:
    """A date, a time or `today-7d`; raises ValueError."""
    if text.startswith("today"):
        rest = text[5:].removesuffix("d")
        return RelativeDate(int(rest) if rest else 0)
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _sort(register: Register, by_key: Mapping[str, Field], text: str) -> tuple[str, ...]:
    """Sort keys, "-" for descending; unknown ones are left out, each key counts once."""
    wanted: dict[str, str] = {}
    for word in (part.strip() for part in text.split(",")):
        key = word.lstrip("-")
        if key in by_key and by_key[key].sortable and key not in wanted:
            wanted[key] = word
    if wanted:
        return tuple(wanted.values())[:MAX_SORT]
    return tuple(word for word in register.sort if word.lstrip("-") in by_key)


def next_sort(now: Sequence[str], key: str) -> str:
    """The `sort=` after a press on the column `key`: it comes first, the others follow."""
    first = f"-{key}" if now and now[0] == key else key
    rest = [word for word in now if word.lstrip("-") != key]
    return ",".join([first, *rest][:MAX_SORT])


def _columns(register: Register, fields: Sequence[Field], text: str) -> tuple[Field, ...]:
    """The columns to show, the naming one always; unknown ones are left out."""
    by_key = {f.key: f for f in fields}
    wanted = [key for key in dict.fromkeys(text.split(",")) if key in by_key]
    if not wanted:
        return tuple(f for f in fields if f.default or f.key == register.title)
    if register.title in by_key and register.title not in wanted:
        wanted.insert(0, register.title)
    return tuple(by_key[key] for key in wanted)


def aggregate_of(text: str) -> tuple[str, str]:
    """ "sum:amount" as ("sum", "amount"); "count" as ("count", "")."""
    kind, _colon, key = text.partition(":")
    return kind, key


def _check_aggregate(text: str, by_key: Mapping[str, Field]) -> Iterable[Invalid]:
    kind, key = aggregate_of(text)
    numbers = {f.key for f in by_key.values() if f.type in ("integer", "decimal")}
    if (kind == "count" and not key) or (kind in ("sum", "total", "value") and key in numbers):
        return []
    return [
        Invalid(
            "aggregate",
            _("不能按“%(aggregate)s”计数") % {"aggregate": text},
            _("写 count、sum：数字项、total：数字项 或 value：数字项"),
        )
    ]


def plain_number(value: Any) -> str:
    """A number without exponent and trailing zeros, as figures and their recount print it."""
    if value is None:
        return ""
    text = f"{Decimal(value):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def same_number(one: str, other: Any) -> bool:
    """Whether a number as printed equals a recounted one; no data equals no data."""
    if not one or other is None:
        return not one and other is None
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return False
