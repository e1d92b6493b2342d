"""An explanation as lines that people read: each clause, its verdict, the value on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _

from district.kernel.cases.public import units_kept
from district.kernel.conditions.public import (
    Attribute,
    Compare,
    Explanation,
    Not,
    explain,
    from_json,
)
from district.kernel.matching.public import clauses_of
from district.kernel.registers.public import plain_number
from district.systems.enterprises.public import industry_label, qualification_label
from district.systems.policies.models import Application, Push
from district.systems.policies.rules.values import typed_values
from district.systems.policies.selectors.audiences import audience_of
from district.systems.policies.selectors.schema import names_in, said

Names = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Line:
    """A clause in words, what became of it, and the value on record ("" where it is a group).

    `lines` are the clauses inside, where there are several.
    """

    words: str
    outcome: Literal["holds", "fails", "unknown"]
    actual: str
    lines: tuple[Line, ...] = ()


def lines_of(explanation: Explanation) -> list[Line]:
    """The top-level clauses as lines."""
    names = names_in(explanation.condition)
    whole = explanation.condition
    tops = explanation.clauses if clauses_of(whole) != (whole,) else (explanation,)
    return [_line(one, names) for one in tops]


def _line(explanation: Explanation, names: Names) -> Line:
    words = said(explanation.condition, names)
    leaf = _leaf(explanation)
    if leaf is not None:
        return Line(words, explanation.outcome, _actual(leaf, names))
    inner = tuple(_line(one, names) for one in explanation.clauses)
    return Line(words, explanation.outcome, "", inner)


def _leaf(explanation: Explanation) -> Explanation | None:
    """The comparison that is explained, also where it is negated."""
    if isinstance(explanation.condition, Compare):
        return explanation
    if isinstance(explanation.condition, Not):
        return _leaf(explanation.clauses[0])
    return None


def _actual(leaf: Explanation, names: Names) -> str:
    assert isinstance(leaf.condition, Compare)  # noqa: S101  # _leaf gives comparisons only
    return value_words(leaf.condition.attribute, leaf.actual, names)


def value_words(attribute: Attribute, value: Any, names: Names) -> str:
    """A value as people read it."""
    if value is None:
        return _("未登记")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if attribute.type == "set":
        return _("、").join(qualification_label(one) for one in value) or _("无")
    if attribute.key == "industry":
        return industry_label(value) or str(value)
    if attribute.type in ("integer", "decimal"):
        return f"{plain_number(value)}{attribute.unit}"
    if attribute.type == "choice":
        return str(dict(attribute.choices or ()).get(value, value))
    if attribute.key in ("street", "community"):
        kept = units_kept().get(str(value))
        return kept.display_short if kept else str(value)
    return names.get((attribute.key, str(value)), str(value))


def kept_lines(row: Push | Application) -> list[Line]:
    """Why somebody was told, or how they stood when they applied: from what was kept then.

    The clauses are those of the version, the values those of that day, also where the register
    has changed since.
    """
    schema = audience_of(row.version.policy.audience).schema()
    condition = from_json(row.version.condition, schema)
    values = typed_values(row.values, schema)
    day = row.today if isinstance(row, Push) else row.opened_at.date()
    return lines_of(explain(condition, values, today=day))
