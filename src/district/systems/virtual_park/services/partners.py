"""Products of a firm, what it says of partners, and asking another firm for its contact.

A contact is shown to the other side only after both have agreed; who looked stands in history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import (
    Actor,
    Subject,
    erase_person,
    protect,
    protect_new,
    record,
    reveal,
)
from district.systems.enterprises.public import (
    end_product_by_firm,
    save_product_by_firm,
    say_of_partner,
    show_product_by_firm,
)
from district.systems.virtual_park.models import Firm, PartnerRequest
from district.systems.virtual_park.names import PARTNER_REQUEST, SYSTEM
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.selectors.partners import findable_firm, partner_request_of
from district.systems.virtual_park.services.doing import note
from district.systems.virtual_park.services.firms import firm_subject

State = PartnerRequest.State
#: How long a request waits for an answer.
WAITS = timedelta(days=30)
#: How long after a refusal the same firm is not asked again.
RESTS = timedelta(days=90)
#: How long contacts are kept after both have agreed.
KEPT = timedelta(days=365)
#: So many requests of one firm may wait at once.
MOST_WAITING = 20
_BATCH = 200


def request_subject(row: PartnerRequest) -> Subject:
    """How history calls a request."""
    return Subject(PARTNER_REQUEST, str(row.pk))


@transaction.atomic
def save_product(
    acting: Acting,
    values: Mapping[str, Any],
    known: UUID | None = None,
    version: int | None = None,
) -> UUID:
    """Write down what the firm supplies or needs, or change it; its key. NotPermitted, NotFound,
    Invalid naming the field, Conflict."""
    acting.require("partners.do")
    row = save_product_by_firm(
        acting.id, values, actor=acting.portal, product_id=known, version=version
    )
    note(acting, "product_changed" if known else "product", product=str(row.pk))
    return row.pk


@transaction.atomic
def show_product(acting: Acting, product_id: UUID, *, is_public: bool) -> None:
    """Say whether others may know of a product, whoever entered it. NotPermitted, NotFound."""
    acting.require("partners.do")
    show_product_by_firm(acting.id, product_id, is_public=is_public, actor=acting.portal)
    note(acting, "product_shown" if is_public else "product_hidden", product=str(product_id))


@transaction.atomic
def end_product(acting: Acting, product_id: UUID) -> None:
    """The firm supplies or needs it no more. NotPermitted, NotFound, Conflict."""
    acting.require("partners.do")
    end_product_by_firm(acting.id, product_id, actor=acting.portal)
    note(acting, "product_ended", product=str(product_id))


@transaction.atomic
def judge_partner(
    acting: Acting, firm_id: UUID | str, direction: str, verdict: str, asked: str
) -> None:
    """Say what the firm thinks of another as a partner; later rankings count it, and the other is
    not told. NotPermitted, NotFound where it may not be found, Invalid."""
    acting.require("partners.do")
    other = findable_firm(acting, firm_id)
    say_of_partner(
        acting.id,
        other.enterprise,
        direction,
        verdict,
        actor=acting.portal,
        asked=asked,
        as_firm=True,
    )
    note(acting, "partner_judged", verdict=verdict)


@dataclass(frozen=True)
class Wanted:
    """What a firm asks another: `direction` and `product` say what it looks for, `text` is what it
    says to the other, `contact` how it can be reached once the other agrees."""

    direction: str
    product: str
    text: str
    contact: str


def _contact(given: str) -> str:
    found = given.strip()
    if not 5 <= len(found) <= 120:
        raise Invalid(
            "contact",
            _("联系方式太短或太长。"),
            _("请填写联系人和电话或邮箱，5到120个字。"),
        )
    return found


def _both_locked(*firms: Firm) -> None:
    """Lock firms, always in one order; what both have agreed goes into the history of each."""
    keys = [one.pk for one in firms]
    list(Firm.objects.select_for_update().filter(pk__in=keys).order_by("pk"))


@transaction.atomic
def ask_partner(acting: Acting, firm_id: UUID | str, wanted: Wanted) -> PartnerRequest:
    """Ask a firm that may be found for its contact; it sees who asks and what for, nothing else.

    Raises NotPermitted, NotFound, Invalid naming the field, Conflict where a request stands in
    either direction, where it was refused lately, and where too many wait.
    """
    acting.require("partners.do")
    other = findable_firm(acting, firm_id)
    _both_locked(acting.firm, other)
    if wanted.direction not in PartnerRequest.Direction.values:
        raise Invalid("direction", _("没有写明是找供应方还是找买家。"), _("请从列表中选择。"))
    product, text = wanted.product.strip()[:100], wanted.text.strip()
    if not product:
        raise Invalid("product", _("没有写明产品。"), _("请写明要找什么产品。"))
    if not 2 <= len(text) <= 300:
        raise Invalid("text", _("说明太短或太长。"), _("请填写2到300个字。"))
    contact = _contact(wanted.contact)
    _refuse_twice(acting, other)
    key = time_ordered_uuid()
    tokens = protect_new(str(key), {"contact": contact})
    row = PartnerRequest(
        id=key,
        asker=acting.firm,
        other=other,
        direction=wanted.direction,
        product=product,
        text=text,
        asker_contact=tokens["contact"],
        asked_at=clock.now(),
    )
    row.save(force_insert=True)
    _tell(row, "asked", acting)
    return row


def _refuse_twice(acting: Acting, other: Firm) -> None:
    """Conflict where the two are talking already, or the other has said no; both are locked."""
    between = Q(asker=acting.firm, other=other) | Q(asker=other, other=acting.firm)
    for row in PartnerRequest.objects.filter(between, state__in=PartnerRequest.OPEN):
        if row.state == State.ACCEPTED:
            raise Conflict(_("双方已经同意对接。请在对接请求中查看联系方式。"))
        if row.asker_id == acting.firm.pk:
            raise Conflict(_("已经请求过这家企业，正在等对方答复。"))
        raise Conflict(_("这家企业也请求了与贵企业对接，请直接答复。"))
    mine = PartnerRequest.objects.filter(asker=acting.firm)
    since = clock.now() - RESTS
    if mine.filter(other=other, state=State.DECLINED, answered_at__gt=since).exists():
        raise Conflict(_("对方不久前婉拒过，%(days)d天内不能再次请求。") % {"days": RESTS.days})
    if mine.filter(state=State.WAITING).count() >= MOST_WAITING:
        raise Conflict(_("等待答复的请求太多。请等对方答复，或先撤回一些。"))


def _tell(row: PartnerRequest, verb: str, acting: Acting) -> None:
    """Into the history of the request and of both firms; the firms are locked."""
    actor, key = acting.actor, str(row.pk)
    data = {"asker": row.asker.code, "other": row.other.code, "direction": row.direction}
    record(request_subject(row), f"{PARTNER_REQUEST}.{verb}", data, actor=actor)
    for firm in (row.asker, row.other):
        told = {"what": f"partner_{verb}", "request": key}
        record(firm_subject(firm), "virtual_park.firm.asked", told, actor=actor)


def _waiting(acting: Acting, request_id: UUID | str, *, by_other: bool) -> PartnerRequest:
    """A request that waits, locked with both firms, for whichever side acts; NotFound, Conflict."""
    acting.require("partners.do")
    found = partner_request_of(acting, request_id)
    _both_locked(found.asker, found.other)
    rows = PartnerRequest.objects.select_for_update(of=("self",))
    row = rows.select_related("asker", "other").get(pk=found.pk)
    side = row.other_id if by_other else row.asker_id
    if side != acting.firm.pk:
        raise NotFound(_("没有这项对接请求。"))
    if row.state != State.WAITING:
        raise Conflict(
            _("这项请求目前是“%(state)s”，不能这样办。请刷新后再看。")
            % {"state": row.get_state_display()}
        )
    return row


@transaction.atomic
def accept_partner(acting: Acting, request_id: UUID | str, contact: str) -> PartnerRequest:
    """Agree to a request: from now on either side may read the other's contact.

    Raises NotPermitted, NotFound, Invalid naming the field, Conflict where it waits no more or
    nobody acts for the asker now.
    """
    row = _waiting(acting, request_id, by_other=True)
    if row.asker.asleep_since is not None:
        raise Conflict(_("对方企业的授权已停用，暂时不能对接。"))
    row.other_contact = protect(str(row.pk), _contact(contact))
    row.state, row.answered_at = State.ACCEPTED, clock.now()
    save_versioned(row, ["other_contact", "state", "answered_at"])
    _tell(row, "accepted", acting)
    return row


@transaction.atomic
def decline_partner(acting: Acting, request_id: UUID | str, reason: str) -> PartnerRequest:
    """Refuse a request; the asker's contact is erased. NotPermitted, NotFound, Conflict."""
    row = _waiting(acting, request_id, by_other=True)
    row.state, row.answered_at, row.reason = State.DECLINED, clock.now(), reason.strip()[:200]
    _close(row, "对方婉拒", acting.actor)
    _tell(row, "declined", acting)
    return row


@transaction.atomic
def withdraw_partner(acting: Acting, request_id: UUID | str) -> PartnerRequest:
    """Take a request back; the other sees it no more. NotPermitted, NotFound, Conflict."""
    row = _waiting(acting, request_id, by_other=False)
    row.state = State.WITHDRAWN
    _close(row, "企业撤回", acting.actor)
    _tell(row, "withdrawn", acting)
    return row


def _close(row: PartnerRequest, why: str, actor: Actor) -> None:
    row.asker_contact = row.other_contact = ""
    fields = ["state", "answered_at", "reason", "asker_contact", "other_contact"]
    save_versioned(row, fields)
    erase_person(str(row.pk), actor=actor, reason=why)


@transaction.atomic
def read_contacts(acting: Acting, request_id: UUID | str) -> tuple[str, str]:
    """The contacts of the asker and of the other of a request that was agreed to, for either of
    them; the viewing is recorded.

    Raises NotPermitted, NotFound, Conflict where it is not agreed to.
    """
    acting.require("partners.do")
    row = partner_request_of(acting, request_id)
    if row.state != State.ACCEPTED:
        raise Conflict(_("双方同意后才能查看联系方式。"))
    subject, actor = request_subject(row), acting.actor
    first, second = (
        reveal(token, actor=actor, subject=subject, reason="双方同意对接") or _("（已清除）")
        for token in (row.asker_contact, row.other_contact)
    )
    return first, second


def expire_partner_requests() -> int:
    """End requests that nobody answered in time, and those agreed to whose contacts have been kept
    long enough: contacts are erased. Returns how many; again ends none."""
    now = clock.now()
    old = Q(state=State.WAITING, asked_at__lt=now - WAITS)
    old |= Q(state=State.ACCEPTED, answered_at__lt=now - KEPT)
    keys = PartnerRequest.objects.filter(old).order_by("pk").values_list("pk", flat=True)
    return sum(_expire(key, old) for key in list(keys[:_BATCH]))


@transaction.atomic
def _expire(key: UUID, old: Q) -> bool:
    row = PartnerRequest.objects.select_for_update().filter(old, pk=key).first()
    if row is None:
        return False
    row.state = State.EXPIRED
    _close(row, "对接请求过期", SYSTEM)
    record(request_subject(row), f"{PARTNER_REQUEST}.expired", {}, actor=SYSTEM)
    return True
