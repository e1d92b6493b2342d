"""What follows from the register and from time: sleeping firms, people who are forgotten."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from district.kernel.base import clock
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import erase_person, person_of, record
from district.systems.enterprises.public import EnterpriseRef, enterprises_by_ids
from district.systems.virtual_park.models import Firm, Mandate, OneTimeCode, Representative
from district.systems.virtual_park.names import SYSTEM
from district.systems.virtual_park.selectors.acting import GONE
from district.systems.virtual_park.services.firms import end, firm_subject
from district.systems.virtual_park.services.passwords import subject_of

#: How long somebody without a mandate is remembered.
REMEMBERED = timedelta(days=365)
_BATCH = 200


def follow_register() -> int:
    """Bring names and units to what the register says now, and let firms sleep that it calls
    cancelled or revoked, or wake again; returns how many changed. Again changes nothing."""
    changed, after = 0, None
    while True:
        rows = Firm.objects.order_by("pk")
        rows = rows.filter(pk__gt=after) if after else rows
        batch = list(rows[:_BATCH])
        if not batch:
            return changed
        known = enterprises_by_ids([row.enterprise for row in batch])
        changed += sum(_follow(row, known.get(row.enterprise)) for row in batch)
        after = batch[-1].pk


@transaction.atomic
def _follow(row: Firm, ref: EnterpriseRef | None) -> bool:
    reason = "missing" if ref is None else ref.status if ref.status in GONE else ""
    name, unit = (ref.name, ref.lead_unit) if ref else (row.name, row.lead_unit_id)
    if (reason, name, unit) == (row.sleep_reason, row.name, row.lead_unit_id):
        return False
    slept = row.sleep_reason
    row.name, row.lead_unit_id, row.sleep_reason = name, unit, reason
    row.asleep_since = (row.asleep_since or clock.now()) if reason else None
    save_versioned(row)
    if reason != slept:
        kind = f"virtual_park.firm.{'slept' if reason else 'woke'}"
        record(firm_subject(row), kind, {"reason": reason or slept}, actor=SYSTEM)
    return True


def end_run_out() -> int:
    """End the mandates whose last day is over; returns how many."""
    rows = Mandate.objects.filter(ended_at=None, last_day__lt=clock.today())
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:_BATCH])
    return sum(_end_run_out(key) for key in keys)


@transaction.atomic
def _end_run_out(key: UUID) -> bool:
    rows = Mandate.objects.select_for_update().filter(ended_at=None, last_day__lt=clock.today())
    row = rows.filter(pk=key).first()
    if row is not None:
        end(row, "期满", SYSTEM)
    return row is not None


def forget_people() -> int:
    """Erase who has acted for nobody for a year, and who was invited and never came; returns how
    many. Again erases nothing more."""
    until = clock.now() - REMEMBERED
    idle = Representative.objects.filter(idle_since__lt=until, forgotten_at=None)
    keys = list(idle.order_by("pk").values_list("pk", flat=True)[:_BATCH])
    codes = OneTimeCode.objects.filter(issued_at__lt=until).exclude(phone="")
    old = list(codes.order_by("pk")[:_BATCH])
    for code in old:
        _forget_code(code)
    return sum(_forget(key) for key in keys) + len(old)


@transaction.atomic
def _forget(key: UUID) -> bool:
    row = Representative.objects.select_for_update().filter(pk=key, forgotten_at=None).first()
    if row is None or row.idle_since is None:
        return False
    erase_person(str(row.pk), actor=SYSTEM, reason="一年没有企业授权")
    row.phone_index, row.password, row.label = None, "", ""
    row.forgotten_at = clock.now()
    row.epoch += 1
    save_versioned(row)
    record(subject_of(row), "virtual_park.representative.forgotten", {}, actor=SYSTEM)
    return True


@transaction.atomic
def _forget_code(code: OneTimeCode) -> None:
    erase_person(person_of(code.phone), actor=SYSTEM, reason="邀请已过一年")
    OneTimeCode.objects.filter(pk=code.pk).update(name="", phone="", label="")
