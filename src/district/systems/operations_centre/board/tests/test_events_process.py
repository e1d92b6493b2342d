"""The process that pages listen to: real, over the test's database, on loopback."""

from __future__ import annotations

import time

import pytest
from django.conf import settings
from django.contrib.auth.models import User

from district.kernel.cases.public import perform
from district.kernel.sessions.models import Session
from district.systems.operations_centre.board.tests.conftest import (
    EventsProcess,
    MakeCase,
    People,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
STREAM = "/events/operations_centre/"


def test_a_change_is_told_within_two_seconds_to_those_who_may_see_it_and_to_nobody_else(
    events: EventsProcess, people: People, dispatched: MakeCase
) -> None:
    east, west = events.listen(people.session("east")), events.listen(people.session("west"))
    duty = events.listen(people.session("duty"))
    for one in (east, west, duty):
        one.until("hello")
    time.sleep(1.0)  # the poller has begun
    began = time.monotonic()
    dispatched("901", street="901")
    told = duty.until("changed", 5)
    assert told.at - began < 2 + 0.5, "two seconds, and what the services themselves took"
    heard = east.until("changed", 5)
    assert heard.data["types"] == ["appeal"]
    assert set(heard.data["units"]) >= {"9", "901"}
    assert "902" not in heard.data["units"]
    assert set(heard.data) == {"types", "units", "count", "at"}, "no case, no word of one"
    west.nothing("changed", 2.0)


def test_who_loses_sight_of_a_case_is_told_as_well_and_hears_only_of_their_own_unit(
    events: EventsProcess, people: People, dispatched: MakeCase
) -> None:
    case = dispatched("901", street="901", community="")
    east = events.listen(people.session("east"))
    east.until("hello")
    time.sleep(1.0)
    perform(case.pk, "give_back", actor=people.actor("east"), data={"text": "不属本单位"})
    east.until("changed", 5)
    perform(
        case.pk,
        "adjudicate",
        actor=people.actor("duty"),
        data={"lead_unit": "902", "text": "由西街道办理"},
    )
    heard = east.until("changed", 5)
    assert "902" not in heard.data["units"]
    perform(case.pk, "accept", actor=people.actor("west"))
    east.nothing("changed", 2.0)


def test_nobody_listens_without_a_log_in_from_another_site_or_by_another_name(
    events: EventsProcess, people: People
) -> None:
    cookie = f"{settings.SESSION_COOKIE_NAME}={people.session('duty')}"
    assert events.ask(STREAM).status == 401
    assert events.ask(STREAM, {"Cookie": f"{settings.SESSION_COOKIE_NAME}=made-up"}).status == 401
    mine = f"http://127.0.0.1:{events.port}"
    refused = (
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example"},
    )
    for headers in refused:
        answer = events.ask(STREAM, {"Cookie": cookie, **headers})
        assert answer.status == 403, headers
        assert "access-control-allow-origin" not in answer.headers
    taken = events.ask(STREAM, {"Cookie": cookie, "Origin": mine})
    assert taken.status == 200
    assert taken.headers["access-control-allow-origin"] == mine
    assert taken.headers["access-control-allow-credentials"] == "true"
    assert events.ask("/events/unknown/").status == 404
    locked_out = people.members["east"].user
    assert locked_out is not None
    session = people.session("east")
    User.objects.filter(pk=locked_out.pk).update(is_active=False)
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
    assert events.ask(STREAM, headers).status == 401


def test_a_member_listens_so_many_times_and_no_more(events: EventsProcess, people: People) -> None:
    session = people.session("duty")
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
    for _each in range(settings.DISTRICT_LISTENERS_EACH):
        events.listen(session)
    assert events.ask(STREAM, headers).status == 429
    events.listen(people.session("east")).until("hello")
    events.listening[0].close()
    deadline = time.monotonic() + 10
    while (status := events.ask(STREAM, headers).status) == 429 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert status == 200, "room comes back with a connection that went"


def test_a_connection_that_comes_back_hears_what_it_missed(
    events: EventsProcess, people: People, dispatched: MakeCase
) -> None:
    first, other = events.listen(people.session("east")), events.listen(people.session("duty"))
    key = first.until("hello").id
    other.until("hello")
    time.sleep(1.0)
    first.close()
    dispatched("901")
    other.until("changed", 5)
    again = events.listen(people.session("east"), **{"Last-Event-ID": key})
    assert again.until("changed", 3).data["count"] >= 1
    stranger = events.listen(people.session("east"), **{"Last-Event-ID": "0000-12"})
    stranger.until("reset", 3)


def test_a_killed_process_is_back_with_a_new_start_and_the_page_fetches_anew(
    events: EventsProcess, people: People, dispatched: MakeCase
) -> None:
    east = events.listen(people.session("east"))
    key = east.until("hello").id
    events.kill()
    dispatched("901")
    events.start()
    again = events.listen(people.session("east"), **{"Last-Event-ID": key})
    again.until("reset", 5)
    time.sleep(1.0)
    dispatched("901")
    again.until("changed", 5)


def test_a_database_that_was_away_is_said_and_begun_anew(
    events: EventsProcess, people: People, dispatched: MakeCase
) -> None:
    from django.db import connection

    east = events.listen(people.session("east"))
    east.until("hello")
    time.sleep(1.0)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_history_outboxmessage RENAME TO away")
    try:
        east.until("lost", 10)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE away RENAME TO kernel_history_outboxmessage")
    east.until("reset", 15)
    dispatched("901")
    east.until("changed", 5)


def test_a_session_that_ended_hears_no_more(
    events: EventsProcess, people: People, dispatched: MakeCase
) -> None:
    events.close()
    events.env["DISTRICT_LISTENERS_CHECK"] = "1"
    events.start()
    session = people.session("east")
    east = events.listen(session)
    east.until("hello")
    Session.objects.filter(pk=session).delete()
    east.until("ended", 10)
    dispatched("901")
    east.nothing("changed", 2.0)
