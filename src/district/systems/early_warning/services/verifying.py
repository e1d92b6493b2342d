"""The verdict of a mission: a fire, or none; and what follows from it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.alarms.public import Episode, acknowledge_episode
from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import Case, Report, perform, report_case
from district.kernel.history.public import Actor
from district.systems.early_warning.models import Mission
from district.systems.early_warning.names import FIRE, SYSTEM, VERIFY_MISSION
from district.systems.early_warning.services.missions import (
    end_clock,
    locked_mission,
    move_on,
    refuse_unless,
)
from district.systems.early_warning.services.nests import release
from district.systems.early_warning.services.sending import (
    UNDECIDED,
)

State, Verdict, Means, Why = Mission.State, Mission.Verdict, Mission.Means, Mission.Why
_LONGEST_NOTE = 500
#: Stages of a fire in which the word of a mission still turns it.
_SUSPECTED = "suspected"


@dataclass(frozen=True)
class Found:
    """What was found: the verdict, how it was found out, why an alarm was none, words."""

    verdict: str
    means: str = Means.DRONE
    why_false: str = ""
    note: str = ""


@transaction.atomic
def verify_mission(mission_id: UUID | str, found: Found, *, actor: Actor) -> Mission:
    """Say whether there is a fire. A fire opens its case, or turns the one that stands; no fire
    ends the matter with its reason, and its alarm counts as seen to by whoever says so.

    A drone's word needs the drone there; a camera's or a patrol's may come before, and then a drone
    that has not left stays at home. Raises NotFound, NotPermitted, Invalid naming the field,
    Conflict.
    """
    mission = locked_mission(mission_id, actor, VERIFY_MISSION)
    _check(found)
    allowed = (State.ON_SITE,) if found.means == Means.DRONE else UNDECIDED
    refuse_unless(mission, allowed, _("登记核查结果"))
    now = clock.now()
    mission.verdict, mission.means = found.verdict, found.means
    mission.why_false = found.why_false if found.verdict == Verdict.FALSE else ""
    mission.note, mission.verified_by = found.note.strip()[:_LONGEST_NOTE], actor.name[:120]
    mission.verified_at, mission.in_time = now, now <= mission.bound_at
    fields = ["verdict", "means", "why_false", "note", "verified_by", "verified_at", "in_time"]
    state = State.VERIFIED
    if mission.state in (State.WAITING, State.PROPOSED):
        release(mission)
        state, mission.is_open, mission.ended_at = State.DONE, False, now
        fields += ["is_open", "ended_at"]
    end_clock(mission)
    told = {
        "verdict": mission.verdict,
        "means": mission.means,
        "why": mission.why_false,
        "in_time": mission.in_time,
    }
    move_on(mission, state, fields, "verified", actor, mission.note, **told)
    if mission.verdict == Verdict.FALSE:
        _see_to_alarm(mission, actor)
    settle_case(mission)
    return mission


def _see_to_alarm(mission: Mission, actor: Actor) -> None:
    """Acknowledge the alarm that was none; one that somebody has acknowledged stays theirs."""
    with suppress(Conflict):
        acknowledge_episode(mission.episode_id, actor=actor)


def _check(found: Found) -> None:
    if found.verdict not in Verdict.values:
        raise Invalid("verdict", _("还没有选择核查结果。"), _("请选择确认火情或误报。"))
    if found.means not in Means.values:
        raise Invalid("means", _("还没有选择核查方式。"), _("请从列表中选择。"))
    if found.verdict == Verdict.FALSE and found.why_false not in Why.values:
        raise Invalid("why_false", _("还没有选择误报原因。"), _("请从列表中选择。"))
    if found.why_false == Why.OTHER and not found.note.strip():
        raise Invalid("note", _("还没有写明原因。"), _("原因选“其他”时请写明情况。"))


def settle_case(mission: Mission) -> None:
    """Let the fire's case follow the verdict; what was done before is not done again.

    The mission is locked, and has a verdict.
    """
    episode = Episode.objects.select_related("case").get(pk=mission.episode_id)
    case = _standing(mission, episode)
    if mission.verdict == Verdict.TRUE:
        case = case or _opened(mission, episode)
        if case.stage == _SUSPECTED:
            data = {
                "text": _words(mission),
                "mission": mission.number,
                "verified_by": mission.means,
            }
            case = perform(case.pk, "confirm", actor=SYSTEM, data=data, key=_key(mission))
    elif case is not None and case.stage == _SUSPECTED:
        data = {"text": _words(mission)}
        case = perform(case.pk, "dismiss", actor=SYSTEM, data=data, key=_key(mission))
    if case is not None and mission.case_id != case.pk:
        mission.case = case
        save_versioned(mission, ["case"])


def _standing(mission: Mission, episode: Episode) -> Case | None:
    """The fire's case, as the mission or the episode knows it."""
    if mission.case_id is not None:
        return Case.objects.get(pk=mission.case_id)
    case = episode.case
    return case if case is not None and case.type_key == FIRE else None


def _opened(mission: Mission, episode: Episode) -> Case:
    """The case of a fire that had none; the street where it burns has it in hand."""
    report = Report(
        FIRE,
        _words(mission),
        title=mission.title,
        source="system",
        lon=mission.lon,
        lat=mission.lat,
        place=mission.place,
        street=mission.street_unit_id or "",
        centre=mission.lead_unit_id,
        facts={
            "episode": episode.number,
            "mission": mission.number,
            "verified_by": mission.means,
        },
    )
    # The key is the alarm's own, so that whoever opens a case for it opens this one.
    return report_case(report, actor=SYSTEM, key=f"alarm:{episode.pk}").case


def _key(mission: Mission) -> str:
    return f"early_warning:{mission.pk}"


def _words(mission: Mission) -> str:
    at = timezone.localtime(mission.verified_at).strftime("%m-%d %H:%M:%S")
    words = _("%(at)s %(means)s核查：%(verdict)s。") % {
        "at": at,
        "means": mission.get_means_display(),
        "verdict": mission.get_verdict_display(),
    }
    if mission.why_false:
        words += _("原因：%(why)s。") % {"why": mission.get_why_false_display()}
    return f"{words}{mission.note}"


@transaction.atomic
def follow_case(episode_id: UUID) -> None:
    """An episode has come to a case: its mission belongs to it, and its verdict holds for it."""
    mission = (
        Mission.objects.select_for_update().filter(episode=episode_id).order_by("-known_at").first()
    )
    if mission is None:
        return
    if mission.verdict:
        settle_case(mission)
        return
    case = Episode.objects.select_related("case").get(pk=episode_id).case
    if case is not None and case.type_key == FIRE and mission.case_id != case.pk:
        mission.case = case
        save_versioned(mission, ["case"])
