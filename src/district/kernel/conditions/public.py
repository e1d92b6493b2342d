"""What other parts may use of conditions."""

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
)

__all__ = [
    "ALWAYS",
    "NEVER",
    "All",
    "AnyOf",
    "Attribute",
    "Compare",
    "Condition",
    "Hierarchy",
    "Not",
    "Operator",
    "RelativeDate",
    "Schema",
    "Type",
    "Value",
]
