"""What other parts may use of conditions."""

from district.kernel.conditions.query import to_q
from district.kernel.conditions.rules.describing import describe
from district.kernel.conditions.rules.errors import ConditionError
from district.kernel.conditions.rules.explaining import Explanation, Verdict, explain
from district.kernel.conditions.rules.linting import Finding, Relation, lint, relation
from district.kernel.conditions.rules.normal import by_instants, resolve, simplify
from district.kernel.conditions.rules.parsing import parse
from district.kernel.conditions.rules.schema import Attribute, Hierarchy, Schema, Type
from district.kernel.conditions.rules.tree import (
    ALWAYS,
    NEVER,
    All,
    AnyOf,
    Compare,
    Condition,
    Not,
    Operator,
    RelativeDate,
    Value,
    leaves,
)
from district.kernel.conditions.rules.typing_rules import OPERATORS_OF, check, compare
from district.kernel.conditions.rules.vectorised import Verdicts, evaluate, frame_of, scaled
from district.kernel.conditions.rules.writing import from_json, to_json, to_text
from district.kernel.conditions.sql import Dialect, to_sql

__all__ = [
    "ALWAYS",
    "NEVER",
    "OPERATORS_OF",
    "All",
    "AnyOf",
    "Attribute",
    "Compare",
    "Condition",
    "ConditionError",
    "Dialect",
    "Explanation",
    "Finding",
    "Hierarchy",
    "Not",
    "Operator",
    "Relation",
    "RelativeDate",
    "Schema",
    "Type",
    "Value",
    "Verdict",
    "Verdicts",
    "by_instants",
    "check",
    "compare",
    "describe",
    "evaluate",
    "explain",
    "frame_of",
    "from_json",
    "leaves",
    "lint",
    "parse",
    "relation",
    "resolve",
    "scaled",
    "simplify",
    "to_json",
    "to_q",
    "to_sql",
    "to_text",
]
