"""Dispatch meetings are planned, held and closed; what is decided becomes commitments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import (
    Member,
    Unit,
    authorise,
    member_by_id,
)
from district.systems.economy.models import Decision, Meeting, Series, Supposition
from district.systems.economy.names import (
    MEETING_PREPARE,
    decision_subject,
    meeting_subject,
)
from district.systems.economy.selectors.meetings import owned_meetings
from district.systems.economy.selectors.settings import members_of

_FIELDS = ("year", "month", "title", "held_on", "place")
_MOST_SUPPOSED = 12
State = Meeting.State


def locked_meeting(key: object, *, seen: int | None = None) -> Meeting:
    """The meeting, locked for this transaction; NotFound, and Conflict where it changed."""
    rows = Meeting.objects.select_for_update(of=("self",))
    row = rows.filter(pk=str(key)).first()
    if row is None:
        raise NotFound(_("没有这次调度会。"))
    if seen is not None and row.version != seen:
        raise Conflict(_("这次调度会刚被别人修改过。请刷新后再试。"))
    return row


def for_preparing(key: object, actor: Actor, *, seen: int | None = None) -> Meeting:
    """The meeting, locked, for whoever prepares it; Conflict once it is closed."""
    authorise(actor, MEETING_PREPARE, owned_meetings())
    row = locked_meeting(key, seen=seen)
    if not row.is_open:
        raise Conflict(_("会议已经结束，不能再修改。"))
    return row


@transaction.atomic
def save_meeting(
    data: Mapping[str, Any], key: object = None, *, seen: int | None = None, actor: Actor
) -> Meeting:
    """Plan a meeting, or change what is said of one that is not closed.

    `data`: year, month, held_on, place, chair (a member's id), title ("" names it by its month).
    Raises NotPermitted, Conflict, and Invalid(month, held_on, chair).
    """
    if key is None:
        authorise(actor, MEETING_PREPARE, owned_meetings())
        row = Meeting(made_by=actor.name[:80], made_at=clock.now())
    else:
        row = for_preparing(key, actor, seen=seen)
    before = _told(row) if key is not None else {}
    _fill(row, data)
    if key is None:
        row.save(force_insert=True)
        record(meeting_subject(row.pk), "economy.meeting.planned", _told(row), actor=actor)
        return row
    changed = {name: value for name, value in _told(row).items() if before[name] != value}
    if changed:
        save_versioned(row, [*_FIELDS, "chair"])
        record(meeting_subject(row.pk), "economy.meeting.changed", changed, actor=actor)
    return row


def _fill(row: Meeting, data: Mapping[str, Any]) -> None:
    year, month, held_on = int(data["year"]), int(data["month"]), data["held_on"]
    if not 1 <= month <= 12:
        raise Invalid("month", _("月份不对。"), _("请填写1到12。"))
    if held_on < date(year, month, 1):
        raise Invalid("held_on", _("会议日期早于所议月份。"), _("请检查年份、月份和会议日期。"))
    row.chair = _member("chair", data["chair"])
    row.year, row.month, row.held_on = year, month, held_on
    row.place = str(data.get("place", "")).strip()[:120]
    title = str(data.get("title", "")).strip()
    row.title = (title or f"{year}年{month}月经济运行调度会")[:120]


def _told(row: Meeting) -> dict[str, Any]:
    return {name: str(getattr(row, name)) for name in _FIELDS} | {"chair": str(row.chair_id)}


def _member(field: str, key: object) -> Member:
    try:
        found = member_by_id(UUID(str(key)))
    except (ValueError, NotFound) as error:
        raise Invalid(field, _("没有这位成员。"), _("请从列表中选择。")) from error
    return found


@transaction.atomic
def hold_meeting(key: object, *, seen: int | None = None, actor: Actor) -> Meeting:
    """Say that it was held, on its day. Raises NotPermitted, and Conflict before that day or where
    it was held already."""
    row = for_preparing(key, actor, seen=seen)
    if row.state != State.DRAFTED:
        raise Conflict(_("会议已经召开。"))
    if row.held_on > clock.today():
        raise Conflict(_("还没有到会议日期。提前召开的，请先修改会议日期。"))
    row.state = State.HELD
    save_versioned(row, ["state"])
    record(meeting_subject(row.pk), "economy.meeting.held", {}, actor=actor)
    return row


@transaction.atomic
def close_meeting(key: object, *, seen: int | None = None, actor: Actor) -> Meeting:
    """Close it: from then on nothing of it changes. Raises NotPermitted, and Conflict before it was
    held or while a decision is neither issued nor dropped."""
    row = for_preparing(key, actor, seen=seen)
    if row.state != State.HELD:
        raise Conflict(_("会议还没有召开，不能结束。"))
    if row.decisions.filter(state=Decision.State.DRAFT).exists():
        raise Conflict(_("还有待议的决定。请先下达，或标明不再下达。"))
    row.state = State.CLOSED
    save_versioned(row, ["state"])
    record(meeting_subject(row.pk), "economy.meeting.closed", {}, actor=actor)
    return row


@transaction.atomic
def save_decision(
    meeting_key: object,
    data: Mapping[str, Any],
    key: object = None,
    *,
    seen: int | None = None,
    actor: Actor,
) -> Decision:
    """Write a decision of a meeting, or change one that is still a draft.

    `data`: text, lead_unit and co_units (codes), leader (a member's id), due_on, series (a key or
    ""), industry, street (a line of that series, or ""). Raises NotPermitted, NotFound, Conflict,
    and Invalid by field.
    """
    meeting = for_preparing(meeting_key, actor)
    if key is None:
        last = meeting.decisions.aggregate(last=Max("number"))["last"] or 0
        row = Decision(meeting=meeting, number=last + 1)
    else:
        row = _draft(meeting, key, seen)
    _write(row, data)
    kind = "economy.decision.written"
    if key is None:
        row.save(force_insert=True)
    else:
        kind = "economy.decision.changed"
        save_versioned(row)
    codes = sorted({str(code) for code in data.get("co_units", ())} - {row.lead_unit_id})
    row.co_units.set(_units("co_units", codes))
    told = {
        "meeting": str(meeting.pk), "number": row.number, "text": row.text,
        "series": row.series_id or "", "industry": row.industry, "street": row.street,
        "lead_unit": row.lead_unit_id, "co_units": codes, "leader": str(row.leader_id),
        "due_on": row.due_on,
    }  # fmt: skip
    record(decision_subject(row.pk), kind, told, actor=actor)
    return row


def _draft(meeting: Meeting, key: object, seen: int | None) -> Decision:
    row = meeting.decisions.filter(pk=str(key)).first()
    if row is None:
        raise NotFound(_("没有这项会议决定。"))
    if row.state != Decision.State.DRAFT:
        raise Conflict(_("已经下达或不再下达的决定不能修改。时限和责任请在承诺事项中调整。"))
    if seen is not None and row.version != seen:
        raise Conflict(_("这项决定刚被别人修改过。请刷新后再试。"))
    return row


def _write(row: Decision, data: Mapping[str, Any]) -> None:
    text = str(data["text"]).strip()
    if not text:
        raise Invalid("text", _("没有写决定事项。"), _("请写明要谁做成什么。"))
    if data["due_on"] < row.meeting.held_on:
        raise Invalid("due_on", _("完成时限早于会议日期。"), _("请改为会议以后的日期。"))
    row.text, row.due_on = text[:300], data["due_on"]
    row.lead_unit = _units("lead_unit", [str(data["lead_unit"])])[0]
    row.leader = _member("leader", data["leader"])
    row.series = _series(str(data.get("series", "") or ""))
    for dimension in ("industry", "street"):
        setattr(row, dimension, _line(row.series, dimension, str(data.get(dimension, "") or "")))


def _series(key: str) -> Series | None:
    if not key:
        return None
    found = Series.objects.filter(pk=key, is_active=True).first()
    if found is None:
        raise Invalid("series", _("没有这个经济指标。"), _("请从列表中选择。"))
    return found


def _line(series: Series | None, dimension: str, member: str) -> str:
    """A member that a decision concerns; Invalid where its series has it not."""
    if member and (series is None or member not in members_of(series, dimension)):
        raise Invalid(
            dimension, _("这个指标没有这一项分组。"), _("请先选指标，再选它有的行业或街道。")
        )
    return member


def _units(field: str, codes: Sequence[str]) -> list[Unit]:
    found = Unit.objects.filter(pk__in=codes, is_active=True).in_bulk()
    for code in codes:
        if code not in found:
            raise Invalid(field, _("没有这个单位。"), _("请从列表中选择。"))
    return [found[code] for code in codes]


@transaction.atomic
def drop_decision(key: object, *, seen: int | None = None, actor: Actor) -> Decision:
    """Say that a draft will not be issued; it stays visible. Raises as `save_decision`."""
    found = Decision.objects.filter(pk=str(key)).first()
    if found is None:
        raise NotFound(_("没有这项会议决定。"))
    row = _draft(for_preparing(found.meeting_id, actor), key, seen)
    row.state = Decision.State.DROPPED
    save_versioned(row, ["state"])
    record(decision_subject(row.pk), "economy.decision.dropped", {}, actor=actor)
    return row


@transaction.atomic
def keep_supposition(
    meeting_key: object,
    series: Series,
    dimension: str,
    growths: Mapping[str, Decimal],
    *,
    actor: Actor,
) -> Supposition:
    """Keep a what-if for the packs of a meeting: growth in percent by member of the dimension.

    Raises NotPermitted, Conflict, and Invalid(growths) without any, with one of an unknown member,
    or with too many.
    """
    meeting = for_preparing(meeting_key, actor)
    known = members_of(series, dimension)
    if not growths or any(key not in known for key in growths):
        raise Invalid("growths", _("没有填写假设的增速。"), _("请先测算，再留作会议材料。"))
    if len(growths) > _MOST_SUPPOSED:
        raise Invalid("growths", _("一次最多假设12个成员。"), _("请分几次保留。"))
    told = {key: f"{value:f}" for key, value in growths.items()}
    row = Supposition.objects.create(
        meeting=meeting, series=series, dimension=dimension, growths=told,
        made_by=actor.name[:80], made_at=clock.now(),
    )  # fmt: skip
    data = {"supposition": str(row.pk), "series": series.key, "growths": told}
    record(meeting_subject(meeting.pk), "economy.supposition.kept", data, actor=actor)
    return row
