"""One row against a condition, with the verdict of every clause and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from district.kernel.conditions.rules import typing_rules as rules
from district.kernel.conditions.rules.normal import resolve
from district.kernel.conditions.rules.schema import Attribute, Type
from district.kernel.conditions.rules.tree import All, Compare, Condition, Not
from district.kernel.conditions.rules.writing import to_json, to_text, value_text

Verdict = bool | None


@dataclass(frozen=True)
class Explanation:
    """What became of a condition, and of every clause in it, on one row.

    `verdict` is True, False or None (unknown); `actual` is the row's value where the condition
    is a comparison, None where nothing is known; `clauses` explain what is inside, all of them.
    """

    condition: Condition
    verdict: Verdict
    clauses: tuple[Explanation, ...] = ()
    actual: Any = None

    @property
    def outcome(self) -> Literal["holds", "fails", "unknown"]:
        """The verdict as a word."""
        if self.verdict is None:
            return "unknown"
        return "holds" if self.verdict else "fails"

    @property
    def text(self) -> str:
        """The condition in its text form."""
        return to_text(self.condition)

    def to_json(self) -> dict[str, Any]:
        """The explanation for an API: condition, outcome, actual value and clauses."""
        data: dict[str, Any] = {"condition": to_json(self.condition), "outcome": self.outcome}
        if isinstance(self.condition, Compare):
            data["actual"] = _shown(self.actual)
        if self.clauses:
            data["clauses"] = [clause.to_json() for clause in self.clauses]
        return data


def _shown(actual: Any) -> Any:
    if actual is None or isinstance(actual, str | bool | int):
        return actual
    if isinstance(actual, Decimal | date):
        return value_text(actual)
    return sorted(actual)


def explain(
    condition: Condition, row: Mapping[str, Any], *, today: date | None = None
) -> Explanation:
    """Every clause of `condition` on `row` (values by attribute key; absent means unknown).

    Values are of the attribute's Python type: str, int, Decimal, bool, date, aware datetime, a
    collection of str for a set. Raises TypeError on another, and ValueError when a relative
    date meets no `today`.
    """
    if isinstance(condition, Compare):
        actual = known_value(condition.attribute, row.get(condition.attribute.key))
        return Explanation(condition, _compare(condition, actual, today), (), actual)
    if isinstance(condition, Not):
        inner = explain(condition.clause, row, today=today)
        return Explanation(condition, _opposite(inner.verdict), (inner,))
    clauses = tuple(explain(clause, row, today=today) for clause in condition.clauses)
    verdicts = {clause.verdict for clause in clauses}
    # All fails by one that fails, AnyOf holds by one that holds; else the unknown decides.
    decisive = not isinstance(condition, All)
    verdict: Verdict = not decisive
    if decisive in verdicts:
        verdict = decisive
    elif None in verdicts:
        verdict = None
    return Explanation(condition, verdict, clauses)


def _opposite(verdict: Verdict) -> Verdict:
    return None if verdict is None else not verdict


_PYTHON: dict[Type, tuple[type, ...]] = {
    "text": (str,), "choice": (str,), "code": (str,),
    "integer": (int,), "decimal": (Decimal, int), "boolean": (bool,),
    "date": (date,), "datetime": (datetime,), "set": (Collection,),
}  # fmt: skip


def known_value(attribute: Attribute, value: Any) -> Any:
    """The row's value, None where nothing is known; raises TypeError on a wrong type."""
    if value is None or (value == "" and rules.is_textual(attribute)):
        return None
    wanted = _PYTHON[attribute.type]
    right = isinstance(value, wanted)
    if isinstance(value, bool) and attribute.type != "boolean":
        right = False
    if attribute.type == "date" and isinstance(value, datetime):
        right = False
    if attribute.type == "set" and isinstance(value, str | bytes | Mapping):
        right = False
    if attribute.type == "datetime" and right and value.tzinfo is None:
        right = False
    if not right:
        raise TypeError(f"{attribute.key}: {value!r} is no value of type {attribute.type}")
    return value


def _compare(leaf: Compare, actual: Any, today: date | None) -> Verdict:
    if leaf.operator == "known":
        return actual is not None
    if actual is None:
        return None
    resolved = resolve(leaf, today)
    assert isinstance(resolved, Compare)  # noqa: S101  # resolving a comparison gives one
    return _TESTS[leaf.operator](leaf.attribute, actual, resolved.values)


def own_code(attribute: Attribute, actual: str) -> str:
    """The row's own code: the last of its chain where the hierarchy is a path."""
    return actual.rstrip("/").rpartition("/")[2] if attribute.hierarchy == "path" else actual


def _equal(attribute: Attribute, actual: Any, value: Any) -> bool:
    if attribute.type == "code":
        return bool(own_code(attribute, actual) == value)
    return bool(_order(actual, value) == 0)


def _order(actual: Any, value: Any) -> int:
    if isinstance(actual, datetime) and not isinstance(value, datetime):
        actual = actual.astimezone(rules.ZONE).date()
    return int(actual > value) - int(actual < value)


def _under(attribute: Attribute, actual: str, values: tuple[Any, ...]) -> bool:
    if attribute.hierarchy == "path":
        return f"/{values[0]}/" in actual
    return actual.startswith(str(values[0]))


_Test = Callable[[Attribute, Any, tuple[Any, ...]], bool]
_TESTS: dict[str, _Test] = {
    "=": lambda attribute, actual, values: _equal(attribute, actual, values[0]),
    "!=": lambda attribute, actual, values: not _equal(attribute, actual, values[0]),
    "<": lambda _, actual, values: _order(actual, values[0]) < 0,
    "<=": lambda _, actual, values: _order(actual, values[0]) <= 0,
    ">": lambda _, actual, values: _order(actual, values[0]) > 0,
    ">=": lambda _, actual, values: _order(actual, values[0]) >= 0,
    "in": lambda attribute, actual, values: any(_equal(attribute, actual, v) for v in values),
    "between": lambda _, actual, values: (
        _order(actual, values[0]) >= 0 and _order(actual, values[1]) <= 0
    ),
    "contains": lambda _, actual, values: values[0] in actual,
    "starts_with": lambda _, actual, values: actual.startswith(values[0]),
    "under": _under,
    "has": lambda _, actual, values: values[0] in actual,
}
