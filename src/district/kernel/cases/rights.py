"""Rights on a case that follow from the case itself, not from its type's declaration."""

from __future__ import annotations

from django.utils.translation import gettext as _

from district.kernel.cases.models import Case
from district.kernel.organisation.public import Action, Grant, Role


def contact_action(case: Case) -> Action:
    """Whoever handles a case may read who reported it: its desk, lead and co-units. A
    confidential report is for the desk alone."""
    handling = [Grant(role, "centre") for role in (Role.DUTY_OFFICER, Role.UNIT_HEAD, Role.OFFICER)]
    if not case.is_confidential:
        for relation in ("unit", "co_unit"):
            handling += [Grant(role, relation) for role in (Role.UNIT_HEAD, Role.OFFICER)]
    return Action(f"cases.{case.type_key}.contacts", _("查看反映人信息"), tuple(handling))
