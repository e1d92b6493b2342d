"""What people say of matches, and landings: claimed by one, confirmed by another."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import new_number
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import authorise, posts_of
from district.systems.scenarios.catalogue import kind_of
from district.systems.scenarios.models import Entry, Feedback, Landing
from district.systems.scenarios.names import CONFIRM_LANDING, JUDGE, LANDING
from district.systems.scenarios.selectors.entries import entry_for, entry_subject, keeper_of
from district.systems.scenarios.selectors.matching import (
    acting_unit,
    owned_landing,
    owned_pair,
    pair_of,
)


def _pair(one_id: UUID | str, other_id: UUID | str, actor: Actor) -> tuple[Entry, Entry, str]:
    """Offer and need with the unit that the actor speaks for; authorised."""
    one, other = entry_for(one_id, actor), entry_for(other_id, actor)
    found = pair_of(one, other)
    if found is None:
        raise Invalid("other", _("这两个条目不能相互匹配。"), _("请从匹配结果中选择。"))
    offer, need = found
    authorise(actor, JUDGE, owned_pair(offer, need))
    units = [post.unit for post in posts_of(actor)]
    return offer, need, acting_unit(units, offer, need, keeper_of(kind_of(need.kind).list))


@transaction.atomic
def judge_match(
    one_id: UUID | str, other_id: UUID | str, verdict: str, *, actor: Actor, note: str = ""
) -> Feedback:
    """Keep what a unit says of a match; later rankings count its last word.

    Raises NotFound, NotPermitted, and Invalid for an unknown verdict; that a match has landed is
    claimed (`claim_landing`), not said.
    """
    offer, need, unit = _pair(one_id, other_id, actor)
    if verdict not in ("useful", "not_useful", "contacted"):
        raise Invalid("verdict", _("没有这种反馈。"), _("请从列表中选择。"))
    return _say(offer, need, verdict, unit, actor, note.strip()[:200])


def _say(
    offer: Entry, need: Entry, verdict: str, unit: str, actor: Actor, note: str = ""
) -> Feedback:
    row = Feedback.objects.create(
        offer=offer, need=need, verdict=verdict, note=note, lead_unit_id=unit, at=clock.now()
    )
    data = {"offer": offer.number, "need": need.number, "verdict": verdict, "unit": unit}
    record(entry_subject(need), "scenarios.match.judged", data, actor=actor)
    return row


@transaction.atomic
def claim_landing(
    one_id: UUID | str,
    other_id: UUID | str,
    *,
    landed_on: date,
    text: str,
    actor: Actor,
    money: Decimal | None = None,
) -> Landing:
    """Say that a match has become a scenario in use; it counts once somebody else confirms it.

    Raises NotFound, NotPermitted, Invalid naming the field, Conflict where it is claimed already.
    """
    offer, need, unit = _pair(one_id, other_id, actor)
    if landed_on > clock.today():
        raise Invalid("landed_on", _("落地日期晚于今天。"), _("请填写已经落地的日期。"))
    if not 10 <= len(text.strip()) <= 2000:
        raise Invalid("text", _("没有写清落地情况。"), _("请写明在哪里、用了什么，10到2000个字。"))
    if money is not None and money < 0:
        raise Invalid("money", _("金额不对。"), _("请填写万元数，例如 120.5。"))
    row = Landing(
        number=new_number("LD", clock.today()),
        offer=offer,
        need=need,
        lead_unit_id=unit,
        landed_on=landed_on,
        text=text.strip(),
        money=money,
        claimant=actor.id,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("这一对已经申报过落地。")) from error
    data = {"number": row.number, "offer": offer.number, "need": need.number}
    record(landing_subject(row), "scenarios.landing.claimed", data, actor=actor)
    return row


@transaction.atomic
def decide_landing(
    landing_id: UUID | str, *, confirmed: bool, decision: str, actor: Actor
) -> Landing:
    """Confirm a landing, or refuse it; by another person than claimed it.

    Raises NotFound, NotPermitted, Conflict where it is decided or the actor claimed it, Invalid
    without words.
    """
    rows = Landing.objects.select_for_update(of=("self",)).select_related("offer", "need")
    row = rows.filter(pk=landing_id).first()
    if row is None:
        raise NotFound(_("没有这项落地。"))
    authorise(actor, CONFIRM_LANDING, owned_landing(row))
    if row.state != Landing.State.CLAIMED:
        raise Conflict(_("这项落地已经核实过。请刷新后再看。"))
    if actor.id == row.claimant:
        raise Conflict(_("申报是您提交的，须由另一人核实。"))
    decision = decision.strip()[:500]
    if not decision:
        raise Invalid(
            "decision", _("没有写核实意见。"), _("请写明怎么核实的，例如“已到现场查看”。")
        )
    row.state = Landing.State.CONFIRMED if confirmed else Landing.State.REFUSED
    row.confirmer, row.decision = actor.id, decision
    save_versioned(row, ["state", "confirmer", "decision"])
    if confirmed:
        _say(row.offer, row.need, Feedback.Verdict.LANDED, row.lead_unit_id, actor)
    kind = "confirmed" if confirmed else "refused"
    data = {"number": row.number}
    record(landing_subject(row), f"scenarios.landing.{kind}", data, actor=actor)
    return row


def landing_subject(row: Landing) -> Subject:
    """How history names a landing."""
    return Subject(LANDING, str(row.pk))
