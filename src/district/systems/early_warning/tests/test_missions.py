"""From an alarm to a drone, to the verdict, and home."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from district.kernel.alarms.public import HANDED, RAISED, Episode, acknowledge_episode
from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.cases.public import Case, CaseAttachment, Report, report_case
from district.kernel.history.public import Subject, events_of, publish, run_consumers, seal_all
from district.kernel.notifications.public import Notification
from district.kernel.sensing.public import Batch, write_latest
from district.kernel.tracking.public import refresh_lights
from district.kernel.warnings.public import Draft
from district.systems.early_warning.jobs import hand_on_photos
from district.systems.early_warning.models import DroneNest, Mission
from district.systems.early_warning.names import FIRE as FIRE_CASE
from district.systems.early_warning.services.forecasting import micros
from district.systems.early_warning.services.missions import (
    arrive,
    change_nest,
    come_home,
    give_up,
    move_target,
    take_off,
)
from district.systems.early_warning.services.nests import set_nest_state
from district.systems.early_warning.services.photos import add_photos
from district.systems.early_warning.services.sending import (
    make_mission,
    mission_subject,
    serve_waiting,
)
from district.systems.early_warning.services.verifying import Found, verify_mission
from district.systems.early_warning.services.warning import draft_warning
from district.systems.early_warning.tests.conftest import (
    FIRE,
    LOADER,
    MakeEnd,
    MakeEpisode,
    MakeNest,
    People,
    Watch,
    picture,
    stream_of,
)

State = Mission.State
TRUE, FALSE = Found("true", note="松树冠火"), Found("false", why_false="fog")


def flown(mission: Mission, people: People) -> Mission:
    take_off(mission.pk, actor=people.fire)
    return arrive(mission.pk, actor=people.fire)


def test_an_alarm_of_the_fire_watch_sends_the_nearest_free_nest(
    mission: Mission, people: People
) -> None:
    assert mission.state == State.PROPOSED
    assert mission.nest is not None
    assert mission.nest.code == "N-1"
    assert mission.metres == pytest.approx(1026, abs=2)
    assert mission.flight_seconds == pytest.approx(30 + 1026 / 12, abs=2)
    assert [one["key"] for one in mission.considered] == [
        str(DroneNest.objects.get(code=code).pk) for code in ("N-1", "N-2")
    ]
    assert mission.bound_at == mission.known_at + timedelta(minutes=5)
    assert mission.street_unit_id == "440307001"
    told = set(Notification.objects.values_list("member__name", flat=True))
    assert {"fire", "fire_head", "fire_duty", "duty"} <= told
    assert not told & {"west", "east", "viewer"}


def test_the_message_of_an_alarm_makes_one_mission_however_often_it_comes(
    nest: MakeNest, front_end: MakeEnd, episode: MakeEpisode
) -> None:
    nest("N-1", 114.26, 22.7)
    one = episode(front_end("E-1"))
    payload = {"episode": str(one.pk), "rule": one.rule.key, "case": ""}
    for _time in range(2):
        publish(RAISED, payload, Subject("alarms.episode", str(one.pk)))
    seal_all()
    run_consumers()
    assert Mission.objects.filter(episode=one).count() == 1


@pytest.mark.parametrize("case_type", ["gas_leak", ""])
def test_other_alarms_send_no_drone(nest: MakeNest, episode: MakeEpisode, case_type: str) -> None:
    nest("N-1", 114.26, 22.7)
    assert make_mission(episode(case_type=case_type).pk) is None


def test_an_alarm_that_joined_another_nearby_sends_no_second_drone(
    mission: Mission, episode: MakeEpisode
) -> None:
    assert make_mission(episode(gathered=mission.episode).pk) is None
    assert DroneNest.objects.filter(mission=None).count() == 1


def test_another_alarm_of_the_same_place_is_looked_at_by_the_same_drone(
    mission: Mission, episode: MakeEpisode, people: People
) -> None:
    other = episode(lon=Decimal("114.2530"))
    assert make_mission(other.pk) == mission
    flown(mission, people)
    verify_mission(mission.pk, FALSE, actor=people.fire)
    later = make_mission(episode(lon=Decimal("114.2531")).pk)
    assert later not in (None, mission)


def test_a_second_fire_gets_the_next_nest_and_a_third_waits_for_one(
    mission: Mission, episode: MakeEpisode, people: People
) -> None:
    second = make_mission(episode(lon=Decimal("114.26")).pk)
    third = make_mission(episode(lon=Decimal("114.27")).pk)
    assert second is not None
    assert second.nest is not None
    assert third is not None
    assert second.nest.code == "N-2"
    assert (third.state, third.nest) == (State.WAITING, None)
    flown(mission, people)
    verify_mission(mission.pk, FALSE, actor=people.fire)
    come_home(mission.pk, actor=people.fire, nest_state="ready")
    seal_all()
    run_consumers()
    third.refresh_from_db()
    assert third.state == State.PROPOSED
    assert third.nest_id == mission.nest_id


def test_a_nest_that_is_not_ready_is_not_asked(
    nest: MakeNest, front_end: MakeEnd, episode: MakeEpisode, people: People
) -> None:
    near = nest("N-1", 114.26, 22.7)
    nest("N-2", 114.28, 22.7)
    set_nest_state(near.pk, "maintenance", actor=people.fire, note="换电池")
    found = make_mission(episode(front_end("E-1")).pk)
    assert found is not None
    assert found.nest is not None
    assert found.nest.code == "N-2"
    assert found.considered[-1]["why_not"] == "not_ready"


def test_where_the_front_end_tells_bearing_and_distance_the_drone_looks_there(
    nest: MakeNest, front_end: MakeEnd, episode: MakeEpisode
) -> None:
    nest("N-1", 114.26, 22.7)
    end = front_end("E-1")
    assert end.thing is not None
    bearing = stream_of(end.thing, "E-1-bearing", "方位", "deg")
    distance = stream_of(end.thing, "E-1-distance", "距离")
    end.bearing, end.distance = bearing, distance
    end.save()
    now = micros(clock.now())
    write_latest(Batch.of([bearing.pk, distance.pk], [now, now], [90.0, 2000.0]), 0)
    found = make_mission(episode(end).pk)
    assert found is not None
    assert found.target_basis == "bearing"
    assert (float(found.lon), float(found.lat)) == pytest.approx((114.2695, 22.7), abs=1e-4)


def test_a_fire_opens_its_case_with_photos_in_the_hands_of_the_street(
    mission: Mission, people: People
) -> None:
    flown(mission, people)
    add_photos(mission.pk, [("a.jpg", picture())], actor=people.fire)
    done = verify_mission(mission.pk, TRUE, actor=people.fire)
    assert (done.state, done.verdict, done.in_time) == (State.VERIFIED, "true", True)
    case = Case.objects.get(type_key=FIRE_CASE)
    assert done.case_id == case.pk
    assert (case.stage, case.lead_unit_id, case.centre_unit_id) == ("reported", "440307001", FIRE)
    assert case.facts["mission"] == mission.number
    assert hand_on_photos.func(str(mission.pk)) == 1
    assert hand_on_photos.func(str(mission.pk)) == 0
    assert CaseAttachment.objects.filter(case=case, is_image=True).count() == 1
    home = come_home(mission.pk, actor=people.fire)
    assert (home.state, home.is_open) == (State.RETURNED, False)
    assert DroneNest.objects.get(code="N-1").state == "charging"


def test_a_fire_turns_the_case_that_stands_and_opens_no_second(
    mission: Mission, people: People
) -> None:
    report = Report(FIRE_CASE, "林区疑似烟火", source="system", centre=FIRE, street="440307001")
    case = report_case(report, actor=LOADER, key=f"alarm:{mission.episode_id}").case
    Episode.objects.filter(pk=mission.episode_id).update(case=case)
    publish(HANDED, {"episode": str(mission.episode_id), "rule": "", "case": str(case.pk)},
            Subject("alarms.episode", str(mission.episode_id)))  # fmt: skip
    seal_all()
    run_consumers()
    mission.refresh_from_db()
    assert mission.case_id == case.pk
    flown(mission, people)
    verify_mission(mission.pk, TRUE, actor=people.fire)
    case.refresh_from_db()
    assert case.stage == "reported"
    assert Case.objects.filter(type_key=FIRE_CASE).count() == 1


def test_a_verdict_that_came_before_the_case_holds_for_it(mission: Mission, people: People) -> None:
    verify_mission(mission.pk, Found("false", "camera", "light"), actor=people.fire)
    report = Report(FIRE_CASE, "林区疑似烟火", source="system", centre=FIRE)
    case = report_case(report, actor=LOADER, key="alarm:later").case
    Episode.objects.filter(pk=mission.episode_id).update(case=case)
    publish(HANDED, {"episode": str(mission.episode_id), "rule": "", "case": str(case.pk)},
            Subject("alarms.episode", str(mission.episode_id)))  # fmt: skip
    seal_all()
    run_consumers()
    case.refresh_from_db()
    assert case.stage == "dismissed"


def test_no_fire_ends_the_matter_with_its_reason(mission: Mission, people: People) -> None:
    flown(mission, people)
    done = verify_mission(mission.pk, FALSE, actor=people.fire)
    assert (done.verdict, done.why_false) == ("false", "fog")
    seen_to = Episode.objects.get(pk=mission.episode_id)
    assert seen_to.acknowledged_by == people.fire.name
    assert not Case.objects.filter(type_key=FIRE_CASE).exists()
    kinds = [event.kind for event in events_of(mission_subject(mission))]
    assert kinds[0] == "early_warning.mission.verified"


def test_who_acknowledged_the_alarm_first_stays_named_after_the_verdict(
    mission: Mission, people: People
) -> None:
    acknowledge_episode(mission.episode_id, actor=people.fire_duty)
    flown(mission, people)
    assert verify_mission(mission.pk, FALSE, actor=people.fire).verdict == "false"
    seen_to = Episode.objects.get(pk=mission.episode_id)
    assert seen_to.acknowledged_by == people.fire_duty.name


def test_a_camera_may_see_it_before_the_drone_has_left_which_then_stays_at_home(
    mission: Mission, people: People
) -> None:
    done = verify_mission(mission.pk, Found("false", "camera", "light"), actor=people.fire)
    assert (done.state, done.is_open) == (State.DONE, False)
    assert DroneNest.objects.get(code="N-1").is_free


def test_the_word_of_a_drone_needs_the_drone_there(mission: Mission, people: People) -> None:
    with pytest.raises(Conflict, match="待起飞"):
        verify_mission(mission.pk, TRUE, actor=people.fire)


@pytest.mark.parametrize(
    ("found", "field"),
    [
        (Found("maybe"), "verdict"),
        (Found("false"), "why_false"),
        (Found("false", why_false="other"), "note"),
        (Found("true", means="rumour"), "means"),
    ],
)
def test_what_is_missing_in_a_verdict_is_named(
    mission: Mission, people: People, found: Found, field: str
) -> None:
    flown(mission, people)
    with pytest.raises(Invalid) as refused:
        verify_mission(mission.pk, found, actor=people.fire)
    assert refused.value.field == field


def test_five_minutes_are_a_clock_with_a_light(
    mission: Mission, people: People, watch: Watch
) -> None:
    def light() -> str:
        refresh_lights()
        assert mission.clock is not None
        mission.clock.refresh_from_db()
        return mission.clock.light

    assert light() == "green"
    watch.on(minutes=4)
    assert light() == "yellow"
    watch.on(minutes=2)
    assert light() == "red"
    flown(mission, people)
    done = verify_mission(mission.pk, FALSE, actor=people.fire)
    assert done.in_time is False
    assert mission.clock is not None
    mission.clock.refresh_from_db()
    assert mission.clock.state == "done"


def test_a_nest_that_fails_is_left_with_its_reason_and_the_next_one_goes(
    mission: Mission, people: People
) -> None:
    take_off(mission.pk, actor=people.fire)
    found = change_nest(mission.pk, actor=people.fire, reason="电池告警")
    assert found.nest is not None
    assert (found.state, found.nest.code, found.took_off_at) == (State.PROPOSED, "N-2", None)
    first = DroneNest.objects.get(code="N-1")
    assert (first.state, first.state_note, first.mission) == ("maintenance", "电池告警", None)
    lost = change_nest(mission.pk, actor=people.fire, reason="风大", nest_state="ready")
    # The only nest that is left is the one that has just failed.
    assert (lost.state, lost.nest) == (State.WAITING, None)


def test_a_corrected_place_may_be_nearer_to_another_nest(mission: Mission, people: People) -> None:
    found = move_target(mission.pk, Decimal("114.285"), Decimal("22.70"), actor=people.fire)
    assert found.nest is not None
    assert (found.nest.code, found.target_basis) == ("N-2", "hand")
    assert DroneNest.objects.get(code="N-1").is_free
    take_off(mission.pk, actor=people.fire)
    again = move_target(mission.pk, Decimal("114.255"), Decimal("22.70"), actor=people.fire)
    assert again.nest_id == found.nest_id
    assert again.state == State.FLYING


def test_a_mission_that_is_given_up_counts_for_nothing_and_frees_its_nest(
    mission: Mission, people: People
) -> None:
    with pytest.raises(Invalid, match="原因"):
        give_up(mission.pk, actor=people.fire, reason=" ")
    done = give_up(mission.pk, actor=people.fire, reason="演练")
    assert (done.state, done.verdict, done.is_open) == (State.ABORTED, "", False)
    assert DroneNest.objects.get(code="N-1").is_free
    assert make_mission(mission.episode_id) == mission


def test_a_nest_on_a_mission_cannot_be_set_aside(mission: Mission, people: People) -> None:
    assert mission.nest is not None
    with pytest.raises(Conflict, match="正在执行任务"):
        set_nest_state(mission.nest.pk, "offline", actor=people.fire, note="检修")


@pytest.mark.parametrize("who", ["west", "east", "water", "viewer", "auditor", "leader"])
def test_nobody_else_flies_or_verifies(mission: Mission, people: People, who: str) -> None:
    actor = getattr(people, who)
    for act in (
        lambda: take_off(mission.pk, actor=actor),
        lambda: verify_mission(mission.pk, Found("true", "camera"), actor=actor),
        lambda: give_up(mission.pk, actor=actor, reason="不要"),
        lambda: add_photos(mission.pk, [("a.jpg", picture())], actor=actor),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_members_make_no_missions(episode: MakeEpisode, people: People) -> None:
    with pytest.raises(NotPermitted):
        make_mission(episode().pk, actor=people.fire)
    with pytest.raises(NotPermitted):
        serve_waiting(actor=people.fire_head)


def test_a_verified_fire_offers_a_draft_of_a_public_warning_once(
    mission: Mission, people: People
) -> None:
    with pytest.raises(Conflict):
        draft_warning(mission.pk, unit=FIRE, colour="yellow", actor=people.fire)
    flown(mission, people)
    verify_mission(mission.pk, TRUE, actor=people.fire)
    one = draft_warning(mission.pk, unit=FIRE, colour="yellow", actor=people.fire)
    other = draft_warning(mission.pk, unit=FIRE, colour="yellow", actor=people.fire)
    assert one.pk == other.pk
    assert Draft.objects.get().kind == "hill_fire"
    with pytest.raises(Invalid):
        draft_warning(mission.pk, unit=FIRE, colour="red", actor=people.fire)


def test_what_is_no_picture_is_no_photo_and_none_is_kept(mission: Mission, people: People) -> None:
    with pytest.raises(Invalid):
        add_photos(mission.pk, [("a.jpg", picture()), ("b.jpg", b"no")], actor=people.fire)
    assert not mission.photos.exists()


def test_the_database_keeps_a_second_open_mission_of_an_alarm_out(mission: Mission) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Mission.objects.create(**{
            field.attname: getattr(mission, field.attname)
            for field in Mission._meta.concrete_fields
            if field.attname not in ("id", "number")
        }, number="FX-2")  # fmt: skip
