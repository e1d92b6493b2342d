"""Forgetting people: at their wish or when their time has come."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, erase_person, record
from district.kernel.matching.public import note_changed
from district.kernel.organisation.public import authorise
from district.systems.policies.models import Application, Consent, Push, Recipient
from district.systems.policies.names import (
    ERASE_RECIPIENT,
    KEPT_AFTER_LEAVING,
    RECIPIENTS,
)
from district.systems.policies.rules.recipients import FACTS
from district.systems.policies.selectors.recipients import kept_by, subject_of_recipient
from district.systems.policies.services.notices import drop_waiting
from district.systems.policies.services.recipients import WHO

#: Why somebody is erased. No free words: they would stand in history, where names must not.
ERASURES = {
    "request": gettext_lazy("本人申请"),
    "mistake": gettext_lazy("登记有误"),
    "retention": gettext_lazy("保存期满"),
}
#: So many people are forgotten at a time.
_AT_ONCE = 200


@transaction.atomic
def erase_recipient(number: str, reason: str, *, actor: Actor) -> Recipient:
    """Erase a person for good: the key of who they are, every fact, and what pushes and
    applications kept of the facts. That there was a push or an application stays.

    `reason` is one of ERASURES. Raises NotFound, NotPermitted, Invalid for another reason,
    Conflict while a case goes on.
    """
    rows = Recipient.objects.select_for_update(of=("self",)).select_related("lead_unit")
    row = rows.filter(number=number).exclude(state=Recipient.State.ERASED).first()
    if row is None:
        raise NotFound(_("没有这个人，或已经清除。"))
    authorise(actor, ERASE_RECIPIENT, kept_by(row))
    if reason not in ERASURES:
        raise Invalid("reason", _("没有选择清除的原因。"), _("请从列表中选择。"))
    if Application.objects.filter(recipient=row).exclude(case__category="done").exists():
        raise Conflict(_("这个人还有在办的申报，办结后才能清除。"))
    _erase(row, actor, reason)
    return row


def _erase(row: Recipient, actor: Actor, reason: str) -> None:
    erase_person(str(row.pk), actor=actor, reason=reason)
    for fact in FACTS:
        setattr(row, fact.key, "" if fact.type == "choice" else None)
    for key in WHO:
        setattr(row, key, "")
    row.street_unit = row.community_unit = row.id_digest = None
    row.sources, row.state, row.changed_at = {}, Recipient.State.ERASED, clock.now()
    save_versioned(row)
    drop_waiting(row)
    Push.objects.filter(entity=str(row.pk)).update(values={}, reasons={})
    applied = Application.objects.filter(recipient=row)
    for application in applied.filter(person__isnull=False):
        _forget_applicant(application, actor)
    applied.update(values={}, reasons={})
    Consent.objects.filter(code=row.number).delete()
    record(subject_of_recipient(row), "policies.recipient.erased", {"reason": reason}, actor=actor)
    note_changed(RECIPIENTS, [row.pk])


def forget_left(*, actor: Actor) -> int:
    """Erase people who left long ago and for whom nothing goes on; returns how many."""
    before = clock.today() - KEPT_AFTER_LEAVING
    busy = Application.objects.exclude(case__category="done").filter(recipient__isnull=False)
    due = Recipient.objects.filter(state=Recipient.State.LEFT, left_on__lt=before)
    due = due.exclude(pk__in=busy.order_by().values("recipient"))
    numbers = list(due.values_list("number", flat=True)[:_AT_ONCE])
    for number in numbers:
        erase_recipient(number, "retention", actor=actor)
    return len(numbers)


def forget_applicants(*, actor: Actor) -> int:
    """Erase who applied on the public page in cases whose people were forgotten; returns how
    many."""
    due = Application.objects.filter(case__anonymised_at__isnull=False, person__isnull=False)
    found = list(due[:_AT_ONCE])
    for row in found:
        _forget_applicant(row, actor)
    return len(found)


@transaction.atomic
def _forget_applicant(row: Application, actor: Actor) -> None:
    erase_person(str(row.person), actor=actor, reason="retention")
    kept = {} if row.is_stated else row.values
    Application.objects.filter(pk=row.pk).update(
        person=None, id_number="", values=kept, reasons=row.reasons if kept else {}
    )
