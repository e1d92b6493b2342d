"""The Open311 server held to the text of GeoReport v2, and to what may leave the house."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from district.kernel.cases import types
from district.kernel.cases.public import Case, Contact, Report, perform, report_case
from district.kernel.history.public import Actor
from district.systems.appeals.tests.interfaces import conftest
from district.systems.appeals.tests.interfaces.conftest import People
from district.systems.appeals.tests.interfaces.open311_calls import BASE, SENT, get, post, xml

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services")]
At = Callable[[str], AbstractContextManager[None]]


def test_discovery_names_the_endpoint_and_both_formats(people: People) -> None:
    for place in ("/appeals/open311/discovery", f"{BASE}/discovery"):
        found = Client().get(f"{place}.json").json()
        (endpoint,) = found["endpoints"]
        assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
        assert endpoint["url"] == f"http://testserver{BASE}"
        assert set(endpoint["formats"]) == {"text/xml", "application/json"}
        assert found["changeset"]
        assert found["contact"]
        assert found["key_service"]
    top = xml("discovery.xml")
    assert top.tag == "discovery"
    assert [each.text for each in top.iterfind("endpoints/endpoint/formats/format")] == [
        "application/json",
        "text/xml",
    ]


def test_services_are_the_matters_but_the_sensitive_and_one_for_all_others(
    people: People,
) -> None:
    found = get("services.json")
    assert [one["service_code"] for one in found] == ["01", "02", "other"]
    assert found[0] == {
        "service_code": "01",
        "service_name": "垃圾堆放",
        "description": "",
        "metadata": False,
        "type": "realtime",
        "keywords": "垃圾堆放",
        "group": "",
    }
    top = xml("services.xml")
    assert top.tag == "services"
    assert [one.findtext("service_code") for one in top.iterfind("service")] == [
        "01",
        "02",
        "other",
    ]
    assert top.findtext("service/metadata") == "false"


def test_a_service_is_defined_and_an_unknown_one_is_not_found(people: People) -> None:
    assert get("services/01.json") == {"service_code": "01", "attributes": []}
    assert xml("services/01.xml").tag == "service_definition"
    assert get("services/03.json")[0]["code"] == 404


REQUEST_FIELDS = {
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime",
    "expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url",
}  # fmt: skip


def reported(text: str = "李四家门口的垃圾", **more: Any) -> Case:
    report = Report("appeal", text, **{"matter": "01", "street": "901", "place": "李四家", **more})
    return report_case(report, actor=Actor.anonymous(), contact=Contact("张三", "13800138000")).case


def test_a_request_tells_its_state_and_no_word_of_any_person(people: People) -> None:
    case = reported(lon="114.251234", lat="22.720001")
    perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901", "text": "找李四"})
    perform(case.pk, "accept", actor=people.east)
    perform(case.pk, "finish", actor=people.east, data={"result": "李四已清走"})
    (found,) = get(f"requests/{case.number}.json")
    assert set(found) == REQUEST_FIELDS
    assert (found["status"], found["status_notes"]) == ("open", "办结")
    assert (found["service_code"], found["service_name"]) == ("01", "垃圾堆放")
    assert found["description"] == "垃圾堆放 · 东街道"
    assert found["agency_responsible"] == "东街道"
    assert found["requested_datetime"] == "2025-09-22T10:00:00+08:00"
    assert (found["lat"], found["long"]) == (22.720001, 114.251234)
    perform(case.pk, "close", actor=people.desk, data={"satisfaction": "satisfied"})
    (found,) = get("requests.json")
    assert (found["status"], found["updated_datetime"]) == ("closed", "2025-09-22T10:00:00+08:00")
    shown = Client().get(f"{BASE}/requests.json").content.decode()
    shown += Client().get(f"{BASE}/requests.xml").content.decode()
    for word in ("李四", "张三", "13800138000", "满意"):
        assert word not in shown


def test_what_is_sensitive_confidential_or_about_a_unit_is_not_there(people: People) -> None:
    hidden = [
        reported(matter="03"),
        reported(is_confidential=True),
        reported(complained_unit="901"),
    ]
    shown = reported()
    assert [one["service_request_id"] for one in get("requests.json")] == [shown.number]
    for case in hidden:
        assert get(f"requests/{case.number}.json")[0]["code"] == 404
        assert get("requests.json", service_request_id=case.number) == []


def test_a_matter_that_became_sensitive_takes_its_cases_out(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    case = reported()
    now = {**conftest.MATTERS, "01": replace(conftest.MATTERS["01"], sensitive=True)}
    monkeypatch.setitem(types._MATTERS, "appeal", now.get)
    assert get("requests.json") == []
    assert get(f"requests/{case.number}.json")[0]["code"] == 404


def test_a_place_is_rough_while_nobody_has_said_what_it_is(people: People) -> None:
    case = reported(matter="", lon="114.251234", lat="22.720001")
    (found,) = get(f"requests/{case.number}.json")
    assert (found["lat"], found["long"], found["service_code"]) == (22.72, 114.251, "other")


def test_requests_are_filtered_as_the_standard_says(people: People, at: At) -> None:
    with at("2025-09-01T10:00+08:00"):
        first = reported()
    second = reported(matter="02")
    third = reported(matter="")
    perform(third.pk, "decline", actor=people.desk, data={"text": "重复"})

    def numbers(**query: str) -> set[str]:
        return {one["service_request_id"] for one in get("requests.json", **query)}

    assert numbers() == {first.number, second.number, third.number}
    assert numbers(status="closed") == {third.number}
    assert numbers(status="open,closed", service_code="02,other") == {second.number, third.number}
    assert numbers(start_date="2025-09-10T00:00:00Z") == {second.number, third.number}
    assert numbers(end_date="2025-09-10T00:00:00+08:00") == {first.number}
    both = f"{first.number},{second.number.lower()}"
    # It overrides the rest.
    assert numbers(service_request_id=both, status="closed") == {first.number, second.number}
    answer = xml("requests.xml", service_request_id=both)
    assert len(answer.findall("request")) == 2


def test_without_dates_the_last_ninety_days_are_meant(people: People, at: At) -> None:
    with at("2025-06-01T10:00+08:00"):
        old = reported()
    assert get("requests.json") == []
    span = {"start_date": "2025-05-20T00:00:00Z", "end_date": "2025-08-01T00:00:00Z"}
    assert [one["service_request_id"] for one in get("requests.json", **span)] == [old.number]


@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "yesterday"},
        {"start_date": "2025-09-01T00:00:00"},
        {"start_date": "0001-01-01T00:00:00Z"},
        {"start_date": "2025-01-01T00:00:00Z", "end_date": "2025-09-01T00:00:00Z"},
        {"start_date": "2025-09-02T00:00:00Z", "end_date": "2025-09-01T00:00:00Z"},
        {"status": "done"},
    ],
)
def test_a_bad_filter_is_an_error_of_the_standard(people: People, query: dict[str, str]) -> None:
    answer = Client().get(f"{BASE}/requests.json", query)
    assert answer.status_code == 400
    assert answer.json()[0]["code"] == 400


def test_no_more_than_a_thousand_are_told_the_newest_first(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("district.systems.appeals.open311.selectors.MOST", 2)
    cases = [reported() for _number in range(3)]
    assert [one["service_request_id"] for one in get("requests.json")] == [
        cases[2].number,
        cases[1].number,
    ]


def test_a_list_costs_the_same_few_statements_however_long(
    people: People, django_assert_max_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    for _number in range(12):
        reported()
    get("requests.json")
    with django_assert_max_num_queries(3):
        assert len(get("requests.json")) == 12


def test_asking_too_often_is_answered_with_how_long_to_wait(people: People, settings: Any) -> None:
    settings.DISTRICT_RATES = "appeals.report.address=1/60"
    post()
    answer = Client().post(f"{BASE}/requests.xml", SENT)
    assert answer.status_code == 429
    assert b"<code>429</code>" in answer.content
    assert int(answer["Retry-After"]) > 0


def test_other_methods_are_told_which_ones_there_are(people: People) -> None:
    answer = Client().delete(f"{BASE}/requests.json")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")


WILD = st.text(max_size=60) | st.sampled_from(["\x00", "1e999", "٣", "01", "other", "2025-09-01"])
_HEALTH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=30, deadline=None, suppress_health_check=_HEALTH)
@given(
    fields=st.dictionaries(
        st.sampled_from([*SENT, "attribute[x]", "jurisdiction_id", "email", "media_url"]), WILD
    ),
    query=st.dictionaries(
        st.sampled_from(["start_date", "end_date", "status", "service_code", "service_request_id"]),
        WILD,
    ),
    word=WILD,
    form=st.sampled_from(["json", "xml"]),
)
def test_whatever_comes_in_the_answer_is_well_formed_and_never_a_failure(
    people: People, fields: dict[str, str], query: dict[str, str], word: str, form: str
) -> None:
    client = Client(raise_request_exception=True)
    from urllib.parse import quote

    body = {key: value.encode("utf-8", "ignore").decode() for key, value in fields.items()}
    asked = {key: value.encode("utf-8", "ignore").decode() for key, value in query.items()}
    path = quote(word.encode("utf-8", "ignore").decode(), safe="") or "x"
    answers = [
        client.post(f"{BASE}/requests.{form}", body),
        client.get(f"{BASE}/requests.{form}", asked),
        client.get(f"{BASE}/requests/{path}.{form}"),
        client.get(f"{BASE}/services/{path}.{form}"),
        client.get(f"{BASE}/tokens/{path}.{form}"),
    ]
    for answer in answers:
        assert answer.status_code < 500
        if answer["Content-Type"].startswith("text/html"):
            assert answer.status_code == 404  # an address that is none of ours
        elif form == "xml":
            ElementTree.fromstring(answer.content)  # noqa: S314  # our own answer
        else:
            json.loads(answer.content)


@pytest.fixture
def server(people: People, transactional_db: None, live_server: Any) -> str:
    """The address of a running server."""
    return f"{live_server.url}{BASE}"


def test_a_client_of_the_standard_reads_services_and_requests(server: str, people: People) -> None:
    from georeport import GeoReport  # type: ignore[import-untyped]  # it declares no types

    case = reported(lon="114.251234", lat="22.720001")
    reported(matter="02")
    for form in ("json", "xml"):
        client = GeoReport(server, jurisdiction="9", output_format=form)
        services = client.get_service_list()
        assert [one["service_code"] for one in services] == ["01", "02", "other"]
        assert client.get_service_definition("01")["service_code"] == "01"
        found = client.get_service_requests(service_code="01", status="open")
        one = found if isinstance(found, dict) else found[0]
        assert one["service_request_id"] == case.number
        assert client.get_service_request(case.number)["service_code"] == "01"
        dated = client.get_service_requests(
            start_date="2025-09-20T00:00:00Z", end_date="2025-09-23T00:00:00Z"
        )
        assert len(dated) == 2
