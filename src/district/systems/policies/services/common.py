"""What the services of policies share."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, NotFound
from district.kernel.history.public import Actor
from district.systems.policies.models import Policy


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


def acting(actor: Actor) -> tuple[str, str]:
    """The id and the name under which an actor is kept."""
    return actor.id[:64], (actor.name or actor.id)[:100]
