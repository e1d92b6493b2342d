"""Telling members that a case waits for them, or that something was decided."""

from __future__ import annotations

from django.utils.translation import gettext as _

from district.kernel.cases.addresses import case_url
from district.kernel.cases.models import Recusal
from district.kernel.cases.rules.words import said
from district.kernel.cases.services.doing import Doing, subject_of
from district.kernel.notifications.public import notify
from district.kernel.organisation.public import Role, assignments_today, members_acting

#: Who in a unit is told: those that handle cases, not everybody who may see them.
ROLES = (Role.UNIT_HEAD, Role.OFFICER, Role.DUTY_OFFICER)


def tell(doing: Doing, acting_unit: str) -> None:
    """Tell the units whose turn it became and those that the action concerns.

    The unit that acted knows already. A case that names a handler tells the handler, not the
    whole unit. Messages carry the number and no text: they go to outside services too.
    """
    case = doing.case
    units = doing.told_units - {acting_unit}
    if case.complained_unit_id in units:
        units.discard(case.complained_unit_id)
    members: list[object] = [doing.told_leader] if doing.told_leader else []
    if case.handler_id and case.lead_unit_id in units:
        units.discard(case.lead_unit_id)
        members.append(case.handler_id)
    if units:
        members += [member.pk for member in members_acting(sorted(units), ROLES)]
    if members and case.complained_unit is not None:
        # Somebody may have a post there besides the one that they would be told for.
        there = assignments_today().filter(unit__path__startswith=case.complained_unit.path)
        concerned = set(there.values_list("member_id", flat=True))
        members = [member for member in members if member not in concerned]
    if members and doing.case_type.recusals:
        away = set(Recusal.objects.filter(case=case).values_list("member_id", flat=True))
        members = [member for member in members if member not in away]
    if not members:
        return
    stage = said(doing.case_type.stages[case.stage].label)
    notify(
        [str(member) for member in members],
        _("%(number)s：%(action)s，现为“%(stage)s”")
        % {"number": case.number, "action": said(doing.move.label), "stage": stage},
        said(doing.case_type.label),
        case_url(case.pk),
        subject_of(case),
    )
