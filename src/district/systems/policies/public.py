"""What other systems may use of policies: how an enterprise stands to them, what it was told.

An enterprise is named by its id, or by its credit code where a parameter is called `code`. Who
asks has the right to: nothing here asks who it is, except the services, which take `actor`.
"""

from district.systems.policies.names import APPLICATION, PUBLISHED, PUSHED
from district.systems.policies.selectors.eligibility import OfOne, policies_of_one
from district.systems.policies.selectors.policies import (
    counts_by_version,
    in_force,
    pushes_of_one,
    unread_of_one,
    version_on,
)
from district.systems.policies.services.applications import apply_for
from district.systems.policies.services.consents import save_consent
from district.systems.policies.services.pushing import note_read

__all__ = [
    "APPLICATION",
    "PUBLISHED",
    "PUSHED",
    "OfOne",
    "apply_for",
    "counts_by_version",
    "in_force",
    "note_read",
    "policies_of_one",
    "pushes_of_one",
    "save_consent",
    "unread_of_one",
    "version_on",
]
