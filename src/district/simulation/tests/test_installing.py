"""The simulation's things and secrets are made once, through sensing's own services."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from django.test import override_settings

from district.kernel.base.district_files import DemoTime, demos
from district.kernel.base.errors import Invalid
from district.kernel.history.public import Subject, events_of
from district.kernel.sensing.public import (
    Datastream,
    History,
    LatestReading,
    LogReader,
    LogWriter,
    Source,
    Thing,
    Tick,
    authenticate,
    log_folder,
)
from district.simulation import secrets_file
from district.simulation.demo import play_past, play_things
from district.simulation.history import LENGTH
from district.simulation.installing import give_secrets, install, wanted_things
from district.simulation.kinds import KINDS, SENDERS
from district.simulation.layout import WANTED, write_table
from district.simulation.models import Scenario
from district.simulation.scenarios import read_past
from district.simulation.signals.world import DAY, HOUR, MINUTE, SECOND
from district.simulation.streams import simulated
from district.simulation.tests.conftest import THINGS, Now, moment
from district.simulation.tests.samples import AT

pytestmark = pytest.mark.django_db


def play(time: DemoTime) -> list[str]:
    """Both parts, as a demo plays them."""
    return [*play_things(time), *play_past(time)]


def test_each_thing_is_registered_once_with_all_its_datastreams(district: None) -> None:
    done = install(THINGS)
    wanted = {kind.key: len(kind.properties) for kind in KINDS}
    assert done.things == len(THINGS)
    assert done.datastreams == sum(wanted[each.kind] for each in THINGS)
    again = install(THINGS)
    assert (again.things, again.datastreams) == (0, 0)
    thing = Thing.objects.select_related("location").get(code="LH-1")
    assert thing.location is not None
    assert (thing.location.street, thing.lead_unit_id) == ("901", "901")
    assert thing.properties["kind"] == "front_end"
    assert events_of(Subject("sensing.thing", str(thing.pk)))
    row = Datastream.objects.select_related("source").get(code="LH-1.smoke")
    assert row.source is not None
    assert row.source.code == "sim-forest"


def test_what_somebody_changed_stays(district: None) -> None:
    install(THINGS)
    Thing.objects.filter(code="YL-1").update(name="改过的名称")
    install(THINGS)
    assert Thing.objects.get(code="YL-1").name == "改过的名称"


def test_secrets_are_for_their_owner_alone_and_open_what_they_are_for(
    district: None, demo: Path
) -> None:
    install(THINGS)
    assert set(give_secrets(demo)) == {sender.code for sender in SENDERS}
    path = secrets_file.path_in(demo)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kept = secrets_file.known(demo)
    assert all(authenticate(code, secret) for code, secret in kept.items())
    assert give_secrets(demo) == []
    assert secrets_file.known(demo) == kept


def test_a_lost_secret_is_replaced_and_the_old_one_ends(district: None, demo: Path) -> None:
    install(THINGS)
    give_secrets(demo)
    before = secrets_file.known(demo)
    left = {code: secret for code, secret in before.items() if code != "sim-gas"}
    secrets_file.path_in(demo).write_text(json.dumps(left), encoding="utf-8")
    assert give_secrets(demo) == ["sim-gas"]
    after = secrets_file.known(demo)
    assert authenticate("sim-gas", after["sim-gas"]) is not None
    assert authenticate("sim-gas", before["sim-gas"]) is None
    assert {**after, **left} == after


def test_without_a_table_the_things_come_from_the_streets(district: None) -> None:
    made = wanted_things(None)
    assert len(made) == sum(WANTED.values())
    assert {each.unit for each in made} == {"901", "902"}


def test_the_demo_plays_once_and_tells_two_months(
    district: None, demo: Path, now: Now, tmp_path: Path
) -> None:
    table = tmp_path / "things.csv"
    table.write_text(write_table(THINGS), encoding="utf-8")
    time = DemoTime(moment(AT - 90 * DAY), moment(AT), files={"things": table})
    lines = play(time)
    assert "11 new" in lines[0]
    assert len(lines) == 2
    rows = {row.stream.kind: row for row in simulated() if row.stream.key.endswith("-1")}
    history = History(LogReader(log_folder()))
    begin = AT - round(LENGTH.total_seconds()) * SECOND
    for row in rows.values():
        found = history.readings([row.stream.number], begin, AT + 1)
        assert len(found) == (61 * DAY // row.past if row.past else 0), row
        assert found["time"].max() == (AT // row.past * row.past if row.past else None)
    latest = LatestReading.objects.get(datastream=rows["level"].stream.number)
    assert latest.time == moment(AT)
    assert latest.first_time < moment(AT - 60 * DAY)
    # Once more adds nothing.
    again = play(time)
    assert "0 new" in again[0]
    assert len(again) == 1


def test_ticks_tell_the_time_of_the_past_and_never_go_back(
    district: None, demo: Path, now: Now, tmp_path: Path
) -> None:
    table = tmp_path / "things.csv"
    table.write_text(write_table(THINGS[:1]), encoding="utf-8")
    play(DemoTime(moment(AT - 90 * DAY), moment(AT), files={"things": table}))
    contents = [frame.content for frame in LogReader(log_folder()).follow(0)]
    ticks = [each.time for each in contents if isinstance(each, Tick)]
    assert ticks == sorted(ticks)
    assert ticks[-1] <= AT
    assert len(ticks) > 24 * 60
    # Things that come later have a past too, but the clock of the log has gone on.
    with LogWriter(log_folder()) as writer:
        writer.append(Tick(AT + HOUR))
    table.write_text(write_table(THINGS[:3]), encoding="utf-8")
    assert len(play(DemoTime(moment(AT - 90 * DAY), moment(AT), files={"things": table}))) == 2
    contents = [frame.content for frame in LogReader(log_folder()).follow(0)]
    assert [e.time for e in contents if isinstance(e, Tick)] == [*ticks, AT + HOUR]


def test_while_a_gateway_has_the_log_the_past_is_left_out_and_said(
    district: None, demo: Path, now: Now, tmp_path: Path
) -> None:
    table = tmp_path / "things.csv"
    table.write_text(write_table(THINGS[:1]), encoding="utf-8")
    with LogWriter(log_folder()):
        lines = play(DemoTime(moment(AT - 90 * DAY), moment(AT), files={"things": table}))
    assert "left out" in lines[-1]
    assert Thing.objects.count() == 1


def test_a_table_that_cannot_be_taken_makes_nothing(
    district: None, demo: Path, tmp_path: Path
) -> None:
    table = tmp_path / "things.csv"
    table.write_text("code,kind\n", encoding="utf-8")
    with pytest.raises(Invalid, match="kind"):
        play(DemoTime(moment(AT - DAY), moment(AT), files={"things": table}))
    assert not Source.objects.exists()


@override_settings(DISTRICT_DEMO=True)
def test_streams_of_others_are_left_alone(sensors: None) -> None:
    before = len(simulated())
    Datastream.objects.filter(code="LH-1.smoke").update(source=None)
    assert len(simulated()) == before - 1


def test_scenarios_of_the_past_are_in_the_readings_and_on_the_list_once(
    sensors: None, tmp_path: Path
) -> None:
    table = tmp_path / "scenarios.csv"
    table.write_text("kind,thing,before,minutes\nfire,LH-1,30,20\nstorm,YL-1,180,40\n", "utf-8")
    time = DemoTime(moment(AT - 90 * DAY), moment(AT), files={"simulation_past": table})
    list(play_past(time))
    assert list(play_past(time)) == []
    found = Scenario.objects.order_by("started_at")
    assert [(row.kind, row.site) for row in found] == [("storm", "RQ-1"), ("fire", "")]
    assert [row.ends_at for row in found] == [moment(AT - 140 * MINUTE), moment(AT - 10 * MINUTE)]
    rows = {(row.stream.kind, row.stream.key): row.stream.number for row in simulated()}
    history = History(LogReader(log_folder()))

    def most(kind: str, key: str, since: int) -> float:
        told = history.readings([rows[kind, key]], AT - since, AT + 1)["value"].to_list()
        return float(max(told))

    assert most("level", "SW-1", 3 * HOUR) > 1.8
    assert most("gas", "RQ-1", 3 * HOUR) > 20
    assert most("smoke", "LH-1", HOUR) > 50
    assert most("smoke", "LH-2", 3 * HOUR) < 12


def test_the_simulation_is_played_before_the_systems_that_use_its_devices() -> None:
    order = list(demos())
    first = [order.index(key) for key in ("simulation", "simulation_past")]
    assert first[0] < first[1] < min(order.index(key) for key in ("early_warning", "environment"))


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("kind,thing\nfire,LH-1\n", "columns"),
        ("kind,thing,before,minutes\nflood,LH-1,30,20\n", "第 1 行 kind"),
        ("kind,thing,before,minutes\nfire,LH-1,soon,20\n", "第 1 行 before, minutes"),
        ("kind,thing,before,minutes\nfire,LH-1,10,20\n", "第 1 行 before, minutes"),
    ],
)
def test_a_table_of_scenarios_that_cannot_be_taken_is_refused_with_its_place(
    text: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        read_past(text)
    assert refused.value.field == field
    assert refused.value.remedy


def test_a_scenario_of_the_past_at_no_device_makes_nothing(sensors: None, tmp_path: Path) -> None:
    table = tmp_path / "scenarios.csv"
    table.write_text("kind,thing,before,minutes\nfire,YL-1,30,20\n", "utf-8")
    with pytest.raises(Invalid, match="没有这个地点"):
        list(play_past(DemoTime(moment(AT - DAY), moment(AT), files={"simulation_past": table})))
    assert not Scenario.objects.exists()
