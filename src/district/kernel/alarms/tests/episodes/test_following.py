"""What the log says becomes rows, once, whatever happens to whoever follows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from district.kernel.alarms.following.follower import Pace
from district.kernel.alarms.models import Episode, Following, Run
from district.kernel.alarms.names import RAISED, RELEASED
from district.kernel.alarms.selectors.following import floor_of_log
from district.kernel.alarms.services.following import Lost
from district.kernel.alarms.tests.episodes.conftest import MakeRule, Town, stop, told
from district.kernel.base import clock
from district.kernel.history.models import OutboxMessage
from district.kernel.history.public import Subject, events_of
from district.kernel.sensing.public import (
    Datastream,
    LogError,
    change_datastream,
    retire_datastream,
)
from district.kernel.sensing.tests.conftest import LOADER, MakeStream

Stand = Callable[[str], None]


def test_an_episode_is_raised_and_released_with_place_unit_and_evidence(
    town: Town, stream: MakeStream, rule: MakeRule
) -> None:
    one = stream("S-1")
    rule()
    town.bind()
    town.say((one.pk, 0, 1.0))
    town.say((one.pk, 10, 3.5))
    town.follow()
    row = Episode.objects.get()
    assert (row.state, row.level, row.title) == ("open", "orange", "水位过高：站 S-1")
    assert (row.lead_unit_id, row.street, row.community) == ("901", "901", "901001")
    assert (row.place, float(row.lon or 0), float(row.lat or 0)) == ("地点 S-1", 114.25, 22.7)
    assert row.raised_at == clock.now() + timedelta(seconds=10)
    assert row.number.startswith("G250922-")
    assert row.position == 1
    town.say((one.pk, 20, 2.0))
    town.follow()
    row.refresh_from_db()
    assert (row.state, row.end_position) == ("released", 2)
    assert row.released_at == clock.now() + timedelta(seconds=20)
    said = [(each.at_end, each.value) for each in row.evidence.order_by("pk")]
    assert said == [(False, 3.5), (True, 2.0)]
    kinds = [event.kind for event in events_of(Subject("alarms.episode", str(row.pk)))]
    assert sorted(kinds) == ["alarms.episode.raised", "alarms.episode.released"]
    topics = OutboxMessage.objects.order_by("pk").values_list("topic", "payload")
    own = [(topic, told) for topic, told in topics if topic in (RAISED, RELEASED)]
    assert [topic for topic, _told in own] == [RAISED, RELEASED]
    assert own[0][1] == {"episode": str(row.pk), "rule": "high", "case": "", "state": "open"}


def test_hundreds_of_episodes_in_a_frame_cost_a_few_statements(
    town: Town, stream: MakeStream, rule: MakeRule
) -> None:
    numbers = copies_of(stream("S-0"), 300)
    rule()
    town.bind()
    town.say(*((number, 0, 1.0) for number in numbers))
    town.follow()
    town.say(*((number, 10, 9.0) for number in numbers))
    with CaptureQueriesContext(connection) as raised:
        assert town.follow() == 1
    town.say(*((number, 20, 1.0) for number in numbers))
    with CaptureQueriesContext(connection) as released:
        town.follow()
    assert Episode.objects.filter(state="released").count() == 300
    assert len(raised) < 40
    assert len(released) < 40


def copies_of(row: Datastream, count: int) -> list[int]:
    """Datastreams like this one."""
    made = [
        Datastream(
            code=f"C-{at}",
            name=row.name,
            thing_id=row.thing_id,
            sensor_id=row.sensor_id,
            observed_property_id=row.observed_property_id,
            lead_unit_id=row.lead_unit_id,
            created_at=row.created_at,
        )
        for at in range(1, count)
    ]
    return [row.pk, *(each.pk for each in Datastream.objects.bulk_create(made))]


def test_a_restart_goes_on_where_it_was_with_and_without_snapshots(
    town: Town, stream: MakeStream, rule: MakeRule
) -> None:
    one, two = stream("S-1"), stream("S-2")
    rule(when={"sustained_for": "20 s", "clause": {"above": 3.0}})
    town.bind()
    town.say((one.pk, 0, 4.0), (two.pk, 0, 4.0))
    town.follow()
    town.start()  # from the snapshot of the binding
    town.say((one.pk, 10, 4.0))
    town.follow()
    for snapshot in town.snapshots.positions():
        town.snapshots._path(snapshot).unlink()
    town.start()  # from the run
    town.say((one.pk, 20, 4.0), (two.pk, 30, 1.0))
    town.follow()
    assert told(Episode.objects.all()) == [(str(one.pk), "open")]
    town.follower.snapshot()
    town.start()
    town.say((one.pk, 40, 1.0))
    town.follow()
    assert told(Episode.objects.all()) == [(str(one.pk), "released")]


def test_a_broken_snapshot_is_passed_over(town: Town, stream: MakeStream, rule: MakeRule) -> None:
    one = stream("S-1")
    rule()
    town.bind()
    town.say((one.pk, 0, 4.0))
    town.follow()
    town.follower.snapshot()
    newest = town.snapshots._path(town.snapshots.positions()[-1])
    newest.write_bytes(newest.read_bytes()[:-200])
    town.start()
    town.say((one.pk, 10, 1.0))
    town.follow()
    assert told(Episode.objects.all()) == [(str(one.pk), "released")]


def test_of_two_followers_the_earlier_writes_nothing_any_more(
    town: Town, stream: MakeStream, rule: MakeRule
) -> None:
    one = stream("S-1")
    rule()
    town.bind()
    earlier = town.follower
    later = town.start()
    town.say((one.pk, 0, 4.0))
    with pytest.raises(Lost):
        earlier.step()
    assert not Episode.objects.exists()
    later.step()
    assert Episode.objects.count() == 1


def test_a_follower_elsewhere_waits_while_one_shows_signs_of_life(town: Town, hold: Stand) -> None:
    with pytest.raises(Lost):
        town.start(machine="there")
    hold("2025-09-22 09:01")
    town.start(machine="there")
    assert Following.objects.get().holder.startswith("there:")


def test_a_stopped_rule_and_a_retired_datastream_withdraw_what_was_open(
    town: Town, stream: MakeStream, rule: MakeRule
) -> None:
    one, two = stream("S-1"), stream("S-2")
    version = rule()
    town.bind()
    town.say((one.pk, 0, 4.0), (two.pk, 0, 4.0))
    town.follow()
    retire_datastream(one.pk, actor=LOADER)
    assert town.bind()
    assert dict(told(Episode.objects.all())) == {str(one.pk): "withdrawn", str(two.pk): "open"}
    assert [(run.since, run.until) for run in Run.objects.order_by("since")] == [(-1, 0), (0, None)]
    stop(version)
    assert not town.bind()  # one change at a position
    town.tick(60)
    town.follow()
    town.watch.forget()
    assert town.bind()
    assert dict(told(Episode.objects.all())) == {
        str(one.pk): "withdrawn",
        str(two.pk): "withdrawn",
    }
    assert not Run.objects.filter(until=None).exists()


def test_a_rule_goes_live_at_the_present_position_and_knows_nothing_of_before(
    town: Town, stream: MakeStream, rule: MakeRule
) -> None:
    one = stream("S-1")
    town.say((one.pk, 0, 9.0))
    town.follow()
    rule()
    town.bind()
    town.start()
    town.say((one.pk, -5, 9.0))  # came too late for a rule that has seen a later one
    town.follow()
    assert not Episode.objects.exists()
    town.say((one.pk, 5, 9.0))
    town.follow()
    assert [row.position for row in Episode.objects.all()] == [2]


def test_changes_that_matter_to_no_rule_leave_runs_as_they_are(
    town: Town, stream: MakeStream, rule: MakeRule
) -> None:
    one = stream("S-1")
    rule()
    town.bind()
    before = Run.objects.get().pk
    change_datastream(one.pk, {"name": "新名称"}, actor=LOADER)
    town.tick()
    town.follow()
    town.bind()
    assert Run.objects.get().pk == before
    change_datastream(one.pk, {"lateness": 60}, actor=LOADER)
    town.bind()
    assert Run.objects.count() == 2


def test_a_rule_that_cannot_be_applied_does_not_stop_the_others(
    town: Town, stream: MakeStream, rule: MakeRule
) -> None:
    one = stream("S-1")
    rule("good")
    rule("wrong", streams='nonsense = "x"')
    town.bind()
    assert list(town.watch.problems) == ["wrong"]
    town.say((one.pk, 0, 9.0))
    town.follow()
    assert Episode.objects.get().rule.key == "good"


def test_the_log_keeps_what_a_restart_may_need(
    town: Town, stream: MakeStream, rule: MakeRule
) -> None:
    one = stream("S-1")
    assert floor_of_log(7) == 7  # nobody needs anything while no rule is live
    rule()
    town.bind()
    for at in range(6):
        town.say((one.pk, at, 1.0))
    town.follow()
    assert floor_of_log(6) == 0
    for _ in range(3):
        town.say((one.pk, 60, 1.0))
        town.follow()
        town.follower.snapshot()
    town.tick(90)
    town.follow()
    assert floor_of_log(10) == 7  # behind the oldest of the three snapshots


def test_a_log_that_is_shorter_than_what_was_read_is_an_error_in_words(
    town: Town, stream: MakeStream, rule: MakeRule
) -> None:
    rule()
    town.bind()
    Following.objects.update(position=900)
    with pytest.raises(LogError, match="before the written position 900"):
        town.start()


def test_what_stands_open_and_no_rule_knows_is_withdrawn_at_a_start(
    town: Town, stream: MakeStream, rule: MakeRule
) -> None:
    one = stream("S-1")
    rule()
    town.bind()
    town.say((one.pk, 0, 9.0))
    town.follow()
    known = Episode.objects.get()
    Episode.objects.filter(pk=known.pk).update(state="released")
    town.say((one.pk, 5, 1.0))
    town.follow()
    Episode.objects.filter(pk=known.pk).update(state="open")
    town.start()
    known.refresh_from_db()
    assert known.state == "withdrawn"


def test_what_no_frame_raised_stays_open_at_a_start(
    town: Town, stream: MakeStream, rule: MakeRule
) -> None:
    one = stream("S-1")
    rule()
    town.bind()
    town.say((one.pk, 0, 9.0))
    town.follow()
    town.say((one.pk, 5, 1.0))
    town.follow()
    Episode.objects.update(state="open", position=-1)
    town.start()
    assert Episode.objects.get().state == "open"


def test_snapshots_are_written_now_and_then_and_a_few_are_kept(
    town: Town, stream: MakeStream, rule: MakeRule
) -> None:
    one = stream("S-1")
    rule()
    town.start(Pace(write=0, snapshot=0, snapshot_frames=1, snapshot_share=0))
    town.bind()
    for at in range(8):
        town.say((one.pk, at, 1.0))
        town.follow()
    assert town.snapshots.positions() == [5, 6, 7]
