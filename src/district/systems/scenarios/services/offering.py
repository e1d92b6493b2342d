"""What an enterprise offers itself, and what the unit that keeps the list says to it.

The system that knows who may act for an enterprise calls the first three with its account as the
actor; an entry is found by key and credit code, so one of another enterprise is not there.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import new_number
from district.kernel.history.public import Actor, publish, record
from district.kernel.notifications.public import mark_settled, notify
from district.kernel.organisation.public import (
    Owned,
    Unit,
    authorise,
    authorise_outside,
    members_permitted,
)
from district.systems.scenarios.catalogue import kind_of
from district.systems.scenarios.models import Entry
from district.systems.scenarios.names import ACCEPT, DECIDED
from district.systems.scenarios.rules.codes import is_credit_code
from district.systems.scenarios.rules.kinds import Kind
from district.systems.scenarios.selectors.entries import (
    WAITING,
    entry_subject,
    keeper_of,
    plain_money,
    proposed_values,
    waits,
)
from district.systems.scenarios.services.entries import (
    check_entry,
    refuse_withdrawn,
    take_contact,
    take_values,
)

#: Public columns that an enterprise says itself, besides the own fields of the kind.
SAID = (
    "title", "text", "organisation", "area", "tags", "stage", "money", "street", "place",
    "valid_until",
)  # fmt: skip
#: So many entries of one enterprise may wait at a time.
MOST_WAITING = 20


@transaction.atomic
def offer_by_enterprise(code: str, values: Mapping[str, Any], *, actor: Actor) -> Entry:
    """Offer an entry for the enterprise of a credit code; it waits for the keeper's unit.

    `values` name the `kind` and, by the keys of the register, what `SAID` and the kind's own fields
    hold, with `contact_name` and `contact_phone`, which are encrypted. Raises NotPermitted for
    members and the public, NotFound for an unknown kind, Invalid naming the field, Conflict where
    too many wait.
    """
    authorise_outside(actor)
    kind, code = kind_of(str(values.get("kind") or "")), code.strip().upper()
    if not kind.firms:
        raise Invalid("kind", _("这类条目由政府部门登记。"), _("请选择其他类别。"))
    if not is_credit_code(code):
        raise Invalid("code", _("统一社会信用代码不对。"), _("请核对18位代码，最后一位是校验位。"))
    keeper = keeper_of(kind.list)
    entry = Entry(kind=kind.key, state=Entry.State.OFFERED, offered_by=code, lead_unit_id=keeper)
    take_values(entry, kind, {**_said(kind, values), "code": code})
    check_entry(entry, kind)
    _refuse_twins(entry)
    personal = take_contact(entry, values)
    entry.number = new_number(kind.number, clock.today())
    entry.changed_at = clock.now()
    entry.save(force_insert=True)
    data = {"number": entry.number, "kind": kind.key, "title": entry.title, "enterprise": code}
    record(entry_subject(entry), "scenarios.entry.offered", data, actor=actor, personal=personal)
    _tell(entry, keeper)
    return entry


def _said(kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    names = (*SAID, *(one.key for one in kind.own))
    return {name: values[name] for name in names if name in values}


def _refuse_twins(entry: Entry) -> None:
    """The same form sent twice offers one entry; and nobody buries the keeper's desk."""
    mine = Entry.objects.filter(offered_by=entry.offered_by)
    standing = mine.exclude(state__in=(Entry.State.REFUSED, Entry.State.WITHDRAWN))
    if standing.filter(kind=entry.kind, title=entry.title).exists():
        raise Invalid(
            "title", _("本企业已经申报过同名的条目。"), _("请修改已有的条目，或改换名称。")
        )
    if mine.filter(state=Entry.State.OFFERED).count() >= MOST_WAITING:
        raise Conflict(
            _("本企业已有%(most)s个条目待受理。请等受理后再申报。") % {"most": MOST_WAITING}
        )


def _tell(entry: Entry, keeper: str) -> None:
    """Tell whoever may take it up."""
    with override(settings.LANGUAGE_CODE):
        title = _("企业申报的场景条目待受理：%(title)s") % {"title": entry.title}
    url, subject = entry.get_absolute_url(), entry_subject(entry)
    notify(members_permitted(ACCEPT, Owned(keeper)), title, entry.organisation, url, subject)


@transaction.atomic
def change_by_enterprise(
    code: str, entry_id: UUID | str, values: Mapping[str, Any], *, actor: Actor
) -> Entry:
    """Change an own entry; `values` as of `offer_by_enterprise`.

    One that waits or was refused is changed and waits (again). One that was taken up stays as it
    is, published or not, until the keeper's unit has taken the change up as well; who to call is
    not published and changes at once. Raises NotPermitted, NotFound for another's, Invalid,
    Conflict where it is withdrawn.
    """
    authorise_outside(actor)
    entry = _own(code, entry_id)
    refuse_withdrawn(entry)
    kind = kind_of(entry.kind)
    wanted = entry if entry.state in WAITING else copy.copy(entry)
    take_values(wanted, kind, _said(kind, values))
    check_entry(wanted, kind)
    personal = take_contact(entry, values)
    if wanted is entry:
        entry.state, entry.refusal = Entry.State.OFFERED, ""
    else:
        entry.proposed = _plain(_differing(entry, wanted, kind)) or None
    entry.changed_at = clock.now()
    save_versioned(entry)
    data = {"number": entry.number, "waits": wanted is entry or entry.proposed is not None}
    record(entry_subject(entry), "scenarios.entry.changed", data, actor=actor, personal=personal)
    if data["waits"]:
        _tell(entry, keeper_of(kind.list))
    else:
        mark_settled(entry_subject(entry))
    return entry


def _differing(entry: Entry, wanted: Entry, kind: Kind) -> dict[str, Any]:
    """What the enterprise wants otherwise than it is, by the keys of the register."""
    columns = {"street": "street_unit_id"}
    found = {
        name: getattr(wanted, columns.get(name, name))
        for name in SAID
        if getattr(wanted, columns.get(name, name)) != getattr(entry, columns.get(name, name))
    }
    own = {
        one.key: wanted.own.get(one.key, "")
        for one in kind.own
        if wanted.own.get(one.key, "") != entry.own.get(one.key, "")
    }
    return {**found, **own}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON holds them; money without trailing zeros."""
    found = dict(values)
    if "money" in found:
        found["money"] = plain_money(found["money"])
    if "valid_until" in found:
        day = found["valid_until"]
        found["valid_until"] = day.isoformat() if day else ""
    return found


@transaction.atomic
def withdraw_by_enterprise(
    code: str, entry_id: UUID | str, *, actor: Actor, reason: str = ""
) -> Entry:
    """Take an own entry back; the next edition holds it no more. Raises as
    `change_by_enterprise`."""
    authorise_outside(actor)
    entry = _own(code, entry_id)
    refuse_withdrawn(entry)
    entry.state, entry.proposed = Entry.State.WITHDRAWN, None
    entry.changed_at = clock.now()
    save_versioned(entry)
    data = {"number": entry.number, "reason": reason.strip()[:200], "by": "enterprise"}
    record(entry_subject(entry), "scenarios.entry.withdrawn", data, actor=actor)
    mark_settled(entry_subject(entry))
    return entry


def _own(code: str, entry_id: UUID | str) -> Entry:
    rows = Entry.objects.select_for_update().exclude(offered_by="")
    try:
        found = rows.filter(pk=entry_id, offered_by=code.strip().upper()).first()
    except (ValueError, ValidationError):
        found = None
    if found is None:
        raise NotFound(_("没有这个条目。"))
    return found


@transaction.atomic
def accept_entry(entry_id: UUID | str, *, actor: Actor, lead_unit: str = "") -> Entry:
    """Take up what an enterprise offered, or the change that it wants: it stands in the next
    edition then. `lead_unit` answers for it from now on, the keeper's unit where none is named.

    Raises NotFound, NotPermitted, Invalid for an unknown unit or values that no longer fit,
    Conflict where nothing waits.
    """
    entry, kind = _waiting(entry_id, actor)
    if entry.state == Entry.State.OFFERED:
        if lead_unit and not Unit.objects.filter(pk=lead_unit, is_active=True).exists():
            raise Invalid("lead_unit", _("没有这个单位。"), _("请从单位列表中选择。"))
        entry.lead_unit_id = lead_unit or entry.lead_unit_id
    else:
        take_values(entry, kind, proposed_values(entry))
        entry.proposed = None
    check_entry(entry, kind)
    entry.state, entry.refusal = Entry.State.READY, ""
    return _decided(entry, "accepted", actor, lead_unit=entry.lead_unit_id)


@transaction.atomic
def refuse_entry(entry_id: UUID | str, reason: str, *, actor: Actor) -> Entry:
    """Refuse what an enterprise offered, or its change: the entry is then as it was. Raises as
    `accept_entry`, Invalid without a reason, which the enterprise reads."""
    entry, _kind = _waiting(entry_id, actor)
    reason = reason.strip()[:200]
    if not reason:
        raise Invalid("reason", _("没有写退回的原因。"), _("请写明缺什么、怎么改，企业会看到。"))
    if entry.state == Entry.State.OFFERED:
        entry.state = Entry.State.REFUSED
    entry.proposed, entry.refusal = None, reason
    return _decided(entry, "refused", actor, reason=reason)


def _waiting(entry_id: UUID | str, actor: Actor) -> tuple[Entry, Kind]:
    """The entry that waits for its keeper's unit, locked."""
    entry = Entry.objects.select_for_update().filter(pk=entry_id).first()
    if entry is None:
        raise NotFound(_("没有这个条目。"))
    kind = kind_of(entry.kind)
    authorise(actor, ACCEPT, Owned(keeper_of(kind.list)))
    if not waits(entry):
        raise Conflict(_("这个条目没有待受理的内容。请刷新后再看。"))
    return entry, kind


def _decided(entry: Entry, outcome: str, actor: Actor, **more: str) -> Entry:
    entry.changed_at = clock.now()
    save_versioned(entry)
    data = {"number": entry.number, **more}
    subject = entry_subject(entry)
    record(subject, f"scenarios.entry.{outcome}", data, actor=actor)
    payload = {"entry": str(entry.pk), "enterprise": entry.offered_by, "outcome": outcome}
    publish(DECIDED, payload, subject)
    mark_settled(subject)
    return entry
