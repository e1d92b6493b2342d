"""Missions for their pages and for the duty officer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.cases.public import days_condition, days_q, percent
from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible
from district.kernel.registers.public import Figure
from district.kernel.sensing.public import Datastream
from district.kernel.sensing.public import State as InUse
from district.systems.early_warning.models import FrontEnd, Mission, MissionPhoto
from district.systems.early_warning.names import MISSIONS, VIEW_FRONT_END, VIEW_MISSION
from district.systems.early_warning.rules.flight import speed_over_ground
from district.systems.early_warning.selectors.rights import with_street_q
from district.systems.early_warning.selectors.words import quoted
from district.systems.early_warning.terms import terms

State = Mission.State


def missions_seen(actor: Actor) -> QuerySet[Mission]:
    """The missions that the actor may see."""
    return Mission.objects.filter(with_street_q(visible(actor, VIEW_MISSION)))


def mission_for(key: UUID | str, actor: Actor) -> Mission:
    """A mission with what its page shows; NotFound where the actor may not see it."""
    rows = missions_seen(actor).select_related(
        "nest",
        "front_end",
        "lead_unit",
        "street_unit",
        "clock",
        "episode__lead_unit",
        "case__lead_unit",
    )
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound(_("没有这个核查任务，或您没有查看的权限。"))
    return found


def photo_for(mission_id: UUID, photo_id: UUID, actor: Actor) -> MissionPhoto:
    """A picture of a mission that the actor may see; NotFound otherwise."""
    rows = MissionPhoto.objects.filter(mission__in=missions_seen(actor), mission=mission_id)
    found = rows.filter(pk=photo_id).first()
    if found is None:
        raise NotFound(_("没有这张照片，或您没有查看的权限。"))
    return found


def open_missions(actor: Actor, most: int = 40) -> list[Mission]:
    """The missions under way that the actor sees, those without a verdict first. One query."""
    rows = missions_seen(actor).filter(is_open=True)
    rows = rows.select_related("nest", "clock", "street_unit", "lead_unit")
    return list(rows.order_by("verdict", "bound_at")[:most])


@dataclass(frozen=True)
class Way:
    """How the expected time of a mission's drone is made, for people: kilometres, metres a second
    over ground, seconds of launch and in all."""

    kilometres: str
    speed: str
    wind: str
    ground_speed: str
    launch: int
    total: str


def way_of(mission: Mission) -> Way | None:
    """The way from the mission's nest to its target; None without a nest. No query."""
    nest, flown = mission.nest, mission.flight_seconds
    if nest is None or mission.metres is None or flown is None:
        return None
    given = terms().mission
    return Way(
        f"{mission.metres / 1000:.2f}",
        f"{float(nest.speed):g}",
        f"{given.wind_allowance:g}",
        f"{speed_over_ground(float(nest.speed), given):g}",
        nest.launch_seconds,
        spoken_seconds(flown),
    )


def spoken_seconds(seconds: float) -> str:
    """So many seconds as people say it."""
    whole = round(seconds)
    if whole < 60:
        return _("%(n)s秒") % {"n": whole}
    minutes, rest = divmod(whole, 60)
    if minutes >= 60:
        hours, minutes = divmod(minutes, 60)
        return _("%(hours)s小时%(minutes)s分") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)s分%(rest)s秒") % {"minutes": minutes, "rest": rest}


#: Why a nest was not asked, in words.
def why_words() -> dict[str, str]:
    """What speaks against a nest."""
    return {
        "": "",
        "busy": _("正在执行任务"),
        "not_ready": _("不在待命状态"),
        "too_far": _("超出作业半径"),
    }


@dataclass(frozen=True)
class Considered:
    """A nest that was weighed for a mission."""

    name: str
    kilometres: str
    time: str
    why_not: str
    chosen: bool


def considered_of(mission: Mission) -> list[Considered]:
    """The nests that were weighed, as they stood then. No query."""
    words = why_words()
    return [
        Considered(
            one["name"],
            f"{one['metres'] / 1000:.2f}",
            spoken_seconds(one["seconds"]),
            words.get(one["why_not"], one["why_not"]),
            str(mission.nest_id) == one["key"],
        )
        for one in mission.considered
    ]


@dataclass(frozen=True)
class Record:
    """What came of missions over some days: verdicts, those in time, false ones, shares."""

    all: Figure
    quick: Figure
    wrong: Figure
    quick_share: str
    wrong_share: str
    days: int


def record_of(actor: Actor, *, days: int = 365, front_end: FrontEnd | None = None,
              nest_code: str = "") -> Record:  # fmt: skip
    """The verdicts of the last days, today among them, of one front end, one nest or all that the
    actor sees. One query."""
    last = clock.today()
    first = last - timedelta(days=days - 1)
    rows = missions_seen(actor).filter(days_q("verified_at", first, last)).exclude(verdict="")
    where = days_condition("verified_at", first, last) + " and verdict known"
    if front_end is not None:
        rows = rows.filter(front_end=front_end)
        where += f" and front_end = {quoted(front_end.code)}"
    if nest_code:
        rows = rows.filter(nest__code=nest_code)
        where += f" and nest_code = {quoted(nest_code)}"
    counted: dict[str, Any] = rows.order_by().aggregate(
        n=Count("pk"),
        quick=Count("pk", filter=Q(in_time=True)),
        wrong=Count("pk", filter=Q(verdict=Mission.Verdict.FALSE)),
    )
    unit = _("起")

    def figure(value: int, more: str, label: str) -> Figure:
        return Figure(MISSIONS, where + more, value=value, unit=unit, label=label)

    return Record(
        figure(counted["n"], "", _("已核查")),
        figure(counted["quick"], " and in_time = true", _("5分钟内核查")),
        figure(counted["wrong"], ' and verdict = "false"', _("误报")),
        _share(counted["quick"], counted["n"]),
        _share(counted["wrong"], counted["n"]),
        days,
    )


def _share(part: int, whole: int) -> str:
    found = percent(part, whole)
    return "—" if found is None else f"{found:.0f}%"


def front_end_for(key: UUID | str, actor: Actor) -> FrontEnd:
    """A front end; NotFound where the actor may not see it."""
    rows = FrontEnd.objects.filter(with_street_q(visible(actor, VIEW_FRONT_END)))
    found = rows.select_related("lead_unit", "street_unit", "community_unit", "thing")
    row = found.filter(pk=key).first()
    if row is None:
        raise NotFound(_("没有这套监测前端，或您没有查看的权限。"))
    return row


def measured_by(end: FrontEnd) -> QuerySet[Datastream]:
    """What a front end measures, without where it sees a fire."""
    where = [key for key in (end.bearing_id, end.distance_id) if key is not None]
    rows = Datastream.objects.filter(thing=end.thing_id, state=InUse.ACTIVE)
    return rows.exclude(pk__in=where).select_related("observed_property").order_by("pk")
