"""Grading and routing: what a case type's conditions make of a case, with the reason."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from district.kernel.base import clock
from district.kernel.cases.models import Case, CoUnit
from district.kernel.cases.rules.definition import CaseType
from district.kernel.cases.selectors.units import units_kept
from district.kernel.cases.services.doing import concerns
from district.kernel.cases.types import matter_of, unit_named
from district.kernel.conditions.public import describe, explain, to_text


@dataclass(frozen=True, slots=True)
class Route:
    """The unit that the rules propose, whether it is given to it directly, and why in words."""

    unit: str
    directly: bool
    reason: str
    #: The condition as the type's file writes it, for history, which speaks no language.
    condition: str


def facts_of(
    case: Case, co_units: Collection[CoUnit] = (), children_open: int | None = None
) -> dict[str, Any]:
    """What conditions may ask of a case; what is not known is left out."""
    matter = matter_of(case.type_key, case.matter)
    return {
        "grade": case.grade,
        "stage": case.stage,
        "matter": case.matter,
        "matter_unit": matter.unit if matter else None,
        "matter_emergency": matter.emergency if matter else None,
        "sensitive": case.is_sensitive,
        "source": case.source,
        "text": case.text,
        "street": case.street_unit_id,
        "community": case.community_unit_id,
        "located": bool(case.cell),
        "anonymous": case.is_anonymous,
        "confidential": case.is_confidential,
        "reporters": case.reporter_count,
        "returns": case.returns,
        "pauses": case.pauses,
        "extensions": case.extensions,
        "reopens": case.reopens,
        "bound": case.is_bound,
        "co_units": len(co_units),
        "co_open": sum(co.finished_at is None for co in co_units),
        "children_open": children_open,
        **own_facts(case),
    }


def own_facts(case: Case) -> dict[str, Any]:
    """The type's own facts as conditions take them (JSON keeps numbers and dates as texts)."""
    from district.kernel.cases.rules.forms import fact_value
    from district.kernel.cases.types import type_of

    schema = type_of(case).schema if case.facts else None
    return {
        key: fact_value(attribute, value)
        for key, value in case.facts.items()
        if schema is not None and (attribute := schema.get(key)) is not None and value is not None
    }


def grade_of(case_type: CaseType, case: Case) -> str:
    """The grade of the first rule that holds; the type's default where none does."""
    facts, today = facts_of(case), timezone.localtime(clock.now()).date()
    for rule in case_type.grading:
        if explain(rule.condition, facts, today=today).verdict is True:
            return rule.grade
    return case_type.default_grade


def route_of(case_type: CaseType, case: Case) -> Route | None:
    """The unit of the first rule that holds and names one that may handle it; None otherwise."""
    facts, today = facts_of(case), timezone.localtime(clock.now()).date()
    for rule in case_type.routing:
        if explain(rule.condition, facts, today=today).verdict is True:
            unit = _unit_named(rule.unit, case)
            if unit and _may_handle(unit, case):
                return Route(unit, rule.directly, describe(rule.condition), to_text(rule.condition))
    return None


def _may_handle(code: str, case: Case) -> bool:
    """Whether there is such a unit, and the case is not about it."""
    unit = units_kept().get(code)
    return unit is not None and unit.is_active and not concerns(case, unit.path)


def _unit_named(name: str, case: Case) -> str:
    if name == "matter":
        matter = matter_of(case.type_key, case.matter)
        name = matter.unit if matter else ""
    if name == "street":
        return case.street_unit_id or ""
    if name == "community":
        return case.community_unit_id or case.street_unit_id or ""
    own = unit_named(case, name)
    if own is not None:
        return own
    return case.centre_unit_id if name == "centre" else name
