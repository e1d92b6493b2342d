"""Demands for space: written down, changed, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import new_number, perform
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Level, Owned, Unit, authorise
from district.systems.spaces.models import Demand, Hazard, Offer
from district.systems.spaces.names import SAVE_DEMAND, SYSTEM
from district.systems.spaces.services.leases import check_firm

_NUMBERS = ("area_from", "area_to", "load", "height", "lift_load", "power", "budget")
_TEXTS = ("firm", "firm_code", "hazard", "use")
_MOST = Decimal(10_000_000)


def demand_subject(demand: Demand) -> Subject:
    """How history calls a demand."""
    return Subject("spaces.demand", str(demand.pk))


def owned_demand(demand: Demand) -> Owned:
    """The unit's that handles it."""
    return Owned(demand.lead_unit_id)


@transaction.atomic
def save_demand(values: Mapping[str, Any], known: Demand | None, actor: Actor) -> Demand:
    """Write a demand down (`known` None) or change an open one, by the form's field names.

    `streets` are codes, the most wished first. Raises Invalid naming the field, Conflict where it
    is settled or somebody wrote meanwhile, NotPermitted.
    """
    row = _begun() if known is None else _locked(known.pk)
    if known is not None:
        authorise(actor, SAVE_DEMAND, owned_demand(row))
        row.version = known.version
        if row.state != Demand.State.OPEN:
            raise Conflict(_("这条需求已经办结，不能再修改。请另行登记。"))
    for name in _TEXTS:
        if name in values:
            setattr(row, name, (values[name] or "").strip())
    for name in (*_NUMBERS, "wanted_on"):
        if name in values:
            setattr(row, name, None if values[name] in (None, "") else values[name])
    row.drainage = bool(values.get("drainage", row.drainage))
    row.streets = list(dict.fromkeys(values.get("streets", row.streets) or ()))
    row.lead_unit_id = values.get("lead_unit") or row.lead_unit_id
    _check(row)
    authorise(actor, SAVE_DEMAND, owned_demand(row))
    if known is None:
        row.save(force_insert=True)
    else:
        save_versioned(row)
    data = {"number": row.number, "firm": row.firm, "firm_code": row.firm_code}
    data |= {name: str(getattr(row, name)) for name in _NUMBERS if getattr(row, name) is not None}
    kind = "spaces.demand.added" if known is None else "spaces.demand.changed"
    record(demand_subject(row), kind, data, actor=actor)
    return row


def _begun() -> Demand:
    now = clock.now()
    return Demand(number=new_number("XQ", timezone.localtime(now).date()), created_at=now)


def _locked(key: UUID | str) -> Demand:
    row = Demand.objects.select_for_update(no_key=True).filter(pk=key).first()
    if row is None:
        raise NotFound(_("没有这条需求。"))
    return row


def _check(row: Demand) -> None:
    row.firm, row.firm_code = check_firm(
        row.firm, row.firm_code, name_field="firm", code_field="firm_code"
    )
    if not 2 <= len(row.use) <= 200:
        raise Invalid("use", _("还没有写明用途。"), _("请填写2到200个字。"))
    if row.hazard and row.hazard not in Hazard.values:
        raise Invalid("hazard", _("类别不对。"), _("请从列表中选择。"))
    for name in _NUMBERS:
        value = getattr(row, name)
        if value is not None and not 0 < Decimal(value) <= _MOST:
            label = _label(row, name)
            raise Invalid(
                name,
                _("“%(name)s”不对。") % {"name": label},
                _("请填写大于0的数，不作要求的留空。"),
            )
    if row.area_from is not None and row.area_to is not None and row.area_to < row.area_from:
        raise Invalid("area_to", _("最大面积小于最小面积。"), _("请核对面积。"))
    if row.area_from is None and row.area_to is None:
        raise Invalid("area_from", _("还没有写明面积。"), _("请至少填写一个。"))
    known = Unit.objects.filter(pk__in=row.streets, level=Level.STREET, is_active=True).count()
    if known != len(row.streets):
        raise Invalid("streets", _("没有这个街道。"), _("请从列表中选择。"))
    if not Unit.objects.filter(pk=row.lead_unit_id or "", is_active=True).exists():
        raise Invalid("lead_unit", _("没有这个单位。"), _("请从单位列表中选择。"))


def _label(row: Demand, name: str) -> str:
    kept: Any = row._meta.get_field(name)
    return str(kept.verbose_name)


@transaction.atomic
def withdraw_demand(demand: UUID | str, reason: str, *, actor: Actor) -> Demand:
    """The firm looks no more, and its offers end.

    Raises Conflict where the demand is settled, Invalid without a reason.
    """
    row = _locked(demand)
    authorise(actor, SAVE_DEMAND, owned_demand(row))
    if row.state != Demand.State.OPEN:
        raise Conflict(_("这条需求已经办结。"))
    if not 2 <= len(reason.strip()) <= 200:
        raise Invalid("reason", _("还没有写明原因。"), _("请填写2到200个字。"))
    row.state = Demand.State.WITHDRAWN
    save_versioned(row, ["state"])
    standing = Offer.objects.filter(demand=row, case__category="open").values_list("pk", flat=True)
    for key in sorted(standing):
        with override(settings.LANGUAGE_CODE):
            told = {"decline_reason": "firm", "result": _("企业撤回了用房需求。")}
        perform(key, "decline", actor=SYSTEM, data=told)
    record(demand_subject(row), "spaces.demand.withdrawn", {"reason": reason.strip()}, actor=actor)
    return row
