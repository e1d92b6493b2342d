"""Firms as the register knows them, the accounts of those who act for them, and their mandates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Personal, Subject, protect_new, record, reveal
from district.kernel.organisation.public import Owned, authorise
from district.systems.enterprises.public import EnterpriseRef, enterprise_by_code, service_unit
from district.systems.virtual_park.models import Firm, Mandate, OneTimeCode, Representative
from district.systems.virtual_park.names import FIRM, INVITE, MANDATE, RESET
from district.systems.virtual_park.rules.phones import label_of, mobile_index, read_mobile
from district.systems.virtual_park.rules.roles import ParkRole, in_order
from district.systems.virtual_park.selectors.acting import GONE, Acting, is_manager, running_q
from district.systems.virtual_park.services.passwords import subject_of


def firm_subject(firm: Firm) -> Subject:
    """How history calls a firm."""
    return Subject(FIRM, str(firm.pk))


def mandate_subject(mandate: Mandate) -> Subject:
    """How history calls a mandate."""
    return Subject(MANDATE, str(mandate.pk))


def owned_firm(lead_unit: str) -> Owned:
    """The unit's that serves the enterprise; the service unit stands beside it."""
    return Owned(lead_unit, frozenset({service_unit()}), centre=lead_unit)


def registered(code: str, *, field: str = "code") -> EnterpriseRef:
    """The enterprise of a credit code that may be represented; Invalid under `field`."""
    ref = enterprise_by_code(code)
    if ref is None:
        raise Invalid(
            field, _("没有这家企业。"), _("请核对18位统一社会信用代码；新登记的企业请次日再试。")
        )
    if ref.status in GONE:
        raise Invalid(field, _("这家企业已经注销或吊销。"), _("请核对统一社会信用代码。"))
    return ref


def put_firm(ref: EnterpriseRef, actor: Actor) -> Firm:
    """The firm's row, locked, made where nobody represented it yet; in the caller's transaction."""
    made = {"code": ref.code, "name": ref.name, "lead_unit_id": ref.lead_unit,
            "bound_at": clock.now()}  # fmt: skip
    firm, new = Firm.objects.get_or_create(enterprise=str(ref.id), defaults=made)
    if new:
        record(firm_subject(firm), "virtual_park.firm.bound", {"code": ref.code}, actor=actor)
    return Firm.objects.select_for_update().get(pk=firm.pk)


@dataclass(frozen=True)
class Person:
    """A name and a mobile number as somebody typed them."""

    name: str
    phone: str

    def checked(self) -> Person:
        """Both as they are kept; Invalid naming the field."""
        name, mobile = self.name.strip(), read_mobile(self.phone)
        if not 2 <= len(name) <= 40:
            raise Invalid("name", _("姓名不对。"), _("请填写2到40个字。"))
        if not mobile:
            raise Invalid("phone", _("手机号不对。"), _("请填写11位手机号。"))
        return Person(name, mobile)

    @property
    def index(self) -> str:
        """The digest that finds the number."""
        return mobile_index(self.phone, settings.PERSON_MASTER_KEY)


def put_representative(person: Person, actor: Actor) -> Representative:
    """The account of a checked person's number, locked, made where there is none; without a
    password it cannot be signed in to. In the caller's transaction."""
    known = Representative.objects.select_for_update().filter(phone_index=person.index).first()
    if known is not None:
        return known
    key = time_ordered_uuid()
    tokens = protect_new(str(key), {"name": person.name, "phone": person.phone})
    row = Representative(
        id=key,
        name=tokens["name"],
        phone=tokens["phone"],
        phone_index=person.index,
        label=label_of(person.name, person.phone),
        made_at=clock.now(),
    )
    row.save(force_insert=True)
    personal = {"name": Personal(str(key), person.name), "phone": Personal(str(key), person.phone)}
    kind = "virtual_park.representative.made"
    record(subject_of(row), kind, {}, actor=actor, personal=personal)
    return row


def checked_terms(
    roles: Sequence[str], first_day: date | None, last_day: date | None
) -> tuple[list[str], date, date | None]:
    """Roles and days as a mandate keeps them; Invalid naming the field."""
    known = in_order(roles)
    if not known or len(known) != len(set(roles)):
        raise Invalid("roles", _("没有选择角色。"), _("请至少选择一项。"))
    first = first_day or clock.today()
    if last_day is not None and last_day < max(first, clock.today()):
        raise Invalid("last_day", _("最后一天已经过去。"), _("请填写今天或以后的日期，或留空。"))
    return known, first, last_day


def grant(
    firm: Firm,
    representative: Representative,
    roles: Sequence[str],
    days: tuple[date, date | None],
    *,
    actor: Actor,
) -> Mandate:
    """Let a representative act for a locked firm; one that has run out is ended first.

    In the caller's transaction. Conflict where they act for it already.
    """
    row = Mandate.objects.filter(firm=firm, representative=representative, ended_at=None).first()
    if row is not None:
        if row.last_day is None or row.last_day >= clock.today():
            raise Conflict(_("这个人已经获得这家企业的授权。请直接修改角色。"))
        end(row, _("期满"), actor)
    made = Mandate.objects.create(
        firm=firm,
        representative=representative,
        roles=list(roles),
        first_day=days[0],
        last_day=days[1],
        granted_at=clock.now(),
        granted_by_name=(actor.name or actor.id)[:120],
    )
    Representative.objects.filter(pk=representative.pk).update(idle_since=None)
    data = {
        "firm": firm.code,
        "representative": str(representative.pk),
        "roles": list(roles),
        "first_day": days[0],
        "last_day": days[1],
    }
    record(mandate_subject(made), "virtual_park.mandate.granted", data, actor=actor)
    return made


def end(mandate: Mandate, reason: str, actor: Actor) -> None:
    """End a mandate in the caller's transaction; codes given to its holder for the firm die."""
    mandate.ended_at, mandate.end_reason = clock.now(), reason[:200]
    save_versioned(mandate, ["ended_at", "end_reason"])
    left = Mandate.objects.filter(representative=mandate.representative_id, ended_at=None)
    if not left.exists():
        Representative.objects.filter(pk=mandate.representative_id).update(
            idle_since=mandate.ended_at
        )
    open_codes = OneTimeCode.objects.filter(
        representative=mandate.representative_id, firm=mandate.firm_id, used_at=None
    )
    open_codes.update(withdrawn_at=mandate.ended_at)
    kind = "virtual_park.mandate.ended"
    record(mandate_subject(mandate), kind, {"reason": reason}, actor=actor)


def _own(acting: Acting, mandate_id: UUID | str) -> Mandate:
    """A mandate of the acting firm that has not ended, the firm locked before it."""
    Firm.objects.select_for_update().get(pk=acting.firm.pk)
    rows = Mandate.objects.select_for_update(of=("self",)).select_related("representative", "firm")
    found = rows.filter(pk=mandate_id, firm=acting.firm, ended_at=None).first()
    if found is None:
        raise NotFound(_("没有这项授权。"))
    return found


def _a_manager_stays(mandate: Mandate, roles: Sequence[str], last_day: date | None) -> None:
    """Conflict where nobody would manage the firm any more; the firm is locked."""
    if not is_manager(mandate) or (ParkRole.MANAGER.value in roles and last_day is None):
        return
    others = Mandate.objects.filter(running_q(clock.today()), firm=mandate.firm_id)
    if not any(is_manager(row) and row.last_day is None for row in others.exclude(pk=mandate.pk)):
        raise Conflict(_("企业至少要有一名长期有效的管理员。请先授权另一名管理员。"))


@transaction.atomic
def change_mandate(
    acting: Acting, mandate_id: UUID | str, roles: Sequence[str], last_day: date | None
) -> Mandate:
    """Change roles and last day of somebody who acts for the firm.

    Raises NotPermitted, NotFound, Invalid, Conflict where no manager would be left.
    """
    acting.require("people")
    row = _own(acting, mandate_id)
    known, _first, last = checked_terms(roles, row.first_day, last_day)
    _a_manager_stays(row, known, last)
    before = {"roles": row.roles, "last_day": row.last_day}
    row.roles, row.last_day = known, last
    save_versioned(row, ["roles", "last_day"])
    data = {"before": before, "roles": known, "last_day": last}
    record(mandate_subject(row), "virtual_park.mandate.changed", data, actor=acting.actor)
    return row


@transaction.atomic
def end_mandate(acting: Acting, mandate_id: UUID | str, reason: str) -> Mandate:
    """Somebody acts for the firm no more. NotPermitted, NotFound, Invalid, Conflict."""
    acting.require("people")
    row = _own(acting, mandate_id)
    if not 2 <= len(reason.strip()) <= 200:
        raise Invalid("reason", _("还没有写明原因。"), _("请填写2到200个字，例如“已离职”。"))
    _a_manager_stays(row, (), None)
    end(row, reason.strip(), acting.actor)
    return row


@transaction.atomic
def end_for(mandate_id: UUID | str, reason: str, *, actor: Actor) -> Mandate:
    """The unit that serves the firm ends a mandate, also the last manager's.

    Raises NotFound, NotPermitted, Invalid without a reason.
    """
    rows = Mandate.objects.select_for_update(of=("self",)).select_related("firm")
    row = rows.filter(pk=mandate_id, ended_at=None).first()
    if row is None:
        raise NotFound(_("没有这项授权。"))
    authorise(actor, INVITE, owned_firm(row.firm.lead_unit_id))
    if not 2 <= len(reason.strip()) <= 200:
        raise Invalid("reason", _("还没有写明原因。"), _("请填写2到200个字，例如“已离职”。"))
    end(row, reason.strip(), actor)
    return row


@transaction.atomic
def read_colleague(acting: Acting, mandate_id: UUID | str) -> tuple[str, str]:
    """Name and number of somebody who acts for the firm, for its manager; the viewing is recorded.

    NotPermitted, NotFound.
    """
    acting.require("people")
    return _read(_own(acting, mandate_id), acting.actor, "管理本企业人员")


@transaction.atomic
def read_representative(mandate_id: UUID | str, reason: str, *, actor: Actor) -> tuple[str, str]:
    """The same for the unit that serves the firm, with its reason.

    Raises NotFound, NotPermitted, Invalid without a reason.
    """
    rows = Mandate.objects.select_related("firm", "representative")
    row = rows.filter(pk=mandate_id).first()
    if row is None:
        raise NotFound(_("没有这项授权。"))
    authorise(actor, RESET, owned_firm(row.firm.lead_unit_id))
    if len(reason.strip()) < 2:
        raise Invalid("reason", _("还没有填写查看原因。"), _("请写明，例如“联系核实”。"))
    return _read(row, actor, reason.strip()[:200])


def _read(row: Mandate, actor: Actor, reason: str) -> tuple[str, str]:
    who, about = row.representative, mandate_subject(row)
    name, phone = (
        reveal(token, actor=actor, subject=about, reason=reason) or _("（已清除）")
        for token in (who.name, who.phone)
    )
    return name, phone
