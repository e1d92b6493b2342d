"""Writes on filing duties: who files a measure, how often, within how many working days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.measures.models import FilingDuty, Frequency, Measure
from district.kernel.measures.models.measures import Source
from district.kernel.measures.providing import provider_of
from district.kernel.measures.records import DutySpec
from district.kernel.measures.rules.periods import ends_between, frequencies_of
from district.kernel.measures.selectors.values import measure_by_key
from district.kernel.measures.services.filings import cancel_owed, revive_cancelled
from district.kernel.measures.subjects import measure_subject
from district.kernel.organisation.public import Owned, Unit, authorise, members_permitted

# More filings than this a duty that is set by hand does not open at once.
MOST_AT_ONCE = 24


@transaction.atomic
def save_duty(spec: DutySpec, *, actor: Actor) -> FilingDuty:
    """Make or change who files a measure; see `save_duties`."""
    return save_duties([spec], actor=actor)[0]


@transaction.atomic
def save_duties(specs: Iterable[DutySpec], *, actor: Actor) -> list[FilingDuty]:
    """Make or change duties, one a measure and unit.

    Filings that are open already stay. Raises NotFound on an unknown measure, Invalid on an
    unknown unit or frequency, or no days to file in.
    """
    authorise(actor, "measures.duty.save")
    return [_save(spec, actor) for spec in specs]


@transaction.atomic
def set_duty(spec: DutySpec, *, actor: Actor) -> FilingDuty:
    """Have a unit file a measure from now on; one that was ended starts again on these terms.

    Raises Invalid where the unit files it already, the terms cannot be or the contact may not
    file for the unit; Conflict for a measure that is ended or that a system computes or provides.
    """
    authorise(actor, "measures.duty.save")
    measure = measure_by_key(spec.measure)
    _require_filed(measure)
    known = FilingDuty.objects.filter(measure=measure, unit=spec.unit).first()
    if known is not None and known.active:
        raise Invalid("unit", _("这个单位已经填报这个指标。"), _("请修改已有的填报任务。"))
    _check_unit(spec.unit, active=True)
    _check_terms(measure, spec)
    made = _save(spec, actor)
    if known is not None:
        revive_cancelled(made, actor)
    return made


@transaction.atomic
def change_duty(
    duty_id: UUID | str,
    *,
    frequency: str,
    days_after: int,
    since: date,
    contact: UUID | None,
    seen: int,
    actor: Actor,
) -> FilingDuty:
    """Change the terms of a duty for filings that are not open yet.

    `seen` is the version that the reader saw. Raises as `set_duty`, and Conflict when somebody
    else changed the duty meanwhile.
    """
    authorise(actor, "measures.duty.save")
    row = _duty(duty_id)
    _as_seen(row, seen)
    spec = DutySpec(row.measure_id, row.unit_id, since, frequency, days_after, contact, row.active)
    _check_terms(row.measure, spec, row)
    return _save(spec, actor)


@transaction.atomic
def end_duty(
    duty_id: UUID | str, reason: str, *, cancel_open: bool, seen: int, actor: Actor
) -> int:
    """Have the unit file the measure no more; with `cancel_open` not even what it owes now.

    What waits for review or sign-off goes on. Returns how many filings were cancelled. Raises
    Invalid without a reason, Conflict when it is ended already or was changed meanwhile.
    """
    authorise(actor, "measures.duty.save")
    row = _duty(duty_id)
    _as_seen(row, seen)
    if not row.active:
        raise Conflict(_("这项填报任务已停用。请刷新后再看。"))
    if not reason.strip():
        raise Invalid("reason", _("没有写停用原因。"), _("请写明原因，例如“改由其他单位填报”。"))
    row.active, row.ended_by_hand = False, actor.kind == "member"
    save_versioned(row, ["active", "ended_by_hand"])
    cancelled = cancel_owed(row, actor) if cancel_open else 0
    data = {**_about(row.unit), "reason": reason.strip(), "cancelled": cancelled}
    record(measure_subject(row.measure_id), "measures.duty.ended", data, actor=actor)
    return cancelled


@transaction.atomic
def restart_duty(duty_id: UUID | str, *, actor: Actor) -> int:
    """Undo `end_duty`: the same terms, and the unit owes again what was cancelled; how many.

    Raises Conflict when it runs, or for a measure that is ended.
    """
    authorise(actor, "measures.duty.save")
    row = _duty(duty_id)
    if row.active:
        raise Conflict(_("这项填报任务在用。请刷新后再看。"))
    _require_filed(row.measure)
    row.active, row.ended_by_hand = True, False
    save_versioned(row, ["active", "ended_by_hand"])
    revived = revive_cancelled(row, actor)
    data = {**_about(row.unit), "revived": revived}
    record(measure_subject(row.measure_id), "measures.duty.restarted", data, actor=actor)
    return revived


def _duty(duty_id: UUID | str) -> FilingDuty:
    rows = FilingDuty.objects.select_related("measure", "unit")
    row = rows.filter(pk=duty_id).first()
    if row is None:
        raise NotFound(_("没有这项填报任务。"))
    return row


def _save(spec: DutySpec, actor: Actor) -> FilingDuty:
    if spec.frequency not in Frequency.values:
        raise Invalid("frequency", _("频率不对。"), _("请选择每月、每季、每半年或每年。"))
    if not 1 <= spec.days_after <= 250:
        raise Invalid("days_after", _("填报时限不对。"), _("请填写 1 到 250 个工作日。"))
    if not Measure.objects.filter(pk=spec.measure).exists():
        raise NotFound(_("没有编码为 %(key)s 的指标。") % {"key": spec.measure})
    unit = _check_unit(spec.unit)
    by_hand = actor.kind == "member"
    values: dict[str, Any] = {
        "frequency": spec.frequency,
        "days_after": spec.days_after,
        "since": spec.since,
        "contact_id": spec.contact,
        "active": spec.active,
    }
    row = FilingDuty.objects.filter(measure=spec.measure, unit=spec.unit).first()
    if row is None:
        row = FilingDuty.objects.create(
            measure_id=spec.measure, unit_id=spec.unit, by_hand=by_hand, **values
        )
        data: dict[str, Any] = {key: str(value) for key, value in values.items()}
        kind = "measures.duty.created"
    else:
        before = {key: getattr(row, key) for key in values}
        changed = {key: value for key, value in values.items() if before[key] != value}
        if not changed:
            return row
        if "active" in changed:
            row.ended_by_hand = by_hand and not spec.active
            row.by_hand = row.by_hand or (by_hand and spec.active)
        for key, value in changed.items():
            setattr(row, key, value)
        save_versioned(row)
        data = {key: [str(before[key]), str(value)] for key, value in changed.items()}
        kind = "measures.duty.changed"
    record(measure_subject(spec.measure), kind, {**_about(unit), **data}, actor=actor)
    return row


def _about(unit: Unit) -> dict[str, Any]:
    return {"unit": unit.pk, "unit_name": unit.name}


def _check_unit(code: str, *, active: bool = False) -> Unit:
    unit = Unit.objects.filter(pk=code).first()
    if unit is None:
        raise Invalid(
            "unit", _("没有编码为 %(code)s 的单位。") % {"code": code}, _("请从单位表中选择。")
        )
    if active and not unit.is_active:
        raise Invalid("unit", _("这个单位已停用。"), _("请选择在用的单位。"))
    return unit


def _require_filed(measure: Measure) -> None:
    if measure.source == Source.SYSTEM:
        raise Conflict(_("这个指标由系统计算，不需要填报。"))
    source = provider_of(measure.pk)
    if source is not None:
        raise Conflict(_("这个指标的数值来自“%(name)s”，不需要填报。") % {"name": source.name})
    if not measure.is_active:
        raise Conflict(_("这个指标已停用。请先恢复指标。"))


def _check_terms(measure: Measure, spec: DutySpec, known: FilingDuty | None = None) -> None:
    """What a member may agree with a unit; the plan's own terms follow the commitment."""
    if spec.frequency in Frequency.values and spec.frequency not in frequencies_of(measure.span):
        raise Invalid(
            "frequency",
            _("频率与指标的时间口径不符。"),
            _("当月值每月填，当季值每季填，全年值每年填。"),
        )
    _check_contact(spec, known)
    if spec.frequency in Frequency.values and (known is None or known.since != spec.since):
        over = sum(1 for _end in ends_between(spec.frequency, spec.since, clock.today()))
        if over > MOST_AT_ONCE:
            raise Invalid(
                "since",
                _("从这一天起已有 %(count)s 期结束，会一次发起 %(count)s 份填报。")
                % {"count": over},
                _("请改晚一些，最多补 %(most)s 期。") % {"most": MOST_AT_ONCE},
            )


def _check_contact(spec: DutySpec, known: FilingDuty | None) -> None:
    """A contact who was named before stays, whatever became of them; a new one must be able to."""
    if spec.contact is None or (known is not None and known.contact_id == spec.contact):
        return
    if known is not None and not known.by_hand:
        raise Invalid("contact", _("联系人随承诺事项变动。"), _("请在承诺事项中修改联系人。"))
    able = members_permitted("measures.filing.file", Owned(spec.unit))
    if not able.filter(pk=spec.contact).exists():
        raise Invalid("contact", _("联系人不是这个单位的经办人。"), _("请选择该单位的经办人。"))


def _as_seen(row: FilingDuty, seen: int) -> None:
    if row.version != seen:
        raise Conflict(_("这一条刚被别人修改过。请刷新后再试。"))
