"""Two dispatch meetings of the demo: what was decided in August was done, is late or goes on when
the next one is held. Everything is invented and says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from district.kernel.base import clock
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Role, actor_for, members_acting, root_code
from district.kernel.plan.public import finish_commitment, report_progress
from district.kernel.tracking.public import refresh_subjects
from district.systems.economy.models import Decision, Meeting
from district.systems.economy.services.issuing import issue_decisions
from district.systems.economy.services.meetings import (
    close_meeting,
    hold_meeting,
    save_decision,
    save_meeting,
)
from district.systems.economy.services.packs import make_pack

Said = Mapping[str, Any]
_MARK = "（演示）"


def told_at(said: Said) -> datetime:
    """When the meeting begins."""
    return _at(said["held_on"], 15)


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def hold(said: Said, planner: Actor) -> bool:
    """Plan a meeting with what it is to decide, make its pack, hold it, and issue what its file
    does not keep as a draft. False where the demo has no leader."""
    leaders = list(members_acting([root_code()], [Role.LEADER]).order_by("name"))
    if not leaders:
        return False
    chair = next((one for one in leaders if "经济" in one.title), leaders[0])
    data = {
        "year": said["year"], "month": said["month"], "held_on": said["held_on"],
        "place": said["place"], "chair": chair.pk,
        "title": f"{said['year']}年{said['month']}月经济运行调度会{_MARK}",
    }  # fmt: skip
    before = told_at(said)
    with clock.moved_to(_at(said["held_on"], 9)):
        meeting = save_meeting(data, actor=planner)
        drafts = [
            save_decision(meeting.pk, _decision(one, chair.pk), actor=planner)
            for one in said["decisions"]
        ]
        make_pack(meeting.pk, actor=planner)
    with clock.moved_to(before):
        hold_meeting(meeting.pk, actor=planner)
        issued = [
            row.pk
            for row, one in zip(drafts, said["decisions"], strict=True)
            if one.get("issued", True)
        ]
        issue_decisions(meeting.pk, issued, actor=planner)
    return True


def _decision(one: Said, leader: object) -> Said:
    return {
        "text": f"{one['text']}{_MARK}",
        "series": one.get("series", ""),
        "industry": one.get("industry", ""),
        "street": one.get("street", ""),
        "lead_unit": one["unit"],
        "co_units": one.get("co_units", ()),
        "leader": leader,
        "due_on": one["due_on"],
    }


def follow(said: Said, planner: Actor, until: datetime) -> None:
    """What became of a meeting's decisions before `until`; then the meeting is closed where all of
    them were issued."""
    meeting = Meeting.objects.filter(year=said["year"], month=said["month"]).first()
    if meeting is None:
        return
    rows = list(meeting.decisions.select_related("commitment").order_by("number"))
    for row, one in zip(rows, said["decisions"], strict=True):
        _follow(row, one, planner, until)
    if all(row.state == Decision.State.ISSUED for row in rows) and "closed_on" in said:
        with clock.moved_to(_at(said["closed_on"], 11)):
            close_meeting(meeting.pk, actor=planner)


def _follow(row: Decision, one: Said, planner: Actor, until: datetime) -> None:
    if row.commitment is None or row.commitment.state != "active":
        return
    if "reported_on" in one and _at(one["reported_on"], 10) < until:
        officers = members_acting([row.lead_unit_id], [Role.OFFICER]).order_by("name", "id")
        officer = officers.first()
        with clock.moved_to(_at(one["reported_on"], 10)):
            report_progress(
                row.commitment.pk,
                percent=one["percent"],
                text=f"{one['progress']}{_MARK}",
                actor=actor_for(officer) if officer else planner,
            )
    if "done_on" in one and _at(one["done_on"], 16) < until:
        with clock.moved_to(_at(one["done_on"], 16)):
            finish_commitment(row.commitment.pk, note=f"{one['closing']}{_MARK}", actor=planner)


def before_start(said: Sequence[Said], starts_at: datetime) -> list[Said]:
    """The meetings that the demo has held when it starts, in their order."""
    return sorted((one for one in said if told_at(one) < starts_at), key=lambda one: one["held_on"])


def refresh_decided() -> None:
    """Light what was decided as of now: clocks have run on since."""
    keys = Decision.objects.exclude(commitment=None).values_list("commitment_id", flat=True)
    refresh_subjects("plan.commitment", [str(key) for key in keys])
