"""What other systems may use of policies: how an enterprise stands to them, what it was told."""

from district.systems.policies.names import APPLICATION, PUBLISHED, PUSHED
from district.systems.policies.selectors.eligibility import OfOne, policies_of_one
from district.systems.policies.selectors.policies import in_force, version_on
from district.systems.policies.services.applications import apply_for
from district.systems.policies.services.consents import save_consent
from district.systems.policies.services.pushing import note_read

__all__ = [
    "APPLICATION",
    "PUBLISHED",
    "PUSHED",
    "OfOne",
    "apply_for",
    "in_force",
    "note_read",
    "policies_of_one",
    "save_consent",
    "version_on",
]
