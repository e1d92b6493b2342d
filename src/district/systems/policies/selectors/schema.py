"""Conditions of policies, and the words in which people read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from district.kernel.cases.public import units_kept
from district.kernel.conditions.public import (
    Condition,
    Explanation,
    describe,
    from_json,
    leaves,
)
from district.systems.enterprises.public import industry_label, qualification_label
from district.systems.policies.models import PolicyVersion
from district.systems.policies.selectors.audiences import audience_of


def condition_of(version: PolicyVersion, audience: str) -> Condition:
    """A version's condition; ConditionError where the register lost an attribute meanwhile."""
    return from_json(version.condition, audience_of(audience).schema())


def names_in(condition: Condition) -> Mapping[tuple[str, str], str]:
    """What people call the codes in a condition, as `describe` takes it.

    No query mostly: units are those that are kept for seconds.
    """
    found: dict[tuple[str, str], str] = {}
    asked: set[tuple[str, str]] = set()
    for leaf in leaves(condition):
        key = leaf.attribute.key
        for value in map(str, leaf.values):
            if key == "industry":
                found[key, value] = industry_label(value) or value
            elif key == "qualifications":
                found[key, value] = qualification_label(value)
            elif key in ("street", "community"):
                asked.add((key, value))
    if asked:
        kept = units_kept()
        for key, value in asked:
            unit = kept.get(value)
            found[key, value] = unit.display_short if unit else value
    return found


def said(condition: Condition, names: Mapping[tuple[str, str], str] | None = None) -> str:
    """A condition as people say it."""
    return describe(condition, names if names is not None else names_in(condition))


def unknown_attributes(explanation: Explanation) -> list[str]:
    """What the labels of the attributes are that nothing is known of, each once."""
    found: dict[str, None] = {}
    pending = [explanation]
    while pending:
        here = pending.pop(0)
        pending = [*here.clauses, *pending]
        if not here.clauses and here.verdict is None:
            found[str(next(leaves(here.condition)).attribute.label)] = None
    return list(found)


def is_open(version: PolicyVersion, day: date) -> bool:
    """Whether a version's window holds the day; whether it is in force is another question."""
    begun = version.opens_on is None or version.opens_on <= day
    return begun and (version.closes_on is None or day <= version.closes_on)
