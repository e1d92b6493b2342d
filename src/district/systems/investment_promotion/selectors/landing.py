"""What the register of enterprises says of a project that is to land."""

from __future__ import annotations

from typing import Any

from district.kernel.base import clock
from district.kernel.matching.public import values_of
from district.systems.enterprises.public import POPULATION, EnterpriseRef, enterprise_by_code
from district.systems.investment_promotion.models import Project
from district.systems.investment_promotion.rules.landing import (
    Landing,
    landing_of,
    landing_values,
)
from district.systems.investment_promotion.selectors.settings import settings

_ASKED = ("established_on", "capital")


def landing_now(row: Project) -> Landing:
    """The condition in force asked of a project as the register is now. Two statements."""
    known = enterprise_by_code(row.entity_code) if row.entity_code else None
    return landing_with(row, known, _facts(known))


def entity_of(row: Project) -> EnterpriseRef | None:
    """The entity that a project landed as; None where the register has none."""
    return enterprise_by_code(row.entity_code) if row.entity_code else None


def _facts(known: EnterpriseRef | None) -> dict[str, Any]:
    if known is None:
        return {}
    rows = values_of(POPULATION, [known.id], _ASKED)
    return next(iter(rows.values()), {})


def landing_with(row: Project, known: EnterpriseRef | None, facts: dict[str, Any]) -> Landing:
    """The same with what the register says already at hand."""
    values = landing_values(
        registered=known is not None,
        status=known.status if known else "",
        street=known.street if known else "",
        founded_on=facts.get("established_on"),
        capital=facts.get("capital"),
        agreed=row.agreed,
        signed_on=row.signed_on,
    )
    return landing_of(settings().condition, values, clock.today())
