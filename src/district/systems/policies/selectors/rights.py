"""To whom policies belong, and how history names them."""

from __future__ import annotations

from district.kernel.history.public import Subject
from district.kernel.organisation.public import Owned, Unit
from district.systems.policies.models import Policy, PolicyVersion
from district.systems.policies.models.policies import TERMS
from district.systems.policies.names import POLICY
from district.systems.policies.rules.terms import NewTerms


def owned_by(unit: Unit) -> Owned:
    """To whom a policy belongs: the unit that issues it."""
    return Owned(unit.pk, path=unit.path)


def subject_of(policy: Policy) -> Subject:
    """How history names a policy."""
    return Subject(POLICY, str(policy.pk))


def terms_of(row: Policy | PolicyVersion) -> NewTerms:
    """What a policy or a version says."""
    return NewTerms(**{name: getattr(row, name) for name in TERMS})
