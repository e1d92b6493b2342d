"""Every page: who opens it, what it shows, and within ten statements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.alarms.public import Episode, acknowledge_episode
from district.kernel.cases.public import Case, Report, case_url, report_case
from district.kernel.sensing.public import Batch, write_latest
from district.systems.early_warning.models import (
    DroneNest,
    FrontEnd,
    GasPoint,
    Mission,
    RoadSurvey,
    RoadVoid,
    Station,
)
from district.systems.early_warning.services.forecasting import micros
from district.systems.early_warning.services.gas import save_gas_point
from district.systems.early_warning.services.missions import (
    arrive,
    take_off,
)
from district.systems.early_warning.services.stations import save_station
from district.systems.early_warning.services.surveys import match_survey, save_survey, save_void
from district.systems.early_warning.services.verifying import Found, verify_mission
from district.systems.early_warning.tests.conftest import (
    FIRE,
    LOADER,
    WEST,
    Kept,
    MakeEpisode,
    People,
    Watch,
    picture,
    stream_of,
    thing_at,
)
from district.testing.remembered import remembered


@pytest.fixture
def world(mission: Mission, watch: Watch, people: People, episode: MakeEpisode) -> dict[str, str]:
    """One of everything; the address of each page."""
    return remembered(lambda: _world(mission, watch, people, episode))


def _world(mission: Mission, watch: Watch, people: People, episode: MakeEpisode) -> dict[str, str]:
    now = micros(watch.now)
    thing = thing_at("SW-1", 114.26, 22.7)
    level = stream_of(thing, "SW-1-level", "水位")
    write_latest(Batch.of([level.pk], [now], [3.4]), 0)
    place = {"lead_unit": FIRE, "lon": Decimal("114.26"), "lat": Decimal("22.7")}
    station = save_station(
        {"code": "SW-1", "name": "桥头站", "kind": "river", "level": level.code, **place,
         "warning_level": Decimal("3.2"), "danger_level": Decimal(4)}, None, LOADER
    )  # fmt: skip
    gas_thing = thing_at("RQ-1", 114.27, 22.7)
    gas_stream = stream_of(gas_thing, "RQ-1-gas", "浓度", "%LEL")
    gas = save_gas_point(
        {"code": "RQ-1", "name": "阀井", "company": "燃气公司", "company_phone": "0755-12345678",
         "valve": "V-1", "valve_place": "路口", "concentration": gas_stream.code, **place},
        None, LOADER
    )  # fmt: skip
    survey = save_survey(
        {"number": "LD-1", "title": "雷达检测", "lead_unit": FIRE, "firm": "检测公司",
         "surveyed_on": date(2025, 9, 20), "roads": "大道\n小路"}, None, LOADER
    )  # fmt: skip
    void = save_void(
        {"survey": "LD-1", "code": "A-1", "road": "大道", "position": "K1", "kind": "cavity",
         "lon": Decimal("114.26"), "lat": Decimal("22.7"), "depth": Decimal("0.5"),
         "length": Decimal(2), "width": Decimal(2)}, None, LOADER
    )  # fmt: skip
    match_survey(survey.pk, actor=LOADER)
    take_off(mission.pk, actor=people.fire)
    arrive(mission.pk, actor=people.fire)
    episode(case_type="", title="别的告警")
    return {
        "screen": reverse("early_warning"),
        "missions": reverse("early_warning_missions"),
        "mission": mission.get_absolute_url(),
        "front_ends": reverse("early_warning_front_ends"),
        "front_end": FrontEnd.objects.get().get_absolute_url(),
        "nests": reverse("early_warning_nests"),
        "nest": DroneNest.objects.get(code="N-1").get_absolute_url(),
        "free_nest": DroneNest.objects.get(code="N-2").get_absolute_url(),
        "stations": reverse("early_warning_stations"),
        "station": station.get_absolute_url(),
        "inputs": reverse("early_warning_inputs"),
        "forecasts": reverse("early_warning_forecasts"),
        "roads": reverse("early_warning_roads"),
        "surveys": reverse("early_warning_surveys"),
        "survey_new": reverse("early_warning_survey_new"),
        "survey": survey.get_absolute_url(),
        "voids": reverse("early_warning_voids"),
        "void": void.get_absolute_url(),
        "gas_points": reverse("early_warning_gas_points"),
        "gas_point": gas.get_absolute_url(),
        "fire_desk": reverse("early_warning_desk", args=["forest_fire", "suspected"]),
        "void_desk": reverse("early_warning_desk", args=["road_void", "rectifying"]),
        "gas_desk": reverse("early_warning_desk", args=["gas_leak", "arriving"]),
    }


def test_every_page_opens_within_ten_statements(world: dict[str, str], people: People) -> None:
    client = people.client("fire")
    found: dict[str, Any] = {}
    for name, address in world.items():
        client.get(address)  # what is kept in memory is kept now
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        if answer.status_code != 200 or len(queries) > 10:
            found[name] = (answer.status_code, len(queries), [q["sql"][:120] for q in queries])
    assert not found


@pytest.mark.parametrize("name", [
    "mission", "front_end", "nest", "station", "survey", "void", "gas_point",
])  # fmt: skip
def test_another_street_does_not_learn_of_it(
    world: dict[str, str], people: People, name: str
) -> None:
    assert people.client("west").get(world[name]).status_code == 404
    wanted = 404 if name == "survey" else 200
    assert people.client("east").get(world[name]).status_code == wanted


def test_who_has_no_part_in_it_is_refused_the_screen(world: dict[str, str], people: People) -> None:
    assert people.client("viewer").get(world["screen"]).status_code == 403
    assert people.client("viewer").get(world["roads"]).status_code == 403


def test_the_screen_shows_alarms_missions_and_levels_and_fetches_its_parts(
    world: dict[str, str], people: People
) -> None:
    client = people.client("duty")
    page = client.get(world["screen"]).content.decode()
    for words in ("别的告警", "林区疑似烟火", "桥头站", "超警戒水位", "N-1机场"):
        assert words in page
    part = client.get(world["screen"], headers={"X-Board-Part": "1"}).content.decode()
    assert "<html" not in part
    assert 'data-part="alarms"' in part
    # The west street has its own alarms on its screen, and no others.
    assert "林区疑似烟火" not in people.client("west").get(world["screen"]).content.decode()
    # The street where it burns has the mission; the alarm is another unit's, as its own page says.
    east = people.client("east")
    assert [one.mission.pk for one in east.get(world["screen"]).context["found"].flights]
    assert not east.get(world["screen"]).context["found"].alarms
    alarm = Episode.objects.get(missions=Mission.objects.get())
    assert alarm.get_absolute_url() not in east.get(world["mission"]).content.decode()
    assert alarm.get_absolute_url() in client.get(world["mission"]).content.decode()


def test_the_screen_has_first_what_nobody_has_seen_to_and_leads_where_one_may_go(
    episode: MakeEpisode, people: People
) -> None:
    seen, fresh, cased = (episode(case_type="", title=words) for words in ("旧", "新", "单"))
    acknowledge_episode(seen.pk, actor=people.fire)
    case = report_case(Report("road_void", "路面", source="system", centre=WEST), actor=LOADER).case
    case.lead_unit_id = WEST
    case.save(update_fields=["lead_unit"])
    Episode.objects.filter(pk=cased.pk).update(case=case)
    acknowledge_episode(cased.pk, actor=people.fire_head)

    def screen(who: str) -> Any:
        return people.client(who).get(reverse("early_warning")).context["found"].alarms

    assert screen("fire")[0].episode == fresh
    at = {one.episode.pk: one.url for one in screen("fire")}
    assert at[seen.pk] == seen.get_absolute_url()
    assert at[cased.pk] == cased.get_absolute_url()
    assert {one.episode.pk: one.url for one in screen("leader")}[cased.pk] == case_url(case.pk)


def test_the_numbers_of_the_screen_recount(
    world: dict[str, str], people: People, mission: Mission
) -> None:
    verify_mission(mission.pk, Found("false", why_false="fog"), actor=people.fire)
    client = people.client("fire")
    page = client.get(world["screen"]).context["found"]
    figures = (page.missions, page.free, page.record.all, page.record.quick, page.record.wrong)
    for figure in figures:
        answer = client.get(figure.url + "&format=json").json()
        assert Decimal(str(answer["figure"])) == figure.value, figure.label


def test_the_figures_of_roads_and_surveys_recount(world: dict[str, str], people: People) -> None:
    client = people.client("fire")
    lines = client.get(world["roads"]).context["roads"]
    own = client.get(world["survey"]).context["lines"]
    assert [line.road for line in lines] == ["大道"]
    for line in (*lines, *own):
        for figure in (line.all, *line.grades, line.open, line.rectified, line.gone):
            answer = client.get(figure.url + "&format=json").json()
            assert Decimal(str(answer["figure"])) == figure.value, figure.label


def test_the_mission_is_flown_from_its_page(mission: Mission, people: People) -> None:
    client = people.client("fire")
    act = reverse("early_warning_mission_act", args=[mission.pk])
    client.post(act, {"do": "take_off"})
    client.post(act, {"do": "arrive"})
    photo = SimpleUploadedFile("现场.jpg", picture(), "image/jpeg")
    client.post(act, {"do": "photos", "photos": photo})
    wrong = client.post(mission.get_absolute_url(), {"verdict": "false", "means": "drone"})
    assert wrong.status_code == 422
    assert "误报原因" in wrong.content.decode()
    done = client.post(
        mission.get_absolute_url(), {"verdict": "true", "means": "drone", "note": "明火"}
    )
    assert done.status_code == 302
    mission.refresh_from_db()
    assert mission.verdict == "true"
    page = client.get(mission.get_absolute_url())
    assert page.status_code == 200
    (shown,) = page.context["photos"]
    for name in ("early_warning_photo", "early_warning_photo_small"):
        answer = client.get(reverse(name, args=[mission.pk, shown.pk]))
        assert answer.status_code == 200
        assert answer["Content-Type"] == "image/jpeg"
    assert people.client("west").get(
        reverse("early_warning_photo", args=[mission.pk, shown.pk])
    ).status_code == 404  # fmt: skip
    warn = reverse("early_warning_mission_warn", args=[mission.pk])
    draft = client.post(warn, {"colour": "yellow"})
    assert draft.status_code == 302
    assert "/warnings/drafts/" in draft["Location"]
    case = Case.objects.get(type_key="forest_fire")
    assert "火情核查" in client.get(f"/cases/{case.pk}/").content.decode()
    client.post(act, {"do": "come_home", "nest_state": "charging"})
    mission.refresh_from_db()
    assert mission.state == "returned"


def test_what_a_step_refuses_is_said_on_the_page(mission: Mission, people: People) -> None:
    client = people.client("fire")
    act = reverse("early_warning_mission_act", args=[mission.pk])
    answer = client.post(act, {"do": "arrive"}, follow=True)
    assert "不能登记到达" in answer.content.decode()
    assert client.post(act, {"do": "nothing"}).status_code == 409
    bad = client.post(act, {"do": "move", "lon": "east", "lat": "1"}, follow=True)
    assert "WGS-84" in bad.content.decode()


def test_a_front_end_shows_what_it_measured(
    mission: Mission, log: Kept, watch: Watch, people: People
) -> None:
    end = FrontEnd.objects.get()
    assert end.thing is not None
    smoke = stream_of(end.thing, "QD-smoke", "烟雾", "%")
    times = [micros(watch.now) - minutes * 60_000_000 for minutes in (40, 20, 1)]
    log.put(smoke.pk, times, [0.4, 0.6, 37.5])
    page = people.client("fire").get(end.get_absolute_url()).content.decode()
    assert "近24小时烟雾" in page
    assert "37.5" in page


def test_a_nest_is_set_ready_on_its_page(mission: Mission, people: People) -> None:
    client = people.client("fire")
    free = DroneNest.objects.get(code="N-2")
    wrong = client.post(free.get_absolute_url(), {"state": "maintenance", "note": ""})
    assert wrong.status_code == 422
    client.post(free.get_absolute_url(), {"state": "maintenance", "note": "换桨"})
    free.refresh_from_db()
    assert (free.state, free.state_note) == ("maintenance", "换桨")
    assert mission.nest is not None
    busy = client.post(mission.nest.get_absolute_url(), {"state": "offline", "note": "x"})
    assert busy.status_code == 409


def test_a_survey_is_entered_and_compared_on_its_pages(people: People) -> None:
    client = people.client("fire")
    address = reverse("early_warning_survey_new")
    wrong = client.post(address, {"number": "LD 1"})
    assert wrong.status_code == 422
    values = {
        "number": "LD-9",
        "title": "检测",
        "lead_unit": FIRE,
        "firm": "检测公司",
        "surveyed_on": "2025-09-20",
        "roads": "大道",
    }
    made = client.post(address, values)
    assert made.status_code == 302
    survey = RoadSurvey.objects.get(number="LD-9")
    client.post(reverse("early_warning_survey_match", args=[survey.pk]))
    survey.refresh_from_db()
    assert survey.matched_at is not None
    assert people.client("viewer").get(address).status_code == 403


def test_voids_come_in_from_a_file_with_errors_by_row(people: People) -> None:
    save_survey(
        {"number": "LD-1", "title": "雷达检测", "lead_unit": FIRE, "firm": "检测公司",
         "surveyed_on": date(2025, 9, 20), "roads": "大道"}, None, LOADER
    )  # fmt: skip
    head = "检测编号,病害编号,道路,位置,类型,埋深,长,宽,经度,纬度\n"
    good = "LD-1,A-1,大道,K1+020,空洞,0.6,2,1.5,114.26,22.7\n"
    bad = "LD-1,A-2,别的路,K1+030,空洞,0.6,2,1.5,114.26,22.7\n"
    client = people.client("fire")
    address = reverse("register_import", args=["early_warning-voids"])
    for content, count in ((head + good + bad, 0), (head + good, 1)):
        file = SimpleUploadedFile("voids.csv", content.encode(), "text/csv")
        run = client.post(address, {"file": file})["Location"]
        client.post(f"{run}commit/")
        assert RoadVoid.objects.count() == count
    void = RoadVoid.objects.get()
    assert (void.grade, void.rule, void.street_unit_id) == ("1", "shallow_cavity", "440307001")


def test_gas_shows_whom_to_call_and_what_to_shut(world: dict[str, str], people: People) -> None:
    page = people.client("fire").get(world["gas_point"]).content.decode()
    assert "0755-12345678" in page
    assert "V-1" in page
    assert GasPoint.objects.count() == 1
    assert Station.objects.count() == 1
