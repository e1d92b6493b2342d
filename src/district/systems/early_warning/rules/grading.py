"""How a void below a road is graded: declared rules, the first that holds decides. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from district.kernel.conditions.public import (
    Attribute,
    Condition,
    ConditionError,
    Schema,
    describe,
    explain,
    parse,
)

KINDS: tuple[tuple[str, Any], ...] = (
    ("cavity", _("空洞")),
    ("detached", _("脱空")),
    ("loose", _("疏松体")),
    ("water", _("富水体")),
)
GRADES = ("1", "2", "3", "4")
SCHEMA = Schema(
    "road_void",
    (
        Attribute("kind", _("类型"), "choice", choices=KINDS),
        Attribute("depth", _("埋深"), "decimal", unit="米"),
        Attribute("length", _("长"), "decimal", unit="米"),
        Attribute("width", _("宽"), "decimal", unit="米"),
        Attribute("height", _("净高"), "decimal", unit="米"),
        Attribute("area", _("面积"), "decimal", unit="平方米"),
    ),
)


class GradesError(Exception):
    """A file of rules that cannot be used; the message says where and why."""


@dataclass(frozen=True)
class GradeRule:
    """A grade for what a condition holds of; `opens` says whether it becomes a case."""

    key: str
    condition: Condition
    grade: str
    opens: bool

    @property
    def words(self) -> str:
        """The condition as people read it."""
        return describe(self.condition)


def read_rules(data: Mapping[str, Any]) -> tuple[GradeRule, ...]:
    """The rules of a file's content; GradesError where one is wrong, or one void would get none."""
    found: list[GradeRule] = []
    for at, row in enumerate(data.get("rules", []), 1):
        try:
            condition = parse(str(row.get("when", "")), SCHEMA)
        except ConditionError as error:
            raise GradesError(f"rule {at}: {error}") from error
        if row.get("grade") not in GRADES:
            raise GradesError(f"rule {at}: grade must be one of {', '.join(GRADES)}")
        key = str(row.get("key", ""))
        if not key or key in {one.key for one in found}:
            raise GradesError(f"rule {at}: needs a key of its own")
        found.append(GradeRule(key, condition, row["grade"], bool(row.get("opens", True))))
    anything = {"kind": "loose", **dict.fromkeys(("depth", "length", "width", "area"), Decimal(50))}
    if not any(explain(one.condition, anything).verdict is True for one in found):
        raise GradesError("no rule is left for what no other holds of; end with one for all")
    return tuple(found)


@cache
def rules() -> tuple[GradeRule, ...]:
    """The rules of `void_grades.toml`; GradesError names what is wrong."""
    path = Path(__file__).parents[1] / "void_grades.toml"
    return read_rules(tomllib.loads(path.read_text(encoding="utf-8")))


def rule_named(key: str) -> GradeRule | None:
    """The rule of that key, as far as it still stands."""
    return next((one for one in rules() if one.key == key), None)


def words_of(rule: GradeRule) -> str:
    """When a rule grades, for people; the last one takes all that is left."""
    return gettext("其余") if rule == rules()[-1] else rule.words


def grade_of(facts: Mapping[str, Any], known: tuple[GradeRule, ...] | None = None) -> GradeRule:
    """The rule that grades a void of these facts (exact numbers in metres); GradesError where
    none does."""
    given = {**facts, "area": facts["length"] * facts["width"]}
    for rule in known or rules():
        if explain(rule.condition, given).verdict is True:
            return rule
    raise GradesError("no rule holds of this void")
