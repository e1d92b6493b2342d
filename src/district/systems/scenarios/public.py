"""What other systems may use of scenarios: what an enterprise does and reads itself.

The caller knows who may act for an enterprise: services take its credit code and an `actor` that is
the calling system or an account that it vouches for, selectors take the credit code alone. Members
do the same on the pages of scenarios under their own rights. Nothing that an enterprise offers is
published before the unit that keeps the list has taken it up.
"""

from district.systems.scenarios.forms import firm_entry_form
from district.systems.scenarios.names import DECIDED
from district.systems.scenarios.selectors.applicants import (
    OpenRound,
    OwnApplication,
    OwnRecognition,
    application_of_enterprise,
    applications_of_enterprise,
    open_rounds,
    recognitions_of_enterprise,
)
from district.systems.scenarios.selectors.entries import PublicLine
from district.systems.scenarios.selectors.firms import (
    OwnEntry,
    PublicMatch,
    entries_of_enterprise,
    entry_of_enterprise,
    kinds_for_enterprises,
    matches_of_entry,
    opportunities_published,
    values_of_entry,
)
from district.systems.scenarios.services.applying import (
    answer_for_enterprise,
    attach_for_enterprise,
)
from district.systems.scenarios.services.offering import (
    change_by_enterprise,
    offer_by_enterprise,
    withdraw_by_enterprise,
)

__all__ = [
    "DECIDED",
    "OpenRound",
    "OwnApplication",
    "OwnEntry",
    "OwnRecognition",
    "PublicLine",
    "PublicMatch",
    "answer_for_enterprise",
    "application_of_enterprise",
    "applications_of_enterprise",
    "attach_for_enterprise",
    "change_by_enterprise",
    "entries_of_enterprise",
    "entry_of_enterprise",
    "firm_entry_form",
    "kinds_for_enterprises",
    "matches_of_entry",
    "offer_by_enterprise",
    "open_rounds",
    "opportunities_published",
    "recognitions_of_enterprise",
    "values_of_entry",
    "withdraw_by_enterprise",
]
