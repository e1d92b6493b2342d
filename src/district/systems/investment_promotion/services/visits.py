"""Visits and trips: planned, held and recorded, cancelled."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings as django_settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import Case, new_number, perform
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import Unit, authorise
from district.systems.investment_promotion.models import Trip, Visit
from district.systems.investment_promotion.names import FOLLOWED, SAVE_VISIT, SYSTEM
from district.systems.investment_promotion.selectors.rights import (
    owned_journey,
    project_for,
    trip_for,
    trip_subject,
    visit_subject,
)

LONGEST = 5000
_VISIT_TEXTS = ("organisation", "kind", "city", "place", "visitors", "hosts", "purpose", "agenda")
_TRIP_TEXTS = ("title", "head", "members", "cities", "purpose")


@transaction.atomic
def save_visit(values: Mapping[str, Any], known: Visit | None, actor: Actor) -> Visit:
    """Plan a visit (`known` None) or change one that is still planned, by the form's field names.

    `project` and `trip` are keys, "" for none; times are aware. Raises NotFound for a project or
    trip that the actor may not see, NotPermitted, Invalid naming the field, Conflict.
    """
    row = _locked_visit(known.pk) if known is not None else Visit()
    if known is not None:
        authorise(actor, SAVE_VISIT, owned_journey(row.lead_unit_id))
        row.version = known.version
        if row.state != Visit.State.PLANNED:
            raise Conflict(_("行程已经成行或取消，不能再修改。"))
    for name in _VISIT_TEXTS:
        if name in values:
            setattr(row, name, str(values[name] or "").strip())
    for name in ("starts_at", "ends_at", "lon", "lat"):
        if name in values:
            setattr(row, name, values[name])
    row.lead_unit_id = str(values.get("lead_unit") or row.lead_unit_id or "")
    _link(row, values, actor)
    _check_unit(row.lead_unit_id)
    authorise(actor, SAVE_VISIT, owned_journey(row.lead_unit_id))
    _check_visit(row)
    if known is None:
        row.number = new_number("XC", timezone.localtime(clock.now()).date())
        row.save(force_insert=True)
    else:
        save_versioned(row)
    kind = "planned" if known is None else "changed"
    _tell_visit(row, kind, actor)
    return row


def _link(row: Visit, values: Mapping[str, Any], actor: Actor) -> None:
    """The project that a visit is for, and the trip that it is a part of."""
    if "project" in values:
        row.project = project_for(values["project"], actor) if values["project"] else None
    if row.project is not None and not row.organisation:
        row.organisation = row.project.organisation
    if "trip" in values:
        row.trip = trip_for(values["trip"], actor) if values["trip"] else None
    trip = row.trip
    if trip is not None:
        if trip.state == Trip.State.CANCELLED:
            raise Invalid("trip", _("出行计划已取消。"), _("请选择另一个，或留空。"))
        first, last = (_day(one) for one in (row.starts_at, row.ends_at))
        if not (trip.starts_on <= first and last <= trip.ends_on):
            raise Invalid(
                "starts_at",
                _("不在出行计划的日期内（%(first)s至%(last)s）。")
                % {"first": trip.starts_on.isoformat(), "last": trip.ends_on.isoformat()},
                _("请改时间，或先修改出行计划。"),
            )


def _day(moment: Any) -> date:
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise Invalid("starts_at", _("时间不对。"), _("请填写开始和结束时间。"))
    return timezone.localtime(moment).date()


def _check_unit(code: str) -> None:
    if not Unit.objects.filter(pk=code, is_active=True).exists():
        raise Invalid("lead_unit", _("没有这个单位。"), _("请从单位列表中选择。"))


def _check_visit(row: Visit) -> None:
    for name, most in (("organisation", 120), ("city", 40), ("visitors", 300), ("purpose", 300)):
        if not 1 <= len(getattr(row, name)) <= most:
            raise Invalid(name, _("还没有填写，或过长。"), _("最多%(most)s字。") % {"most": most})
    for name, most in (("place", 200), ("hosts", 300), ("agenda", LONGEST)):
        if len(getattr(row, name)) > most:
            raise Invalid(name, _("超过%(most)s字。") % {"most": most}, _("请精简。"))
    if row.kind not in Visit.Kind.values:
        raise Invalid("kind", _("没有这种方式。"), _("请从列表中选择。"))
    _day(row.starts_at)
    _day(row.ends_at)
    if row.ends_at <= row.starts_at:
        raise Invalid("ends_at", _("结束不晚于开始。"), _("请核对时间。"))
    if (row.lon is None) != (row.lat is None):
        raise Invalid("lon", _("坐标不全。"), _("请同时填写经度和纬度，或都留空。"))
    if row.lon is not None and not (abs(row.lon) <= 180 and abs(Decimal(row.lat)) <= 90):
        raise Invalid("lon", _("坐标不对。"), _("请填写WGS-84经纬度。"))


def _locked_visit(key: UUID | str) -> Visit:
    rows = Visit.objects.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound(_("没有这次行程。"))
    return found


def _tell_visit(row: Visit, kind: str, actor: Actor) -> None:
    data = {
        "number": row.number,
        "state": row.state,
        "lead_unit": row.lead_unit_id,
        "starts_at": row.starts_at,
        "project": str(row.project_id or ""),
        "trip": str(row.trip_id or ""),
        # What was said may name people and plans: history keeps what proves it.
        "minutes_sha256": hashlib.sha256(row.minutes.encode()).hexdigest() if row.minutes else "",
    }
    record(visit_subject(row), f"investment_promotion.visit.{kind}", data, actor=actor)


@transaction.atomic
def hold_visit(key: UUID | str, values: Mapping[str, Any], *, actor: Actor) -> Visit:
    """Record that a visit was held: minutes, result, the next step with its day. It counts now.

    Where it was for a project that is under way, that is noted as followed up, a lead as
    contacted. Raises NotFound, NotPermitted, Invalid naming the field, Conflict.
    """
    row = _locked_visit(key)
    authorise(actor, SAVE_VISIT, owned_journey(row.lead_unit_id))
    if row.state != Visit.State.PLANNED:
        raise Conflict(_("行程已经成行或取消。"))
    if row.starts_at > clock.now():
        raise Conflict(_("行程还没有开始。成行之后再记录。"))
    for name, least, most in (("minutes", 2, LONGEST), ("result", 2, 300), ("next_step", 0, 300)):
        text = str(values.get(name) or "").strip()
        if not least <= len(text) <= most:
            raise Invalid(name, _("还没有填写，或过长。"), _("最多%(most)s字。") % {"most": most})
        setattr(row, name, text)
    row.hosts = str(values.get("hosts") or row.hosts).strip()[:300]
    row.next_on = values.get("next_on") or None
    if row.next_on is not None and row.next_on < _day(row.starts_at):
        raise Invalid("next_on", _("下一步期限早于行程。"), _("请核对日期。"))
    if row.next_step and row.next_on is None:
        raise Invalid("next_on", _("下一步还没有期限。"), _("请填写日期。"))
    row.state, row.recorded_at = Visit.State.HELD, clock.now()
    save_versioned(row)
    _tell_visit(row, "held", actor)
    _follow(row, actor)
    return row


def _follow(row: Visit, actor: Actor) -> None:
    """A visit that was held follows its project up."""
    if row.project_id is None:
        return
    case = Case.objects.select_related("lead_unit").get(pk=row.project_id)
    data: dict[str, Any] = {"text": f"{row.number} {row.result}"}
    if row.next_on is not None:
        data["next_on"] = row.next_on
    if case.stage == "lead":
        # Only the unit that the lead belongs to takes it on.
        if case.lead_unit_id == row.lead_unit_id:
            perform(case.pk, "contact", actor=actor, data=data)
        return
    if case.stage in (*FOLLOWED, "recheck"):
        # Whoever may record the visit saw the project when it was planned; a helping unit's counts.
        with override(django_settings.LANGUAGE_CODE):
            data["text"] = _("%(who)s：%(text)s") % {"who": actor.name, "text": data["text"]}
        perform(case.pk, "note_visit", actor=SYSTEM, data=data)


@transaction.atomic
def cancel_visit(key: UUID | str, reason: str, *, actor: Actor) -> Visit:
    """A planned visit does not take place. Raises Invalid without a reason, Conflict, NotFound."""
    row = _locked_visit(key)
    authorise(actor, SAVE_VISIT, owned_journey(row.lead_unit_id))
    if row.state != Visit.State.PLANNED:
        raise Conflict(_("行程已经成行或取消。"))
    why = reason.strip()
    if not 2 <= len(why) <= 200:
        raise Invalid("reason", _("还没有写明原因。"), _("请填写2到200个字。"))
    row.state, row.reason = Visit.State.CANCELLED, why
    save_versioned(row)
    _tell_visit(row, "cancelled", actor)
    return row


@transaction.atomic
def save_trip(values: Mapping[str, Any], known: Trip | None, actor: Actor) -> Trip:
    """Plan a trip (`known` None) or change one, by the form's field names.

    Raises NotPermitted, Invalid naming the field, Conflict where a visit of it lies outside.
    """
    row = known or Trip()
    if known is not None:
        authorise(actor, SAVE_VISIT, owned_journey(row.lead_unit_id))
    for name in _TRIP_TEXTS:
        if name in values:
            setattr(row, name, str(values[name] or "").strip())
    for name in ("starts_on", "ends_on"):
        if name in values:
            setattr(row, name, values[name])
    row.lead_unit_id = str(values.get("lead_unit") or row.lead_unit_id or "")
    row.state = str(values.get("state") or row.state)
    _check_unit(row.lead_unit_id)
    authorise(actor, SAVE_VISIT, owned_journey(row.lead_unit_id))
    _check_trip(row)
    if known is None:
        row.number = new_number("CX", timezone.localtime(clock.now()).date())
        row.save(force_insert=True)
    else:
        save_versioned(row)
    data = {"number": row.number, "starts_on": row.starts_on, "ends_on": row.ends_on}
    kind = "planned" if known is None else "changed"
    record(
        trip_subject(row),
        f"investment_promotion.trip.{kind}",
        {**data, "state": row.state, "lead_unit": row.lead_unit_id},
        actor=actor,
    )
    return row


def _check_trip(row: Trip) -> None:
    for name, most in (("title", 120), ("head", 60), ("cities", 120), ("purpose", LONGEST)):
        if not 1 <= len(getattr(row, name)) <= most:
            raise Invalid(name, _("还没有填写，或过长。"), _("最多%(most)s字。") % {"most": most})
    if len(row.members) > 300:
        raise Invalid("members", _("超过%(most)s字。") % {"most": 300}, _("请精简。"))
    if not isinstance(row.starts_on, date) or not isinstance(row.ends_on, date):
        raise Invalid("starts_on", _("日期不对。"), _("请填写出发和返回日期。"))
    if not 0 <= (row.ends_on - row.starts_on).days <= 60:
        raise Invalid("ends_on", _("返回日期不对。"), _("不早于出发，且不超过60天。"))
    if row.state not in Trip.State.values:
        raise Invalid("state", _("没有这种状态。"), _("请从列表中选择。"))
    planned = Visit.objects.filter(trip=row.pk).exclude(state=Visit.State.CANCELLED)
    for visit in planned if not row._state.adding else ():
        if not (row.starts_on <= _day(visit.starts_at) and _day(visit.ends_at) <= row.ends_on):
            raise Conflict(
                _("行程%(number)s不在新的日期内。请先修改或取消它。") % {"number": visit.number}
            )
