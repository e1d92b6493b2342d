"""What a rule's content may name in this installation, and what the district says of rules."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from district.kernel.alarms.models import RuleSettings
from district.kernel.alarms.rules.content import Known
from district.kernel.base.recent import kept_for
from district.kernel.cases.public import case_types
from district.kernel.organisation.public import EVERY_ROLE
from district.kernel.sensing.public import LEVELS

#: Where the district says nothing: whoever wrote a rule of these levels does not switch it on.
TWO_PEOPLE = ("orange", "red")
DISTRICT = "district"


def known() -> Known:
    """The declared case types with their own facts, and the roles that members have."""
    types = {each.key: each.facts for each in case_types()}
    return Known(types, tuple(str(role) for role in EVERY_ROLE))


def zone() -> str:
    """The district's time zone, in which quiet hours are meant."""
    return str(settings.TIME_ZONE)


@kept_for(10)
def two_people_levels() -> tuple[str, ...]:
    """The levels at which a second person must switch a rule on. One query, kept for seconds."""
    row = RuleSettings.objects.filter(pk=DISTRICT).first()
    return TWO_PEOPLE if row is None else known_levels(row.two_people)


def known_levels(levels: Sequence[object]) -> tuple[str, ...]:
    """Those that are levels, from the least."""
    return tuple(level for level in LEVELS if level in levels)
