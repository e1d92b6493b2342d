"""Writing entries: offering, changing, making ready, withdrawing, reading who to call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.credit_code import is_credit_code
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import is_phone, new_number, said
from district.kernel.conditions.public import ConditionError, parse
from district.kernel.history.public import Actor, Personal, protect, record, reveal
from district.kernel.organisation.public import Level, Unit, authorise
from district.systems.scenarios.catalogue import catalogue, kind_of
from district.systems.scenarios.models import Entry
from district.systems.scenarios.names import READ_CONTACT, offer_action
from district.systems.scenarios.rules.kinds import Kind
from district.systems.scenarios.selectors.entries import (
    SCHEMA,
    entry_for,
    entry_subject,
    keeper_of,
    owned_entry,
)

_TEXTS = {
    "title": 120, "text": 5000, "organisation": 120, "code": 18, "place": 120, "requires": 2000,
}  # fmt: skip
_PLAIN = ("area", "stage", "street", "lead_unit")
_COLUMNS = {"code": "organisation_code", "street": "street_unit_id", "lead_unit": "lead_unit_id"}
_MOST_TAGS = 8
_MOST_MONEY = Decimal(100_000_000)


@transaction.atomic
def save_entry(values: Mapping[str, Any], known: Entry | None, actor: Actor) -> Entry:
    """Offer an entry (`known` is None) or change one; `values` by the keys of the register, with
    `contact_name` and `contact_phone`, which are encrypted.

    A changed entry that was published stays published as it was until the next edition. Raises
    NotPermitted, Invalid naming the field, NotFound for an unknown kind.
    """
    entry = known or Entry(kind=str(values.get("kind") or ""))
    kind = kind_of(entry.kind)
    if known is not None:
        authorise(actor, offer_action(kind.key), owned_entry(known, keeper_of(kind.list)))
        refuse_withdrawn(known)
        _refuse_waiting(known)
    take_values(entry, kind, values)
    check_entry(entry, kind)
    authorise(actor, offer_action(kind.key), owned_entry(entry))
    personal = take_contact(entry, values)
    entry.changed_at = clock.now()
    if known is None:
        entry.number = new_number(kind.number, clock.today())
        entry.save(force_insert=True)
    else:
        if entry.state == Entry.State.PUBLISHED:
            entry.state = Entry.State.READY
        save_versioned(entry)
    data = {"number": entry.number, "kind": kind.key, "title": entry.title, "area": entry.area}
    what = "scenarios.entry.offered" if known is None else "scenarios.entry.changed"
    record(entry_subject(entry), what, data, actor=actor, personal=personal)
    return entry


def take_values(entry: Entry, kind: Kind, values: Mapping[str, Any]) -> None:
    """Put values by the keys of the register on an entry; what is not named stays as it is."""
    for key, most in _TEXTS.items():
        if key in values:
            text = str(values[key] or "").replace("\x00", "").strip()
            if len(text) > most:
                raise Invalid(key, _("内容超过%(most)s字。") % {"most": most}, _("请精简。"))
            setattr(entry, _COLUMNS.get(key, key), text)
    for key in _PLAIN:
        if key in values:
            setattr(entry, _COLUMNS.get(key, key), values[key] or "")
    entry.street_unit_id = entry.street_unit_id or None
    if "tags" in values:
        entry.tags = sorted({str(tag) for tag in values["tags"] or ()})
    if "money" in values:
        entry.money = values["money"]
    if "valid_until" in values:
        entry.valid_until = values["valid_until"]
    own = {one.key: str(values[one.key] or "").strip() for one in kind.own if one.key in values}
    entry.own = {**entry.own, **own}
    found = catalogue().stages.get(entry.stage)
    entry.level = found.level if found else None
    entry.organisation_code = entry.organisation_code.upper()


def check_entry(entry: Entry, kind: Kind) -> None:
    """Raise Invalid, naming the field, for an entry that its kind does not allow."""
    if len(entry.title) < 2:
        raise Invalid("title", _("还没有写名称。"), _("请填写2到120个字。"))
    if len(entry.text) < 10:
        raise Invalid("text", _("说明太短。"), _("请写明是什么、能做什么或需要什么，至少10个字。"))
    words = catalogue()
    for key, value, known in (
        ("area", entry.area, words.areas),
        ("stage", entry.stage, words.stages),
    ):
        if value and value not in known:
            raise Invalid(key, _("没有这个选项。"), _("请从列表中选择。"))
    _check_tags(entry)
    _check_units(entry)
    if entry.organisation_code and not is_credit_code(entry.organisation_code):
        raise Invalid("code", _("统一社会信用代码不对。"), _("请核对18位代码，最后一位是校验位。"))
    if entry.money is not None and not 0 <= entry.money <= _MOST_MONEY:
        raise Invalid("money", _("金额不对。"), _("请填写万元数，例如 120.5。"))
    if entry.valid_until and entry.valid_until < clock.today():
        raise Invalid("valid_until", _("有效期已经过去。"), _("请填写今天或以后的日期。"))
    _check_required(entry, kind)
    try:
        parse(entry.requires, SCHEMA) if entry.requires else None
    except ConditionError as error:
        raise Invalid("requires", _("硬性条件写得不对：%(why)s") % {"why": error}, "") from error


def _check_tags(entry: Entry) -> None:
    if len(entry.tags) > _MOST_TAGS:
        raise Invalid("tags", _("标签太多。"), _("请最多选%(most)s个。") % {"most": _MOST_TAGS})
    for tag in entry.tags:
        if tag not in catalogue().tags:
            raise Invalid("tags", _("没有标签“%(tag)s”。") % {"tag": tag}, _("请从列表中选择。"))


def _check_units(entry: Entry) -> None:
    for key, code, level in (
        ("lead_unit", entry.lead_unit_id, ""),
        ("street", entry.street_unit_id, Level.STREET),
    ):
        if not code and key == "street":
            continue
        unit = Unit.objects.filter(pk=code, is_active=True).first() if code else None
        if unit is None or (level and unit.level != level):
            raise Invalid(key, _("没有这个单位。"), _("请从单位列表中选择。"))


def _check_required(entry: Entry, kind: Kind) -> None:
    have = {
        "area": entry.area,
        "tags": entry.tags,
        "stage": entry.stage,
        "organisation": entry.organisation,
        "code": entry.organisation_code,
        "street": entry.street_unit_id,
        "money": entry.money is not None,
        "valid_until": entry.valid_until,
    }
    for key in sorted(kind.required):
        if not have[key]:
            raise Invalid(
                key, _("“%(kind)s”必须填写这一项。") % {"kind": said(kind.label)}, _("请补充。")
            )
    for one in kind.own:
        value = entry.own.get(one.key, "")
        if one.required and not value:
            raise Invalid(
                one.key, _("没有填写“%(name)s”。") % {"name": said(one.label)}, _("请补充。")
            )
        if value and one.choices and value not in dict(one.choices):
            raise Invalid(one.key, _("没有这个选项。"), _("请从列表中选择。"))
        if len(value) > 500:
            raise Invalid(one.key, _("内容超过%(most)s字。") % {"most": 500}, _("请精简。"))


def take_contact(entry: Entry, values: Mapping[str, Any]) -> dict[str, Personal] | None:
    """Encrypt who is to be called; empty fields leave what is known."""
    name = str(values.get("contact_name") or "").strip()
    phone = str(values.get("contact_phone") or "").strip()
    if phone and not is_phone(phone):
        raise Invalid("contact_phone", _("联系电话不对。"), _("请填写手机号或带区号的固定电话。"))
    if len(name) > 60:
        raise Invalid("contact_name", _("姓名超过60字。"), _("请只填写姓名。"))
    if not name and not phone:
        return None
    # Another person has another key: what was kept of the one before stays theirs alone.
    entry.contact = uuid4()
    person = str(entry.contact)
    entry.contact_name = protect(person, name) if name else ""
    entry.contact_phone = protect(person, phone) if phone else ""
    return {"contact": Personal(person, name), "phone": Personal(person, phone)}


def refuse_withdrawn(entry: Entry) -> None:
    """Raise Conflict for an entry that is withdrawn, which nobody changes any more."""
    if entry.state == Entry.State.WITHDRAWN:
        raise Conflict(_("这个条目已经撤下，不能再修改。请另建一个条目。"))


def _refuse_waiting(entry: Entry) -> None:
    if entry.state in (Entry.State.OFFERED, Entry.State.REFUSED):
        raise Conflict(_("这个条目由企业申报，受理以后才能修改。"))


@transaction.atomic
def make_ready(entry_id: UUID | str, *, actor: Actor) -> Entry:
    """Put a draft forward for the next edition. Raises NotFound, NotPermitted, Conflict."""
    entry = _locked(entry_id, actor)
    if entry.state != Entry.State.DRAFT:
        raise Conflict(_("只有草稿可以提交发布。请刷新后再看。"))
    entry.state = Entry.State.READY
    save_versioned(entry, ["state"])
    record(entry_subject(entry), "scenarios.entry.ready", {"number": entry.number}, actor=actor)
    return entry


@transaction.atomic
def withdraw_entry(entry_id: UUID | str, reason: str, *, actor: Actor) -> Entry:
    """Take an entry out of the next edition; the published ones keep it. Raises Invalid without a
    reason, NotFound, NotPermitted, Conflict where it is out already."""
    entry = _locked(entry_id, actor)
    refuse_withdrawn(entry)
    _refuse_waiting(entry)
    reason = reason.strip()[:200]
    if not reason:
        raise Invalid("reason", _("没有写撤下的原因。"), _("请写一句话，例如“项目已落地”。"))
    entry.state = Entry.State.WITHDRAWN
    save_versioned(entry, ["state"])
    data = {"number": entry.number, "reason": reason}
    record(entry_subject(entry), "scenarios.entry.withdrawn", data, actor=actor)
    return entry


def _locked(entry_id: UUID | str, actor: Actor) -> Entry:
    entry = Entry.objects.select_for_update().filter(pk=entry_id).first()
    if entry is None:
        raise NotFound(_("没有这个条目。"))
    authorise(actor, offer_action(entry.kind), owned_entry(entry))
    return entry


@transaction.atomic
def read_contact(entry_id: UUID | str, reason: str, *, actor: Actor) -> tuple[str, str]:
    """Name and telephone number of whom to call; each viewing is in history with its reason.

    Raises NotFound, NotPermitted, Invalid without a reason.
    """
    entry = entry_for(entry_id, actor)
    authorise(actor, READ_CONTACT, owned_entry(entry, keeper_of(kind_of(entry.kind).list)))
    reason = reason.strip()[:200]
    if not reason:
        raise Invalid("reason", _("还没有填写查看原因。"), _("请写明，例如“联系对接场景”。"))
    subject = entry_subject(entry)
    name, phone = (
        (reveal(token, actor=actor, subject=subject, reason=reason) or "") if token else ""
        for token in (entry.contact_name, entry.contact_phone)
    )
    return name, phone


def is_over(entry: Entry, day: date) -> bool:
    """Whether the entry's own term has ended by that day."""
    return entry.valid_until is not None and entry.valid_until < day
