"""All writes: each function authorises, writes, and records what it did, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import (
    Actor,
    Personal,
    Subject,
    erase_person,
    protect,
    publish,
    record,
    reveal,
)
from district.kernel.organisation.public import Owned, authorise
from district.kernel.tracking.public import ClockSpec, Owner, Term, finish, row_of, track
from district.testing.dummy.models import Fault, Lamp

REPORTED = "dummy.fault_reported"
REPAIRED = "dummy.fault_repaired"
_SYSTEM = Actor.system("dummy")
_COLUMNS = ("code", "name", "lead_unit", "power", "lon", "lat")


def fault_subject(fault: Fault) -> Subject:
    """How history and tracking name a fault."""
    return Subject("dummy.fault", str(fault.pk))


@transaction.atomic
def save_lamp(values: Mapping[str, Any], known: Lamp | None, actor: Actor) -> Lamp:
    """Add a lamp (`known` is None) or change one; `values` by the register's field keys.

    Raises NotPermitted, and Invalid on a negative power.
    """
    if (values.get("power") or 0) < 0:
        raise Invalid("power", _("功率不能小于零。"), _("请填写瓦数，例如 60。"))
    lamp = known or Lamp()
    if known is not None:
        authorise(actor, "dummy.lamp.save", Owned(lamp.lead_unit_id))
    for key in _COLUMNS:
        if key in values:
            setattr(lamp, "lead_unit_id" if key == "lead_unit" else key, values[key])
    authorise(actor, "dummy.lamp.save", Owned(lamp.lead_unit_id))
    if known is None:
        lamp.save(force_insert=True)
    else:
        save_versioned(lamp)
    kind = "dummy.lamp.added" if known is None else "dummy.lamp.changed"
    record(Subject("dummy.lamp", str(lamp.pk)), kind, dict(values), actor=actor)
    return lamp


@transaction.atomic
def report_fault(lamp_id: UUID | str, text: str, *, actor: Actor, phone: str = "") -> Fault:
    """Note that a lamp is out: the fault gets an owner, three working days and a light.

    Raises NotFound, NotPermitted, and Invalid without a text.
    """
    lamp = Lamp.objects.filter(pk=lamp_id).first()
    if lamp is None:
        raise NotFound(_("没有这盏路灯。"))
    authorise(actor, "dummy.fault.report", Owned(lamp.lead_unit_id))
    if not text.strip():
        raise Invalid("text", _("没有写故障情况。"), _("请写一句话，例如“整夜不亮”。"))
    caller = uuid4() if phone else None
    fault = Fault.objects.create(
        lamp=lamp,
        text=text.strip()[:200],
        caller=caller,
        phone=protect(str(caller), phone) if phone else "",
        reported_at=clock.now(),
    )
    personal = {"phone": Personal(str(caller), phone)} if phone else None
    subject = fault_subject(fault)
    data = {"lamp": lamp.code, "text": fault.text}
    record(subject, "dummy.fault.reported", data, actor=actor, personal=personal)
    track(
        subject,
        f"{lamp.name}：{fault.text}",
        Owner(lamp.lead_unit_id),
        ClockSpec("working_days", term=Term(3, "working_days")),
        actor=_SYSTEM,
        url=fault.get_absolute_url(),
        ladder="dummy",
    )
    publish(REPORTED, {"fault": str(fault.pk)}, subject)
    return fault


@transaction.atomic
def repair_fault(fault_id: UUID | str, version: int, *, actor: Actor) -> Fault:
    """Note that a fault is mended. `version` is the one that the reader saw.

    Raises NotFound, NotPermitted, and Conflict when it was mended or changed meanwhile.
    """
    fault = Fault.objects.select_related("lamp").filter(pk=fault_id).first()
    if fault is None:
        raise NotFound(_("没有这条报修。"))
    authorise(actor, "dummy.fault.repair", Owned(fault.lamp.lead_unit_id))
    if fault.repaired_at is not None:
        raise Conflict(_("这条报修已经办结。请刷新后再看。"))
    fault.version, fault.repaired_at = version, clock.now()
    save_versioned(fault, ["repaired_at"])
    subject = fault_subject(fault)
    record(subject, "dummy.fault.repaired", {"lamp": fault.lamp.code}, actor=actor)
    row = row_of(subject)
    if row is not None:
        finish(row, actor=_SYSTEM)
    publish(REPAIRED, {"fault": str(fault.pk)}, subject)
    transaction.on_commit(_count_later)
    return fault


def _count_later() -> None:
    from district.testing.dummy.jobs import count_repairs

    count_repairs.enqueue()


@transaction.atomic
def phone_of(fault: Fault, reason: str, *, actor: Actor) -> str | None:
    """The caller's number, to call back; history keeps who looked and why. None once erased."""
    authorise(actor, "dummy.fault.call_back", Owned(fault.lamp.lead_unit_id))
    if not fault.phone:
        return None
    return reveal(fault.phone, actor=actor, subject=fault_subject(fault), reason=reason)


@transaction.atomic
def forget_caller(fault: Fault, *, actor: Actor) -> None:
    """Destroy the key of the fault's caller: the number is unreadable from then on."""
    if fault.caller is not None:
        erase_person(str(fault.caller), actor=actor, reason=_("已修复满30天"))
        Fault.objects.filter(pk=fault.pk).update(caller=None, phone="")
