"""What community workers tell people, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import perform
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import authorise
from district.systems.policies.models import (
    Application,
    Audience,
    Consent,
    Notice,
    Push,
    Recipient,
)
from district.systems.policies.names import CONSENT_OF, NOTE_OUTCOME, SYSTEM
from district.systems.policies.selectors.audiences import Addressee
from district.systems.policies.selectors.recipients import (
    notice_for,
    owned_notice,
    subject_of_notice,
)
from district.systems.policies.services.common import acting

Outcome = Notice.Outcome
#: What may be noted of a notice of each kind.
OUTCOMES = {
    Notice.Kind.TELL: (Outcome.TOLD, Outcome.DECLINED, Outcome.UNREACHED),
    Notice.Kind.CONFIRM: (Outcome.CONFIRMED, Outcome.DECLINED, Outcome.UNREACHED),
}
_BATCH = 500


def channel_of(audience: str) -> str:
    """How an audience is told."""
    return Push.Channel.IN_PERSON if audience == Audience.PEOPLE else Push.Channel.IN_APP


def notices_of(pushes: Sequence[Push], told: Sequence[Addressee], audience: str) -> None:
    """Have those of `told` (beside their pushes) be told in person, where the audience is."""
    if audience != Audience.PEOPLE or not pushes:
        return
    now = clock.now()
    rows = [
        Notice(
            policy_version_id=push.version_id,
            recipient_id=ref.id,
            push=push,
            unit_id=ref.unit,
            made_at=now,
        )
        for push, ref in zip(pushes, told, strict=True)
    ]
    Notice.objects.bulk_create(rows, batch_size=_BATCH)


def ask_confirmation(application: Application, recipient: Recipient, unit: str) -> Notice:
    """Have somebody be asked to confirm a grant that the record has decided on. The caller has
    authorised it."""
    return Notice.objects.create(
        kind=Notice.Kind.CONFIRM,
        policy_version_id=application.version_id,
        recipient=recipient,
        application=application,
        unit_id=unit,
        made_at=clock.now(),
    )


@transaction.atomic
def note_outcome(
    notice_id: UUID | str,
    outcome: str,
    means: str,
    *,
    actor: Actor,
    no_more: bool = False,
    seen: int | None = None,
) -> Notice:
    """Note what came of telling somebody: told, confirmed, declined or not reached.

    With `no_more` the person wants to be told of no policy from now on. Somebody who was not
    reached may be tried again. What a person confirms or declines moves their case. Raises
    NotFound, NotPermitted, Invalid for an outcome or means that there is not, Conflict when it was
    noted before or by somebody else meanwhile.
    """
    notice = notice_for(notice_id, actor, NOTE_OUTCOME)
    authorise(actor, NOTE_OUTCOME, owned_notice(notice))
    if seen is not None and notice.version != seen:
        raise Conflict(_("这项告知刚被别人登记过。请刷新后再试。"))
    if outcome not in OUTCOMES[Notice.Kind(notice.kind)]:
        raise Invalid("outcome", _("没有选择告知结果。"), _("请从列表中选择。"))
    if means not in Notice.Means.values:
        raise Invalid("means", _("没有选择告知方式。"), _("请从列表中选择。"))
    if notice.outcome not in (Outcome.WAITING, Outcome.UNREACHED):
        raise Conflict(_("这项告知已经登记过结果。"))
    notice.outcome, notice.means = outcome, means
    notice.noted_at, notice.noted_by_name = clock.now(), acting(actor)[1]
    save_versioned(notice, ["outcome", "means", "noted_at", "noted_by_name"])
    data = {"outcome": outcome, "means": means, "version": str(notice.policy_version_id)}
    record(subject_of_notice(notice), "policies.notice.noted", data, actor=actor)
    _carry_out(notice)
    if no_more:
        want_no_more(notice.recipient, actor)
    return notice


def _carry_out(notice: Notice) -> None:
    """What an outcome changes elsewhere: the push counts as read, the case goes on."""
    if notice.push is not None and notice.outcome in (Outcome.TOLD, Outcome.DECLINED):
        Push.objects.filter(pk=notice.push.pk, read_at=None).update(read_at=notice.noted_at)
    if notice.application is None:
        return
    words = {"text": _("由告知单位代为登记（%(means)s）") % {"means": notice.get_means_display()}}
    if notice.outcome == Outcome.CONFIRMED:
        perform(notice.application.case_id, "confirm", actor=SYSTEM, data=words)
    elif notice.outcome == Outcome.DECLINED:
        perform(notice.application.case_id, "give_up", actor=SYSTEM, data=words)


def want_no_more(recipient: Recipient, actor: Actor, *, wants: bool = False) -> None:
    """Note that a person wants to be told of no policy, or again. The caller has authorised it."""
    known = Consent.objects.select_for_update().filter(code=recipient.number).first()
    row = known or Consent(audience=Audience.PEOPLE, code=recipient.number)
    row.entity, row.name, row.wants = str(recipient.pk), recipient.number, wants
    row.noted_by_name, row.noted_at = acting(actor)[1], clock.now()
    if known is None:
        row.save(force_insert=True)
    else:
        save_versioned(row)
    data = {"code": row.code, "wants": wants}
    record(Subject(CONSENT_OF, str(row.pk)), "policies.consent.noted", data, actor=actor)


def drop_waiting(recipient: Recipient) -> int:
    """Nobody need tell this person anything any more; returns how many notices waited."""
    rows = Notice.objects.filter(recipient=recipient, outcome__in=(Outcome.WAITING,))
    return rows.update(outcome=Outcome.DROPPED, noted_at=clock.now())
