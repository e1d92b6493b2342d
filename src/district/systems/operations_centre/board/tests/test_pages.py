"""Board, map and wall as their readers see them: rights, statements, live parts, the way down."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from district.kernel.base.recent import forget_all
from district.kernel.cases.public import Case, Report, case_url, perform, report_case
from district.kernel.sessions.models import Session
from district.kernel.tracking.public import TrackedRow, refresh_lights
from district.systems.operations_centre.board.names import CASES
from district.systems.operations_centre.board.selectors import mapping
from district.systems.operations_centre.board.selectors import moves as ticker
from district.systems.operations_centre.board.selectors.mapping import MapAsked, mapped
from district.systems.operations_centre.board.selectors.moves import (
    newest_moves,
    oldest_looked_at,
    today_of,
)
from district.systems.operations_centre.board.tests.conftest import LOADER, MakeCase, People

pytestmark = pytest.mark.django_db
PAGES = (
    "/operations_centre/",
    "/operations_centre/?by=place",
    "/operations_centre/unit/901/",
    "/operations_centre/unit/901/?by=lead",
    "/operations_centre/unit/9-D01/",
    "/operations_centre/unit/901001/",
    "/operations_centre/map/",
    "/operations_centre/map/?unit=901&type=appeal&kind=green",
    "/operations_centre/wall/",
    "/operations_centre/wall/?unit=901",
)


def text_of(client: Client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("who", ["duty", "east", "viewer"])
def test_a_page_and_its_live_parts_cost_at_most_ten_statements(
    dispatched: MakeCase, people: People, address: str, who: str
) -> None:
    for unit in ("901", "902", "9-D01"):
        for _each in range(4):
            dispatched(unit)
    client = people.client(who)
    client.get(address)
    for headers in ({}, {"X-Board-Part": "1"}):
        forget_all()
        oldest_looked_at()  # asked once a minute
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address, headers=headers)
        assert answer.status_code == 200
        assert len(captured) <= 10, [query["sql"][:90] for query in captured]


def test_another_streets_officer_sees_nothing_of_it_anywhere(
    dispatched: MakeCase, people: People
) -> None:
    case = dispatched("901", street="901", text="只有东街道知道的一件事")
    for address in PAGES:
        own = text_of(people.client("east"), address)
        other = text_of(people.client("west"), address)
        assert case.number not in other
        assert str(case.pk) not in other
        assert "只有东街道知道的一件事" not in other
        assert not re.search(r'data-figure="[1-9]', other), address
    assert 'data-figure="1"' in text_of(people.client("east"), "/operations_centre/")
    assert case.number in text_of(people.client("east"), "/operations_centre/wall/")
    assert own


def test_who_sees_no_case_is_told_so_and_counts_nothing(
    dispatched: MakeCase, people: People
) -> None:
    dispatched("901")
    text = text_of(people.client("viewer"), "/operations_centre/")
    assert "您的角色看不到任何一类事件" in text
    assert not re.search(r'data-figure="[1-9]', text)
    assert Client().get("/operations_centre/").status_code == 302
    assert people.client("duty").get("/operations_centre/unit/404/").status_code == 404


def test_a_complaint_about_a_unit_is_not_counted_for_its_people_and_lies_on_no_map(
    people: People, dispatched: MakeCase
) -> None:
    mine = dispatched("901")
    Case.objects.filter(pk=mine.pk).update(complained_unit="901")
    assert not re.search(
        r'data-figure="[1-9]', text_of(people.client("east"), "/operations_centre/")
    )
    assert 'data-figure="1"' in text_of(people.client("duty"), "/operations_centre/")
    assert mine.number not in text_of(people.client("duty"), "/operations_centre/map/")


def test_a_telephone_number_in_a_title_is_shown_neither_on_the_map_nor_in_the_list_of_all(
    people: People, dispatched: MakeCase
) -> None:
    Case.objects.filter(pk=dispatched("901").pk).update(title="请打13800138000找我")
    for address in ("/operations_centre/map/", f"/registers/{CASES}/"):
        text = text_of(people.client("duty"), address)
        assert "请打" in text, address
        assert "13800138000" not in text, address


def test_the_live_parts_are_the_page_without_its_frame(
    dispatched: MakeCase, people: People
) -> None:
    client = people.client("duty")
    before = text_of(client, "/operations_centre/", **{"X-Board-Part": "1"})
    assert "<html" not in before
    case = dispatched("901")
    after = text_of(client, "/operations_centre/", **{"X-Board-Part": "1"})
    assert case.number not in before
    assert case.number in after
    whole = text_of(client, "/operations_centre/")
    parts = re.findall(r'data-part="(\w+)"', whole)
    assert set(parts) == set(re.findall(r'data-part="(\w+)"', after))
    assert {"stamp", "totals", "moves", "sums", "hours", "matrix"} <= set(parts)


@pytest.mark.parametrize("query", ["?by=lead", "?by=place"])
def test_every_number_that_may_change_has_a_place_of_its_own(
    dispatched: MakeCase, people: People, query: str
) -> None:
    dispatched("901")
    dispatched("9", street="", community="")
    text = text_of(people.client("duty"), f"/operations_centre/{query}")
    places = [key for key in re.findall(r'data-k="([^"]*)"', text) if key]
    assert {"all", "9", "9-alone", "901"} <= set(places)
    assert len(places) == len(set(places))


def test_the_ticker_tells_moves_and_arrivals_newest_first_with_no_word_of_the_case(
    dispatched: MakeCase, people: People
) -> None:
    from district.kernel.cases.public import units_kept

    case = dispatched("901", text="井盖丢了车轮差点掉进去")
    perform(case.pk, "accept", actor=people.actor("east"))
    actor = people.actor("duty")
    root = units_kept()["9"]
    moves = newest_moves(actor, root, "lead")
    assert [move.did for move in moves] == ["签收", "派单", "新登记"]
    assert all(move.number == case.number and move.unit == "东" for move in moves)
    assert newest_moves(actor, units_kept()["902"], "lead") == []
    wall = text_of(people.client("duty"), "/operations_centre/wall/")
    assert case.number in wall
    assert "井盖" not in wall, "people walk past a wall"


def test_the_ticker_looks_at_the_newest_steps_alone(
    dispatched: MakeCase, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    from district.kernel.cases.public import units_kept

    def moved() -> list[str]:
        moves = newest_moves(people.actor("duty"), units_kept()["9"], "lead")
        return [move.did for move in moves if move.did != "新登记"]

    monkeypatch.setattr(ticker, "_LOOKED_AT", 1)
    case = dispatched("901")
    perform(case.pk, "accept", actor=people.actor("east"))
    assert moved() == ["签收"]
    perform(dispatched("901").pk, "accept", actor=people.actor("east"))
    shown = moved()
    assert shown[0] == shown[-1] == "签收", "what came since the key was asked for is there, too"
    forget_all()
    assert len(moved()) == 1


def test_of_many_arrivals_the_newest_are_told_in_one_query(
    dispatched: MakeCase, people: People, at: Any
) -> None:
    from district.kernel.cases.public import units_kept

    numbers = []
    for minute in range(15):
        with at(f"2025-09-22T09:{minute:02d}+08:00"):
            done = report_case(Report("appeal", "路灯不亮", street="901"), actor=LOADER)
            numbers.append(done.case.number)
    with at("2025-09-22T09:30+08:00"):
        actor, root = people.actor("duty"), units_kept()["9"]
        oldest_looked_at()
        with CaptureQueriesContext(connection) as asked:
            moves = newest_moves(actor, root, "lead")
        assert [move.number for move in moves] == numbers[:-13:-1]
        of_cases = [one["sql"] for one in asked if "kernel_cases" in one["sql"]]
        assert len(of_cases) == 1, of_cases
    with at("2025-09-22T10:10+08:00"):
        moves = newest_moves(actor, root, "lead")
        assert [move.number for move in moves] == numbers[:9:-1], "those of the last hour"


def test_today_counts_what_came_in_and_what_was_closed_by_the_hour(people: People, at: Any) -> None:
    from district.kernel.cases.public import units_kept

    with at("2025-09-22T09:30+08:00"):
        first = report_case(Report("appeal", "路灯不亮", street="901"), actor=LOADER).case
    with at("2025-09-22T11:30+08:00"):
        for _each in range(2):
            report_case(Report("appeal", "路灯不亮", street="902"), actor=LOADER)
        Case.objects.filter(pk=first.pk).update(
            category="done", closed_at=datetime.fromisoformat("2025-09-22T10:15+08:00")
        )
        actor = people.actor("duty")
        today = today_of(actor, units_kept()["9"], "lead")
        assert (today.received.value, today.closed.value) == (3, 1)
        hours = {hour: (came.value, went.value) for hour, came, went in today.hours}
        assert len(hours) == 12
        assert {h: n for h, n in hours.items() if any(n)} == {
            "09:00": (1, 0),
            "10:00": (0, 1),
            "11:00": (2, 0),
        }
        east = today_of(actor, units_kept()["901"], "place")
        assert (east.received.value, east.closed.value) == (1, 1)
        client = people.client("duty")
        for figure in (today.received, today.closed, today.hours[11][1], east.received):
            answer = client.get(figure.url + "&format=json").json()
            assert answer["figure"] == figure.value, figure


def test_the_map_draws_the_most_pressing_first_and_says_what_it_leaves_out(
    dispatched: MakeCase, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    from district.kernel.cases.public import units_kept

    cases = [dispatched("901") for _each in range(4)]
    nowhere = dispatched("901", lon=None, lat=None)
    late = TrackedRow.objects.filter(pk=str(Case.objects.get(pk=cases[2].pk).clock_id))
    late.update(due_at=timezone.now() - timedelta(days=400))
    refresh_lights(late)
    monkeypatch.setattr(mapping, "MOST_POINTS", 2)
    found = mapped(people.actor("duty"), MapAsked(units_kept()["9"]))
    assert [spot.kind for spot in found.spots] == ["red", "green"]
    assert found.spots[0].id == str(cases[2].pk)
    assert (found.drawn, found.placed, found.without_place) == (2, 4, 1)
    text = text_of(people.client("duty"), "/operations_centre/map/")
    assert "共 4 件有坐标，图上先画最急的 2 件。另有 1 件没有坐标" in text
    assert nowhere.number not in text
    raw = re.search(r'<script id="board-map" type="application/json">(.*?)</script>', text, re.S)
    assert raw is not None
    drawn = json.loads(raw.group(1))["cases"]
    assert [row[4] for row in drawn["rows"]] == ["red", "green"]
    late_one = Case.objects.get(pk=cases[2].pk)
    assert late_one.lon is not None
    assert drawn["rows"][0] == [
        str(late_one.pk), late_one.number, late_one.type_key, late_one.lead_unit_id, "red",
        int(late_one.lon * 10**6), int((late_one.lat or 0) * 10**6),
    ]  # fmt: skip
    assert drawn["address"] + drawn["rows"][0][0] + "/" == case_url(late_one.pk)
    assert set(drawn["units"]) == {row[3] for row in drawn["rows"]}
    assert {row[2] for row in drawn["rows"]} <= set(drawn["types"])
    assert mapped(people.actor("duty"), MapAsked(units_kept()["902"])).placed == 0
    assert mapped(people.actor("duty"), MapAsked(units_kept()["9"], kind="red")).placed == 1
    assert mapped(people.actor("duty"), MapAsked(units_kept()["9"], "mediation")).placed == 0
    assert mapped(people.actor("west"), MapAsked(units_kept()["9"])).placed == 0


def test_a_page_may_listen_where_the_setting_says_and_nowhere_else(
    people: People, settings: LazySettings
) -> None:
    client = people.client("duty")

    def told() -> tuple[str, str]:
        answer = client.get("/operations_centre/", headers={"Host": "127.0.0.1:8000"})
        found = re.search(r'data-events="([^"]*)"', answer.content.decode())
        assert found is not None
        return found.group(1), answer["Content-Security-Policy"]

    settings.DISTRICT_EVENTS_URL = ""
    assert told()[0] == ""
    settings.DISTRICT_EVENTS_URL = ":8001"
    url, policy = told()
    assert url == "http://127.0.0.1:8001/events/operations_centre/"
    assert "connect-src 'self' http://127.0.0.1:8001" in policy
    assert policy.startswith("default-src 'self'")
    settings.DISTRICT_EVENTS_URL = "/events"
    url, policy = told()
    assert (url, policy[-20:]) == ("/events/operations_centre/", "; connect-src 'self'"[-20:])


def test_a_wall_stays_logged_in_while_it_is_looked_after(people: People) -> None:
    client = people.client("duty")
    key = client.cookies["sessionid"].value

    def ends_in() -> timedelta:
        ends: datetime = Session.objects.get(pk=key).expire_date
        return ends - timezone.now()

    Session.objects.filter(pk=key).update(expire_date=timezone.now() + timedelta(hours=2))
    client.get("/operations_centre/")
    assert ends_in() < timedelta(hours=3), "a board prolongs nothing"
    answer = client.get("/operations_centre/wall/")
    assert ends_in() > timedelta(days=10)
    assert "sessionid" in answer.cookies, "the cookie lives as long as the session"
    client.cookies["sessionid"] = key
    answer = client.get("/operations_centre/wall/")
    assert "sessionid" not in answer.cookies, "once a day is enough"
