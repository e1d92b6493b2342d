"""People on record: written down, changed, read with a reason, erased."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import is_phone, new_number, units_kept
from district.kernel.history.public import Actor, protect, protect_new, record, reveal
from district.kernel.matching.public import note_changed
from district.kernel.organisation.public import Level, Unit, authorise
from district.systems.policies.models import Recipient
from district.systems.policies.names import (
    READ_RECIPIENT,
    RECIPIENTS,
    SAVE_RECIPIENT,
)
from district.systems.policies.rules.recipients import (
    BY_KEY,
    PLACES,
    is_id_number,
    newer,
    outside,
    read_id_number,
)
from district.systems.policies.selectors.recipients import (
    digest_of,
    kept_by,
    owned_recipient,
    subject_of_recipient,
)
from district.systems.policies.services.notices import drop_waiting, want_no_more

#: What says who a person is; ciphertext in the table, nowhere else.
WHO = ("name", "id_number", "phone", "address")
_LONGEST = {"name": 60, "phone": 20, "address": 200}


@dataclass(frozen=True)
class Told:
    """What somebody says of a person: who it is, facts, and who says so as of which day.

    `facts` are by key, with `street` and `community` as unit codes; what is absent or None is not
    spoken of. The identity number finds the person again.
    """

    id_number: str
    source: str
    as_of: date
    name: str = ""
    phone: str = ""
    address: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Who:
    """A person in plain text, for the page that asked with a reason; empty where erased."""

    name: str
    id_number: str
    phone: str
    address: str


def checked(told: Told, today: date) -> Told:
    """What is told with texts trimmed; Invalid naming the first field that cannot be."""
    number = read_id_number(told.id_number)
    if not is_id_number(number, today):
        raise Invalid("id_number", _("身份证号码不对。"), _("请核对18位号码，最后一位是校验位。"))
    given = {key: getattr(told, key).strip() for key in ("name", "phone", "address")}
    for key, most in _LONGEST.items():
        if len(given[key]) > most:
            raise Invalid(key, _("内容超过%(most)s字。") % {"most": most}, _("请精简。"))
    if given["phone"] and not is_phone(given["phone"]):
        raise Invalid("phone", _("联系电话不对。"), _("请填写手机号或带区号的固定电话。"))
    if not 2 <= len(told.source.strip()) <= 60:
        raise Invalid("source", _("没有写明数据来源。"), _("例如“区残联名册”。"))
    if told.as_of > today:
        raise Invalid("as_of", _("数据日期还没有到。"), _("请填写数据截至哪一天。"))
    for key, value in told.facts.items():
        if key in BY_KEY and value is not None and outside(BY_KEY[key], value, today):
            raise Invalid(key, _("这一项的值不可能。"), _("请核对数字或日期。"))
    return Told(number, told.source.strip(), told.as_of, **given, facts=told.facts)


@transaction.atomic
def save_recipient(told: Told, *, unit: str, actor: Actor) -> Recipient:
    """Put a person on record, kept by `unit`, or take in what is said of one who is.

    Of each fact the word of the latest day stays. Raises NotPermitted, Invalid naming the field.
    """
    told = checked(told, clock.today())
    known = (
        Recipient.objects.select_for_update(of=("self",))
        .select_related("lead_unit")
        .filter(id_digest=digest_of(told.id_number))
        .first()
    )
    if known is None:
        return _added(told, unit, actor)
    authorise(actor, SAVE_RECIPIENT, kept_by(known))
    return _changed(known, told, actor)


def _added(told: Told, unit: str, actor: Actor) -> Recipient:
    home = Unit.objects.filter(pk=unit, is_active=True).first()
    if home is None:
        raise Invalid("unit", _("没有这个单位。"), _("请从单位列表中选择。"))
    if not told.name:
        raise Invalid("name", _("没有填写姓名。"), _("新入册的人员要有姓名。"))
    now = clock.now()
    row = Recipient(
        id=time_ordered_uuid(),
        number=new_number("RY", clock.today()),
        lead_unit=home,
        id_digest=digest_of(told.id_number),
        added_at=now,
        changed_at=now,
    )
    _place(row, told.facts)
    authorise(actor, SAVE_RECIPIENT, kept_by(row))
    tokens = protect_new(str(row.pk), {key: getattr(told, key) for key in WHO})
    for key, token in tokens.items():
        setattr(row, key, token)
    news = _take(row, told)
    row.save(force_insert=True)
    data = {"unit": home.pk, "source": told.source, "as_of": told.as_of, "facts": sorted(news)}
    record(subject_of_recipient(row), "policies.recipient.added", data, actor=actor)
    note_changed(RECIPIENTS, [row.pk])
    return row


def _changed(row: Recipient, told: Told, actor: Actor) -> Recipient:
    who = [key for key in ("name", "phone", "address") if getattr(told, key)]
    for key in who:
        setattr(row, key, protect(str(row.pk), getattr(told, key)))
    _place(row, told.facts)
    news = _take(row, told)
    back = row.state == Recipient.State.LEFT
    if not who and not news and not back:
        return row
    row.state, row.left_on, row.changed_at = Recipient.State.CURRENT, None, clock.now()
    save_versioned(row)
    # What was said stands in the row alone: history tells that, by whom and of which facts.
    data = {"source": told.source, "as_of": told.as_of, "facts": sorted([*news, *who])}
    record(subject_of_recipient(row), "policies.recipient.changed", data, actor=actor)
    note_changed(RECIPIENTS, [row.pk])
    return row


def _place(row: Recipient, facts: Mapping[str, Any]) -> None:
    """Refuse a street or community that there is not, or that do not lie in each other."""
    street, community = (facts.get(key) for key in PLACES)
    kept = units_kept()
    if street and (street not in kept or kept[street].level != Level.STREET):
        raise Invalid("street", _("没有这个街道。"), _("请填写街道的编码。"))
    if community:
        found = kept.get(community)
        if found is None or found.level != Level.COMMUNITY:
            raise Invalid("community", _("没有这个社区。"), _("请填写社区的编码。"))
        if (street or row.street_unit_id) not in (None, found.parent_id):
            raise Invalid("community", _("社区不在这个街道。"), _("请核对街道和社区。"))


def _take(row: Recipient, told: Told) -> list[str]:
    """Take what is news into the row, with its source and day; returns the keys."""
    columns = {key: f"{key}_unit_id" if key in PLACES else key for key in (*PLACES, *BY_KEY)}
    current = {key: getattr(row, column) for key, column in columns.items()}
    news = newer({k: v for k, v in told.facts.items() if k in columns},
                 row.sources, told.as_of, current)  # fmt: skip
    for key, value in news.items():
        setattr(row, columns[key], value)
    stamp = [told.source, told.as_of.isoformat()]
    row.sources = {**row.sources, **dict.fromkeys(news, stamp)}
    return list(news)


@transaction.atomic
def leave(number: str, left_on: date, *, actor: Actor) -> Recipient:
    """Note that somebody has moved away or died: no policy is asked of them any more.

    They are erased some time later. Raises NotFound, NotPermitted, Invalid, Conflict.
    """
    row = _locked(number)
    authorise(actor, SAVE_RECIPIENT, kept_by(row))
    if row.state != Recipient.State.CURRENT:
        raise Conflict(_("这个人已经不在册。"))
    if left_on > clock.today():
        raise Invalid("left_on", _("离开日期还没有到。"), _("请填写已经过去的日期。"))
    row.state, row.left_on, row.changed_at = Recipient.State.LEFT, left_on, clock.now()
    save_versioned(row, ["state", "left_on", "changed_at"])
    drop_waiting(row)
    record(subject_of_recipient(row), "policies.recipient.left", {"on": left_on}, actor=actor)
    note_changed(RECIPIENTS, [row.pk])
    return row


def _locked(number: str) -> Recipient:
    rows = Recipient.objects.select_for_update(of=("self",)).select_related("lead_unit")
    found = rows.filter(number=number).first()
    if found is None:
        raise NotFound(_("没有这个人，或不在您的查看范围内。"))
    return found


@transaction.atomic
def read_recipient(recipient: Recipient, reason: str, *, actor: Actor) -> Who:
    """Who a person on record is; each viewing stands in history with its reason.

    Raises NotPermitted for who neither keeps the person nor has a policy that concerns them,
    Invalid without a reason.
    """
    authorise(actor, READ_RECIPIENT, owned_recipient(recipient))
    reason = reason.strip()[:200]
    if len(reason) < 2:
        raise Invalid("reason", _("还没有填写查看原因。"), _("请写明，例如“上门告知政策”。"))
    subject = subject_of_recipient(recipient)
    found = {
        key: reveal(token, actor=actor, subject=subject, reason=reason) if token else ""
        for key in WHO
        for token in (getattr(recipient, key),)
    }
    return Who(**{key: text or "" for key, text in found.items()})


@transaction.atomic
def save_wish(number: str, *, wants: bool, actor: Actor) -> None:
    """Note whether a person on record wants to be told of policies; NotFound, NotPermitted."""
    row = _locked(number)
    authorise(actor, SAVE_RECIPIENT, kept_by(row))
    want_no_more(row, actor, wants=wants)
