"""Leases: of a unit one at a time, day by day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.credit_code import is_credit_code
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import authorise
from district.systems.enterprises.public import enterprise_by_code, enterprise_named
from district.systems.spaces.models import Lease, SpaceUnit
from district.systems.spaces.names import SAVE_LEASE
from district.systems.spaces.rules.vacancy import overlapping
from district.systems.spaces.selectors.rights import owned_park

#: Characters of a firm's name.
_LONGEST = 120


def check_firm(name: str, code: str, *, name_field: str, code_field: str) -> tuple[str, str]:
    """A firm's name and unified social credit code, cleaned, and as the register of enterprises
    has them: its name to a code that it knows, its code to a name that only one firm bears.

    What the register does not know stays as it was written; the code may be empty. Raises Invalid
    naming the field.
    """
    name, code = name.strip(), code.strip().upper()
    if code and not is_credit_code(code):
        raise Invalid(code_field, _("统一社会信用代码不对。"), _("请照营业执照填写18位，或留空。"))
    known = enterprise_by_code(code) if code else enterprise_named(name)
    if known is not None:
        return known.name[:_LONGEST], known.code
    if not 2 <= len(name) <= _LONGEST:
        raise Invalid(name_field, _("企业名称的长度不对。"), _("请填写2到120个字。"))
    return name, code


def lock_unit(unit: UUID | str) -> SpaceUnit:
    """The unit, nobody else writing its leases meanwhile; NotFound where it is not there."""
    rows = SpaceUnit.objects.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=unit).first()
    if found is None:
        raise NotFound(_("没有这个空间单元。"))
    park = "floor__building__park"
    return SpaceUnit.objects.select_related(park).get(pk=found.pk)


@transaction.atomic
def save_lease(values: Mapping[str, Any], known: Lease | None, actor: Actor) -> Lease:
    """Add a lease, or change one (`known`), by the register's field keys; `unit` is a code.

    Raises Invalid naming the field, Conflict where it shares a day with another of the unit,
    NotPermitted where the actor may not.
    """
    row = Lease() if known is None else Lease.objects.get(pk=known.pk)
    code = values.get("unit") or (row.unit.code if row.unit_id else "")
    key = SpaceUnit.objects.filter(code=code).values_list("pk", flat=True).first()
    if key is None:
        raise Invalid("unit", _("没有这个编号的空间单元。"), _("请先登记，或核对编号。"))
    if row.unit_id not in (None, key):
        raise Invalid("unit", _("租约不能改到另一个单元。"), _("请另行登记。"))
    unit = lock_unit(key)
    authorise(actor, SAVE_LEASE, owned_park(unit.floor.building.park))
    row.unit = unit
    for name in ("tenant", "tenant_code"):
        if values.get(name) is not None:
            setattr(row, name, values[name])
    for name in ("starts_on", "ends_on", "price"):
        if name in values:
            setattr(row, name, values[name] if values[name] != "" else None)
    _check(row)
    write_lease(row, actor, new=known is None)
    return row


def _check(row: Lease) -> None:
    row.tenant, row.tenant_code = check_firm(
        row.tenant, row.tenant_code, name_field="tenant", code_field="tenant_code"
    )
    check_days(row.starts_on, row.ends_on, first="starts_on", last="ends_on")
    if row.price is not None and not 0 <= Decimal(row.price) <= 100_000:
        raise Invalid("price", _("租金不对。"), _("请填写每月每平方米多少元，或留空。"))


def check_days(starts: date | None, ends: date | None, *, first: str, last: str) -> None:
    """Invalid where a lease's days are missing or turned round."""
    if starts is None:
        raise Invalid(first, _("还没有填写起租日。"), _("请补填。"))
    if ends is None:
        raise Invalid(last, _("还没有填写止租日。"), _("请补填，未定的填合同的最后一天。"))
    if ends < starts:
        raise Invalid(last, _("止租日早于起租日。"), _("请核对日期。"))


def write_lease(row: Lease, actor: Actor, *, new: bool) -> None:
    """Write a checked lease of a locked unit; Conflict where it shares a day with another."""
    others = Lease.objects.filter(unit=row.unit).exclude(pk=row.pk)
    spans = list(others.values_list("starts_on", "ends_on"))
    taken = overlapping(spans, (row.starts_on, row.ends_on))
    if taken is not None:
        raise Conflict(
            _("这个单元从%(first)s到%(last)s已有租约。请改日期，或先改那份租约。")
            % {"first": taken[0].isoformat(), "last": taken[1].isoformat()}
        )
    if new:
        row.save(force_insert=True)
    else:
        save_versioned(row)
    data = {
        "unit": row.unit.code,
        "tenant": row.tenant,
        "tenant_code": row.tenant_code,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
    }
    kind = "spaces.lease.added" if new else "spaces.lease.changed"
    record(Subject("spaces.unit", str(row.unit_id)), kind, data, actor=actor)


@transaction.atomic
def end_lease(lease: UUID | str, ends_on: date, *, actor: Actor) -> Lease:
    """End a lease early: its last day becomes `ends_on`.

    Raises NotFound, NotPermitted, and Invalid where the day is not within the lease.
    """
    row = Lease.objects.filter(pk=lease).first()
    if row is None:
        raise NotFound(_("没有这份租约。"))
    unit = lock_unit(row.unit_id)
    authorise(actor, SAVE_LEASE, owned_park(unit.floor.building.park))
    row = Lease.objects.get(pk=row.pk)
    row.unit = unit
    if not row.starts_on <= ends_on < row.ends_on:
        raise Invalid(
            "ends_on", _("这一天不在租期内。"), _("请填写起租日以后、原止租日以前的日期。")
        )
    row.ends_on = ends_on
    write_lease(row, actor, new=False)
    return row
