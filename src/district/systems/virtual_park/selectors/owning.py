"""To whom activities belong, and one of them locked for a change."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.organisation.public import Owned, Unit
from district.systems.virtual_park.models import Activity


def owned_by(unit: Unit) -> Owned:
    """The unit's that holds it."""
    return Owned(unit.pk, path=unit.path)


def locked_activity(key: UUID | str) -> Activity:
    """The activity, locked for this transaction, its unit loaded; NotFound."""
    rows = Activity.objects.select_for_update(of=("self",)).select_related("lead_unit")
    try:
        found = rows.filter(pk=key).first()
    except (ValueError, ValidationError):
        found = None
    if found is None:
        raise NotFound(_("没有这场活动。"))
    return found
