"""What other systems may use of policies: how an enterprise stands to them, what it was told."""

from district.systems.policies.models import Audience
from district.systems.policies.names import APPLICATION, MONEY, PUBLISHED, PUSHED
from district.systems.policies.selectors.eligibility import OfOne, policies_of_one
from district.systems.policies.selectors.explaining import Line, kept_lines, lines_of
from district.systems.policies.selectors.policies import consent_of, in_force, version_on
from district.systems.policies.selectors.portal import (
    application_of,
    applications_of,
    pushes_per_enterprise,
    pushes_to,
)
from district.systems.policies.selectors.schema import is_open
from district.systems.policies.services.applications import apply_for
from district.systems.policies.services.consents import save_consent
from district.systems.policies.services.pushing import note_read

__all__ = [
    "APPLICATION",
    "MONEY",
    "PUBLISHED",
    "PUSHED",
    "Audience",
    "Line",
    "OfOne",
    "application_of",
    "applications_of",
    "apply_for",
    "consent_of",
    "in_force",
    "is_open",
    "kept_lines",
    "lines_of",
    "note_read",
    "policies_of_one",
    "pushes_per_enterprise",
    "pushes_to",
    "save_consent",
    "version_on",
]
