"""Requests of another Open311 server become cases, once each, and the command says what it did."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from district.kernel.base.errors import Invalid
from district.kernel.cases.public import Case
from district.systems.appeals import commands
from district.systems.appeals.calling import CallError
from district.systems.appeals.open311 import client
from district.systems.appeals.open311.client import Source, pull_requests
from district.systems.appeals.tests.interfaces.conftest import People

pytestmark = pytest.mark.django_db
THERE = "https://city.example/open311/v2"
ONE = {
    "service_request_id": 638344,
    "status": "open",
    "service_name": "垃圾堆放",
    "service_code": "01",
    "description": "东边路口的垃圾没人清",
    "requested_datetime": "2025-09-20T06:37:38Z",
    "address": "桥头路",
    "lat": 22.72,
    "long": 114.25,
}
Serve = Callable[..., list[dict[str, list[str]]]]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch, people: People) -> Serve:
    """`serve(request, ...)`: the other server has these; returns the queries that it is asked."""

    def has(*items: Any) -> list[dict[str, list[str]]]:
        asked: list[dict[str, list[str]]] = []

        def call(method: str, url: str) -> Any:
            query = parse_qs(urlsplit(url).query)
            asked.append(query)
            since, until = (
                datetime.fromisoformat(query[name][0]) for name in ("start_date", "end_date")
            )
            return [
                item
                for item in items
                if not isinstance(item, dict)
                or since <= datetime.fromisoformat(item["requested_datetime"]) < until
            ]

        monkeypatch.setattr(client, "call_json", call)
        return asked

    return has


def test_a_request_becomes_a_case_once_however_often_it_is_pulled(serve: Serve) -> None:
    serve(ONE)
    first = pull_requests(Source(THERE))
    again = pull_requests(Source(THERE))
    assert (first.created, first.known, first.refused) == (1, 0, [])
    assert (again.created, again.known) == (0, 1)
    case = Case.objects.get()
    assert (case.source, case.source_name, case.source_number) == ("api", "city.example", "638344")
    assert (case.text, case.place, case.matter) == (ONE["description"], "桥头路", "01")
    assert case.reported_at.isoformat() == "2025-09-20T06:37:38+00:00"
    assert str(case.lat) == "22.720000"


def test_a_code_means_our_matter_only_where_the_name_agrees(serve: Serve) -> None:
    serve({**ONE, "service_name": "Potholes"})
    pull_requests(Source(THERE))
    assert Case.objects.get().matter == ""


def test_what_cannot_be_taken_is_named_and_harms_no_other(serve: Serve) -> None:
    serve(
        {**ONE, "service_request_id": None},
        {**ONE, "service_request_id": "a", "description": "", "service_name": ""},
        {**ONE, "service_request_id": "b", "lat": "north"},
        "rubbish",
        ONE,
    )
    found = pull_requests(Source(THERE))
    assert found.created == 1
    assert [number for number, _problem in found.refused] == ["", "a", "b", ""]
    assert all(problem for _number, problem in found.refused)


def test_a_long_time_is_asked_for_in_spans_of_ninety_days(serve: Serve) -> None:
    asked = serve(ONE)
    pull_requests(Source(THERE, jurisdiction="city.example"), since=_day("2025-01-01"))
    assert len(asked) == 3
    assert {query["jurisdiction_id"][0] for query in asked} == {"city.example"}
    assert {query["status"][0] for query in asked} == {"open"}


def test_a_span_that_is_full_is_asked_for_in_halves(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "MOST", 4)
    start = _day("2025-09-01")
    items = [
        {
            **ONE,
            "service_request_id": f"r{number}",
            "requested_datetime": (start + timedelta(hours=number)).isoformat(),
        }
        for number in range(10)
    ]
    serve(*items)
    assert pull_requests(Source(THERE)).created == 10


def _day(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T00:00:00+08:00")


@pytest.mark.parametrize("url", ["", "ftp://x/y", "city.example/v2", "file:///etc/passwd"])
def test_an_address_that_is_none_is_told_so(people: People, url: str) -> None:
    with pytest.raises(Invalid):
        pull_requests(Source(url))


def test_a_server_that_does_not_answer_as_the_standard_says_is_told_so(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "call_json", lambda *_args: {"error": "no"})
    with pytest.raises(CallError):
        pull_requests(Source(THERE))


def command(*words: str) -> int:
    """What `district appeals ...` returns."""
    parser = argparse.ArgumentParser()
    commands.add_arguments(parser)
    return commands.run(parser.parse_args(words))


def test_the_command_says_what_it_did_and_what_it_could_not(
    serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(ONE, {**ONE, "service_request_id": "b", "lat": "north"})
    assert command("pull-open311", THERE, "--name", "邻区") == 2
    said = capsys.readouterr().out
    assert "1 new, 0 known, 1 refused" in said
    assert "refused b: " in said
    assert Case.objects.get().source_name == "邻区"
    assert command("pull-open311", THERE, "--since", "soon") == 1
    assert command("pull-open311", "ftp://x") == 1


def test_our_own_server_is_one_that_we_can_pull_from(
    people: People, transactional_db: None, live_server: Any
) -> None:
    from district.kernel.cases.public import Report, report_case

    for number in range(3):
        report = Report("appeal", f"第{number}处垃圾没人清", matter="01", lon="114.2", lat="22.7")
        report_case(report, actor=people.desk)
    source = Source(f"{live_server.url}/appeals/open311/v2", "本区")
    found = pull_requests(source)
    assert (found.created, found.known, found.refused) == (3, 0, [])
    taken = Case.objects.filter(source_name="本区")
    assert {case.matter for case in taken} == {"01"}
    assert {case.source_number for case in taken} == set(
        Case.objects.filter(source_name="").values_list("number", flat=True)
    )
