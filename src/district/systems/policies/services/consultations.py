"""Asking units for their opinion of a draft, and their answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.notifications.public import notify
from district.kernel.organisation.public import Owned, Role, Unit, authorise, members_acting
from district.systems.policies.models import Consultation, Policy
from district.systems.policies.names import ANSWER, CONSULT
from district.systems.policies.selectors.rights import owned_by, subject_of
from district.systems.policies.services.common import acting, locked_policy

#: So many units can be asked of one draft.
_MOST = 60
_LONGEST = 2000


@transaction.atomic
def consult(
    policy_id: UUID | str, units: Sequence[str], due_on: date, *, actor: Actor
) -> list[Consultation]:
    """Ask units for their opinion of a draft until a day; asked again, they answer again.

    From then on they may read it. Raises NotFound, NotPermitted, Conflict without a draft,
    Invalid for the units and the day.
    """
    policy = locked_policy(policy_id)
    authorise(actor, CONSULT, owned_by(policy.lead_unit))
    if not policy.has_draft or policy.state == Policy.State.WITHDRAWN:
        raise Conflict(_("没有未发布的草稿，不用征求意见。"))
    if due_on < clock.today():
        raise Invalid("due_on", _("反馈期限已经过去。"), _("请填写今天或以后的日期。"))
    wanted = set(units) - {policy.lead_unit_id}
    found = list(Unit.objects.filter(pk__in=wanted, is_active=True))
    if not found or len(found) != len(wanted) or len(found) > _MOST:
        raise Invalid("units", _("没有选对征求意见的单位。"), _("请从列表中选择，不含本单位。"))
    known = {row.unit_id: row for row in policy.consultations.filter(unit__in=found)}
    asked = [_asked(policy, unit, known.get(unit.pk), due_on, actor) for unit in found]
    data = {"units": sorted(wanted), "due_on": due_on, "draft": policy.version}
    record(subject_of(policy), "policies.draft.consulted", data, actor=actor)
    notify(
        members_acting(sorted(wanted), [Role.OFFICER, Role.UNIT_HEAD]),
        _("征求意见：%(title)s") % {"title": policy.title},
        _("请在%(day)s前反馈。") % {"day": due_on.isoformat()},
        policy.get_absolute_url(),
        subject_of(policy),
    )
    return asked


def _asked(
    policy: Policy, unit: Unit, known: Consultation | None, due_on: date, actor: Actor
) -> Consultation:
    row = known or Consultation(policy=policy, unit=unit)
    row.asked_at, row.asked_by_name, row.due_on = clock.now(), acting(actor)[1], due_on
    if known is None:
        row.save(force_insert=True)
    else:
        save_versioned(row, ["asked_at", "asked_by_name", "due_on"])
    return row


@transaction.atomic
def answer(
    policy_id: UUID | str, unit: str, *, agrees: bool, remarks: str, actor: Actor, seen: int
) -> Consultation:
    """Say what a unit thinks of the draft that it was shown; `seen` is the policy's row version.

    Raises NotFound where the unit was not asked, NotPermitted, Invalid where it disagrees without
    words, Conflict when the draft changed meanwhile or is published.
    """
    policy = locked_policy(policy_id, seen)
    rows = Consultation.objects.select_for_update().filter(policy=policy, unit=unit)
    row = rows.first()
    if row is None:
        raise NotFound(_("没有向这个单位征求意见。"))
    authorise(actor, ANSWER, Owned(row.unit_id))
    if not policy.has_draft:
        raise Conflict(_("草稿已经发布，不再征求意见。"))
    remarks = remarks.strip()
    if not agrees and len(remarks) < 2:
        raise Invalid("remarks", _("还没有写意见。"), _("没有意见的请选择“无意见”。"))
    if len(remarks) > _LONGEST:
        raise Invalid("remarks", _("意见超过%(most)s字。") % {"most": _LONGEST}, _("请精简。"))
    row.agrees, row.remarks, row.draft = agrees, remarks, policy.version
    row.answered_at, row.answered_by_name = clock.now(), acting(actor)[1]
    save_versioned(row)
    data = {"unit": unit, "agrees": agrees, "remarks": remarks, "draft": policy.version}
    record(subject_of(policy), "policies.draft.answered", data, actor=actor)
    return row
