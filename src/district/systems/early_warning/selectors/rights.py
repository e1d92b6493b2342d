"""To whom missions and surveys belong, and who may see what is placed."""

from __future__ import annotations

from django.db.models import Q

from district.kernel.organisation.public import Owned, Scope
from district.systems.early_warning.models import Mission, RoadSurvey, RoadVoid


def _street(code: str | None) -> frozenset[str]:
    return frozenset((code,)) if code else frozenset()


def with_street_q(scope: Scope) -> Q:
    """What a scope reaches of rows that have a lead unit and a street, which looks on."""
    return scope.q("lead_unit", co_units="street_unit")


def owned_mission(mission: Mission) -> Owned:
    """The unit's whose alarm it is; the street where it burns looks on."""
    return Owned(mission.lead_unit_id, _street(mission.street_unit_id))


def owned_survey(survey: RoadSurvey) -> Owned:
    """The unit's that had it made."""
    return Owned(survey.lead_unit_id)


def owned_void(void: RoadVoid) -> Owned:
    """The unit's that had the survey made; its street looks on."""
    return Owned(void.lead_unit_id, _street(void.street_unit_id))
