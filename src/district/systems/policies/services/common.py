"""What the services of policies share."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, NotFound
from district.kernel.history.public import Actor, Subject
from district.kernel.organisation.public import Owned, Unit
from district.systems.policies.models import Policy, PolicyVersion
from district.systems.policies.models.policies import TERMS
from district.systems.policies.names import POLICY
from district.systems.policies.rules.terms import NewTerms


def locked_policy(policy_id: UUID | str, seen: int | None = None) -> Policy:
    """The policy's row, locked; NotFound, and Conflict when it was changed since version `seen`."""
    try:
        found = Policy.objects.select_for_update().filter(pk=policy_id).first()
    except (ValueError, ValidationError):
        found = None
    if found is None:
        raise NotFound(_("没有这项政策。"))
    if seen is not None and found.version != seen:
        raise Conflict(_("这项政策刚被别人修改过。请刷新后再试。"))
    return found


def owned_by(unit: Unit) -> Owned:
    """To whom a policy belongs: the unit that issues it."""
    return Owned(unit.pk, path=unit.path)


def subject_of(policy: Policy) -> Subject:
    """How history names a policy."""
    return Subject(POLICY, str(policy.pk))


def terms_of(row: Policy | PolicyVersion) -> NewTerms:
    """What a policy or a version says."""
    return NewTerms(**{name: getattr(row, name) for name in TERMS})


def acting(actor: Actor) -> tuple[str, str]:
    """The id and the name under which an actor is kept."""
    return actor.id[:64], (actor.name or actor.id)[:100]
