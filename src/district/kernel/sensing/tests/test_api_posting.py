"""Observations over HTTP: accepted into the log, or in quarantine with a reason; never lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from district.kernel.sensing import services
from district.kernel.sensing.models import Datastream, Quarantined
from district.kernel.sensing.tests.conftest import LOADER, Caller, MakeSource, MakeStream
from district.kernel.sensing.tests.memory import MemoryLog

NOON = 1_758_513_600_000_000
AT = "2025-09-22T04:00:00Z"


@pytest.fixture
def mine(source: MakeSource, stream: MakeStream, log: MemoryLog) -> tuple[Datastream, Caller]:
    _row, caller = source("gw-1")
    return stream("S-1", source="gw-1"), caller


def _reasons() -> dict[str, int]:
    return dict(Quarantined.objects.values_list("reason", "count"))


def test_an_observation_is_in_the_log_before_the_answer(
    mine: tuple[Datastream, Caller], log: MemoryLog
) -> None:
    made, caller = mine
    sent = {"phenomenonTime": AT, "result": 1.25, "parameters": {"sequence": 7}}
    answer = caller.post(f"/Datastreams({made.pk})/Observations", sent)
    assert answer.status_code == 201
    assert answer["Location"].endswith(f"/Observations('{made.pk}-{NOON}')")
    ((stream, time, value, _received, sequence),) = log.rows
    assert (stream, time, value, sequence) == (made.pk, NOON, 1.25, 7)
    assert caller.client.get(answer["Location"], headers=caller.headers).json()["result"] == 1.25


def test_an_observation_without_a_time_is_of_now(
    mine: tuple[Datastream, Caller], log: MemoryLog
) -> None:
    made, caller = mine
    answer = caller.post("/Observations", {"result": 2, "Datastream": {"@iot.id": made.pk}})
    assert answer.status_code == 201
    assert log.rows[0][1] == log.rows[0][3] == 1_758_502_800_000_000


@pytest.mark.parametrize(
    "sent",
    [
        {"result": "high"},
        {"result": True},
        {"result": None},
        {},
        {"result": 10**400},
        {"result": 1, "phenomenonTime": "yesterday"},
        {"result": 1, "phenomenonTime": "2025-09-22T04:00:00"},
        {"result": 1, "phenomenonTime": f"{AT}/2025-09-22T05:00:00Z"},
        {"result": 1, "phenomenonTime": 5},
        {"result": 1, "phenomenonTime": "9999-12-31T23:59:59Z"},
        {"result": 1, "parameters": {"sequence": "one"}},
        {"result": 1, "FeatureOfInterest": {"name": "新的"}},
        {"result": 1, "FeatureOfInterest": {"@iot.id": 99}},
    ],
)
def test_what_cannot_be_read_is_refused_in_words_and_kept_as_sent(
    mine: tuple[Datastream, Caller], log: MemoryLog, sent: dict[str, Any]
) -> None:
    made, caller = mine
    answer = caller.post(f"/Datastreams({made.pk})/Observations", sent)
    assert answer.status_code == 400
    assert "读不懂" in answer.json()["message"]
    held = Quarantined.objects.get()
    assert (held.reason, held.datastream_id, held.stream) == ("malformed", made.pk, str(made.pk))
    assert held.fragment == json.dumps(sent, ensure_ascii=False)[:500]
    assert log.rows == []


@pytest.mark.parametrize("body", ["{", '{"result": NaN}', b"\xff", '{"result": 1e999}', "[" * 5000])
def test_a_body_that_is_no_json_is_refused(
    mine: tuple[Datastream, Caller], body: str | bytes
) -> None:
    made, caller = mine
    answer = caller.send("post", f"/Datastreams({made.pk})/Observations", body)
    assert answer.status_code == 400
    assert "JSON" in answer.json()["message"]


def test_results_must_be_of_the_declared_kind(
    source: MakeSource, stream: MakeStream, log: MemoryLog
) -> None:
    _row, caller = source("gw-1")
    truth = stream("S-1", source="gw-1", observation_type="truth")
    count = stream("S-2", source="gw-1", observation_type="count")
    for made, good, bad in ((truth, True, 1), (count, 3, 2.5)):
        path = f"/Datastreams({made.pk})/Observations"
        assert caller.post(path, {"result": good, "phenomenonTime": AT}).status_code == 201
        assert caller.post(path, {"result": bad, "phenomenonTime": AT}).status_code == 400
    assert [row[2] for row in log.rows] == [1.0, 3.0]


def test_a_source_writes_its_own_datastreams_alone(
    mine: tuple[Datastream, Caller], source: MakeSource, stream: MakeStream, log: MemoryLog
) -> None:
    _made, caller = mine
    source("gw-2")
    other, nobodys = stream("S-2", source="gw-2"), stream("S-3")
    retired = stream("S-4", source="gw-1")
    services.retire_datastream(retired.pk, actor=LOADER)
    for stream_id, status in ((other.pk, 403), (nobodys.pk, 403), (4711, 404), (retired.pk, 409)):
        sent = {"result": 1, "phenomenonTime": AT, "Datastream": {"@iot.id": stream_id}}
        assert caller.post("/Observations", sent).status_code == status
    assert log.rows == []
    assert _reasons() == {"foreign": 1, "unknown": 1, "retired": 1} or sum(_reasons().values()) == 3
    assert Quarantined.objects.filter(reason="foreign").count() == 2


def test_members_send_no_observations(
    browser: Callable[..., Client], stream: MakeStream, log: MemoryLog
) -> None:
    made = stream("S-1")
    for role in ("administrator", "planner", "officer"):
        caller = Caller(browser(role, "9"))
        assert (
            caller.post(f"/Datastreams({made.pk})/Observations", {"result": 1}).status_code == 403
        )
    assert log.rows == []


def test_a_member_s_browser_must_send_the_page_s_token(member: Callable[..., Any]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member("administrator", "9").user)
    answer = Caller(client).post("/Things", {"name": "站"})
    assert answer.status_code == 403
    assert "X-CSRFToken" in answer.json()["message"]


def test_what_the_log_refuses_is_said(mine: tuple[Datastream, Caller], log: MemoryLog) -> None:
    made, caller = mine
    path = f"/Datastreams({made.pk})/Observations"
    sent = {"result": 1, "phenomenonTime": AT}
    assert caller.post(path, sent).status_code == 201
    again = caller.post(path, sent)
    assert (again.status_code, "重复" in again.json()["message"]) == (409, True)
    other = caller.post(path, {**sent, "result": 2})
    assert (other.status_code, "不同数值" in other.json()["message"]) == (409, True)


def test_data_arrays_become_one_append_and_tell_each_row(
    mine: tuple[Datastream, Caller], log: MemoryLog, stream: MakeStream
) -> None:
    made, caller = mine
    foreign = stream("S-9")
    sent = [
        {
            "Datastream": {"@iot.id": made.pk},
            "components": ["phenomenonTime", "result"],
            "dataArray@iot.count": 3,
            "dataArray": [
                [AT, 1.5],
                ["2025-09-22T04:01:00Z", "x"],
                ["2025-09-22T04:02:00Z", 2.5],
                ["2025-09-22T04:03:00Z"],
                [AT, 1.5],
            ],
        },
        {
            "Datastream": {"@iot.id": foreign.pk},
            "components": ["result"],
            "dataArray": [[1]],
        },
        {"Datastream": {"@iot.id": [1]}, "components": ["result"], "dataArray": [[1]]},
    ]
    answer = caller.post("/CreateObservations", sent)
    assert answer.status_code == 201
    kinds = [each if each == "error" else "ok" for each in answer.json()]
    assert kinds == ["ok", "error", "ok", "error", "error", "error", "error"]
    assert log.appends == 1
    assert [row[2] for row in log.rows] == [1.5, 2.5]
    assert _reasons() == {"malformed": 2, "foreign": 1, "unknown": 1}


@pytest.mark.parametrize(
    "sent", [{}, [{}], [{"components": ["result"]}], [{"components": "x", "dataArray": []}], [5]]
)
def test_a_data_array_that_is_none_is_refused(mine: Any, sent: Any) -> None:
    _made, caller = mine
    assert caller.post("/CreateObservations", sent).status_code == 400


def test_thousands_of_observations_cost_the_statements_of_one(
    mine: tuple[Datastream, Caller], log: MemoryLog
) -> None:
    made, caller = mine
    rows = [[f"2025-09-22T04:{n // 60:02}:{n % 60:02}Z", n] for n in range(3000)]
    sent = [
        {
            "Datastream": {"@iot.id": made.pk},
            "components": ["phenomenonTime", "result"],
            "dataArray": rows,
        }
    ]
    caller.get("/")
    with CaptureQueriesContext(connection) as asked:
        assert caller.post("/CreateObservations", sent).status_code == 201
    assert len(asked) <= 5
    assert len(log.rows) == 3000


def test_without_a_log_nothing_is_acknowledged(source: MakeSource, stream: MakeStream) -> None:
    _row, caller = source("gw-1")
    made = stream("S-1", source="gw-1")
    answer = caller.post(f"/Datastreams({made.pk})/Observations", {"result": 1})
    assert answer.status_code == 503


def test_a_wrong_secret_opens_nothing_and_too_many_have_to_wait(
    mine: tuple[Datastream, Caller],
) -> None:
    _made, caller = mine
    wrong = Caller(Client(), "gw-1", "no")
    statuses = [wrong.ask("/Things").status_code for _n in range(62)]
    assert set(statuses[:60]) == {401}
    assert statuses[-1] == 429
    assert caller.ask("/Things").status_code == 200


@pytest.mark.parametrize(
    "header",
    ["Basic x", "Basic //8=", "Bearer", "Bearer a.b", "Digest x", "Basic", "Basic YQBiOmM="],
)
def test_a_header_that_cannot_be_read_is_nobody(district: None, header: str) -> None:
    answer = Client().get("/sensorthings/v1.1/Things", headers={"Authorization": header})
    assert answer.status_code == 401


def test_a_secret_works_as_a_bearer_too_and_is_noted_once_a_minute(
    source: MakeSource, hold: Callable[[str], None]
) -> None:
    row, _caller = source("gw-1")
    secret = services.issue_credential(row.pk, actor=LOADER)
    header = {"Authorization": f"Bearer gw-1.{secret}"}
    assert Client().get("/sensorthings/v1.1/", headers=header).status_code == 200
    used = row.credentials.get(hint=secret[:6]).last_used_at
    with CaptureQueriesContext(connection) as asked:
        Client().get("/sensorthings/v1.1/", headers=header)
    assert used is not None
    assert len(asked) == 1
