"""Who may start and stop a scenario, where, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.history.public import Actor, events_of
from district.kernel.organisation.public import Member, actor_for
from district.kernel.places.public import AreaLevel, area_codes_at
from district.kernel.sensing.public import to_micros
from district.simulation.models import Scenario
from district.simulation.names import subject
from district.simulation.process import Simulation
from district.simulation.selectors import episodes_of, felt_by, places_for, progress_of
from district.simulation.services import start_scenario, stop_scenario
from district.simulation.signals.sensors import values
from district.simulation.signals.world import MINUTE, PUT_BACK, SECOND
from district.simulation.streams import simulated, world_of
from district.simulation.tests.conftest import Now, moment
from district.simulation.tests.samples import AT

pytestmark = pytest.mark.django_db


def newest(kind: str, key: str, at: int) -> float:
    """What a stream says at a moment, with the scenarios as they stand."""
    rows = simulated()
    world = world_of(rows, Scenario.objects.all())
    stream = next(row.stream for row in rows if (row.stream.kind, row.stream.key) == (kind, key))
    return float(values(stream, np.array([at]), world)[0])


def test_a_fire_breaks_out_near_the_front_end_inside_the_district(
    sensors: None, duty: Actor, now: Now
) -> None:
    row = start_scenario("fire", "LH-1", 40, actor=duty)
    assert row.place == "东前端（演示）"
    assert area_codes_at([(row.lon, row.lat)], AreaLevel.DISTRICT) == ["9"]
    assert newest("smoke", "LH-1", AT) < 10
    assert newest("smoke", "LH-1", now.move(3 * MINUTE)) > 50
    assert newest("heat", "LH-1", now.at) > 90
    assert newest("smoke", "LH-2", now.at) < 10
    assert [event.kind for event in events_of(subject(row.pk))] == ["simulation.scenario.started"]


def test_a_storm_fills_the_river_and_breaks_one_pipe(sensors: None, duty: Actor, now: Now) -> None:
    row = start_scenario("storm", "YL-1", 60, actor=duty)
    assert row.site == "RQ-1"
    now.move(35 * MINUTE)
    assert newest("rain_hour", "YL-1", now.at) > 20
    assert newest("rain_hour", "YL-2", now.at) < 20
    assert newest("level", "SW-1", now.at) > 1.8
    assert newest("ponding", "JS-1", now.at) > 0.15
    assert newest("gas", "RQ-1", now.at) > 20
    assert newest("gas", "RQ-2", now.at) < 5


def test_stopping_puts_the_values_back_and_twice_changes_nothing(
    sensors: None, duty: Actor, now: Now
) -> None:
    row = start_scenario("storm", "YL-1", 60, actor=duty)
    now.move(35 * MINUTE)
    stopped = stop_scenario(row.pk, actor=duty)
    assert to_micros(stopped.stopped_at) == now.at  # type: ignore[arg-type]  # it is
    assert progress_of(stopped, moment(now.at)).state == "put_back"
    now.move(PUT_BACK)
    assert newest("rain_hour", "YL-1", now.at) < 20
    assert newest("level", "SW-1", now.at) < 1.4
    assert progress_of(stopped, moment(now.at)).state == "stopped"
    again = stop_scenario(row.pk, actor=duty)
    assert again.stopped_at == stopped.stopped_at
    assert len(events_of(subject(row.pk))) == 2
    # And another may begin.
    assert start_scenario("storm", "YL-2", 20, actor=duty).pk != row.pk


def test_one_of_a_kind_goes_on_at_a_time(sensors: None, duty: Actor, now: Now) -> None:
    start_scenario("storm", "YL-1", 20, actor=duty)
    with pytest.raises(Conflict):
        start_scenario("storm", "YL-2", 20, actor=duty)
    start_scenario("fire", "LH-1", 20, actor=duty)
    now.move(21 * MINUTE)
    start_scenario("storm", "YL-2", 20, actor=duty)


@pytest.mark.parametrize(
    ("kind", "thing", "minutes", "field"),
    [
        ("flood", "YL-1", 20, "kind"),
        ("storm", "YL-1", 21, "minutes"),
        ("storm", "LH-1", 20, "thing"),
        ("fire", "no-such", 20, "thing"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(
    sensors: None, duty: Actor, kind: str, thing: str, minutes: int, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        start_scenario(kind, thing, minutes, actor=duty)
    assert refused.value.field == field
    assert not Scenario.objects.exists()


@pytest.mark.parametrize("role", ["officer", "unit_head", "planner", "leader", "viewer"])
def test_others_may_not(sensors: None, member: Callable[..., Member], role: str) -> None:
    with pytest.raises(NotPermitted):
        start_scenario("storm", "YL-1", 20, actor=actor_for(member(role)))


def test_outside_a_demo_there_is_nothing(sensors: None, duty: Actor, settings: object) -> None:
    row = start_scenario("storm", "YL-1", 20, actor=duty)
    settings.DISTRICT_DEMO = False  # type: ignore[attr-defined]  # pytest-django's
    with pytest.raises(NotFound):
        start_scenario("fire", "LH-1", 20, actor=duty)
    with pytest.raises(NotFound):
        stop_scenario(row.pk, actor=duty)


def test_the_page_knows_who_feels_it_and_what_comes_next(
    sensors: None, duty: Actor, now: Now
) -> None:
    assert [code for code, _name in places_for("fire")] == ["LH-1", "LH-2"]
    row = start_scenario("fire", "LH-1", 20, actor=duty)
    felt = felt_by(row, duty)
    assert {each.row.thing.code for each in felt} == {"LH-1", "KQ-1"}
    smoke = next(each for each in felt if each.row.code == "LH-1.smoke")
    assert smoke.before is not None
    assert smoke.before < 10
    assert episodes_of(row, felt, duty) == []
    halfway = progress_of(row, moment(now.move(10 * MINUTE)))
    assert (halfway.state, halfway.percent, halfway.left) == ("going", 50, 10)
    assert all(step.done for step in halfway.steps)
    assert progress_of(row, moment(now.move(10 * MINUTE))).state == "ended"


class Kept:
    """A way that keeps what was sent, or refuses."""

    transport = "http"

    def __init__(self) -> None:
        self.readings: list[object] = []
        self.away = False

    def send(self, readings: object) -> None:
        from district.simulation.sending import NotSent

        if self.away:
            raise NotSent("away")
        self.readings += list(readings)  # type: ignore[call-overload]  # readings


def test_what_could_not_be_sent_is_sent_later_and_nothing_twice(sensors: None, now: Now) -> None:
    forest, weather = Kept(), Kept()
    simulation = Simulation({"sim-forest": forest, "sim-weather": weather}, lambda: now.at)
    simulation.step()
    forest.away = True
    now.move(5 * MINUTE)
    simulation.step()
    assert simulation.state().senders["sim-forest"].problem == "away"
    forest.away = False
    now.move(MINUTE)
    simulation.step()
    assert simulation.state().senders["sim-forest"].problem == ""
    for way, period in ((forest, 30 * SECOND), (weather, MINUTE)):
        numbers = {each.stream for each in way.readings}  # type: ignore[attr-defined]
        for number in numbers:
            times = [
                each.time  # type: ignore[attr-defined]
                for each in way.readings
                if each.stream == number  # type: ignore[attr-defined]
            ]
            kept = sorted({time for time in times if AT < time <= now.at})
            assert kept == list(range(AT + period, now.at + 1, period))


def test_while_nothing_falls_due_nothing_is_asked(
    sensors: None, now: Now, django_assert_num_queries: Callable[[int], Any]
) -> None:
    forest = Kept()
    simulation = Simulation({"sim-forest": forest}, lambda: now.at)
    simulation.step()
    before = len(forest.readings)
    now.move(2 * SECOND)
    with django_assert_num_queries(0):
        assert simulation.step() == 0
    now.move(28 * SECOND)
    assert simulation.step() > 0
    assert len(forest.readings) > before


def test_a_new_process_goes_on_where_the_readings_end(sensors: None, now: Now) -> None:
    from district.kernel.sensing.public import Batch, write_latest

    numbers = [row.stream.number for row in simulated() if row.sender == "sim-forest"]
    write_latest(Batch.of(numbers, [AT - 4 * MINUTE] * len(numbers), [1.0] * len(numbers)), 1)
    way = Kept()
    Simulation({"sim-forest": way}, lambda: now.at).step()
    times = {each.time for each in way.readings}  # type: ignore[attr-defined]
    assert min(time for time in times if time > AT - 40 * MINUTE) == AT - 4 * MINUTE + 30 * SECOND
