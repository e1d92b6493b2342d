"""The HTTP entrance over real sockets: who may send, what is answered, what a kill leaves."""

from __future__ import annotations

import base64
import gzip
import http.client
import http.server
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from district.kernel.sensing.gateway.client import GatewayAway, GatewayClient
from district.kernel.sensing.gateway.credentials import Throttle, credentials
from district.kernel.sensing.gateway.http import MOST_BODY
from district.kernel.sensing.gateway.tests.fakes import AT, logged, message, wait_for
from district.kernel.sensing.gateway.tests.processes import Process, free_port, served
from district.kernel.sensing.log.tests.samples import kills

ONE = "Basic " + base64.b64encode(b"one:secret").decode()


class Served:
    """A gateway that is served, and how to talk to it."""

    def __init__(self, where: Path) -> None:
        self.folder, self.refused = where / "log", where / "refused"
        self.port = free_port()
        self.process: Process = served(self.folder, self.refused, self.port)
        self.client = GatewayClient(f"http://127.0.0.1:{self.port}", "token", timeout=10)

    def ask(
        self,
        body: bytes,
        path: str = "/readings",
        method: str = "POST",
        **headers: str,
    ) -> tuple[int, dict[str, object], http.client.HTTPMessage]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Authorization": ONE} | named)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, json.loads(data), answer.headers


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = Served(tmp_path_factory.mktemp("served"))
    yield made
    made.process.end()


def test_the_answer_says_what_was_accepted_and_what_not(server: Served) -> None:
    status, told, _ = server.ask(message((1, AT, 1.0, 1), (12, AT, 1.0, 2), (99, AT, 1.0, 3)))
    assert status == 200
    assert told["accepted"] == 1
    assert told["reasons"] == {"foreign": 1, "unknown": 1}
    assert told["items"] == [
        {"item": 1, "reason": "foreign"},
        {"item": 2, "reason": "unknown"},
    ]
    assert (1, AT, 1.0, 1) in logged(server.folder)
    status, told, _ = server.ask(b'{"stream": [1], "time": ["yesterday"], "value": [1]}')
    assert (status, told["items"]) == (
        200,
        [{"item": 0, "reason": "malformed", "detail": "no_time"}],
    )
    assert server.ask(b"{")[0] == 400
    wait_for(lambda: server.refused.exists() and server.refused.read_text().count("\n") == 4)


def test_sensorthings_forms_come_at_its_addresses(server: Served) -> None:
    one = {"phenomenonTime": "2026-02-05T08:00:00Z", "result": 3}
    status, told, _ = server.ask(json.dumps(one).encode(), "/v1.1/Datastreams(2)/Observations")
    assert (status, told["accepted"]) == (200, 1)
    named = json.dumps({**one, "Datastream": {"@iot.id": 3}}).encode()
    assert server.ask(named, "/v1.1/Observations")[1]["accepted"] == 1
    elsewhere = server.ask(named, "/v1.1/Datastreams(4)/Observations")[1]
    assert elsewhere["reasons"] == {"foreign": 1}
    array = {
        "Datastream": {"@iot.id": 4},
        "components": ["phenomenonTime", "result"],
        "dataArray": [["2026-02-05T08:00:00Z", 1], ["2026-02-05T08:00:01Z", 2]],
    }
    told = server.ask(json.dumps([array]).encode(), "/v1.1/CreateObservations")[1]
    assert told["accepted"] == 2


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("", 401),
        ("Basic " + base64.b64encode(b"one:wrong").decode(), 401),
        ("Basic " + base64.b64encode(b"nobody:secret").decode(), 401),
        ("Basic %%%", 401),
        ("Bearer one.secret", 200),
        ("Bearer three.secret", 403),
        ("District wrong", 401),
    ],
)
def test_only_a_source_with_its_secret_may_send(server: Served, header: str, status: int) -> None:
    before = len(logged(server.folder))
    data = message((5, AT + 5, 1.0, 1))
    assert server.ask(data, Authorization=header)[0] == status
    assert len(logged(server.folder)) == before + (status == 200)


def test_packed_bodies_are_read_and_bombs_are_not(server: Served) -> None:
    data = message((6, AT, 1.0, 1))
    packed = gzip.compress(data[:10]) + gzip.compress(data[10:])
    assert server.ask(packed, Content_Encoding="gzip")[1]["accepted"] == 1
    bomb = gzip.compress(b" " * (MOST_BODY * 4), 1)
    assert len(bomb) < MOST_BODY / 10
    assert server.ask(bomb, Content_Encoding="gzip")[0] == 413
    assert server.ask(b"no gzip", Content_Encoding="gzip")[0] == 400
    assert server.ask(gzip.compress(data)[:-9], Content_Encoding="gzip")[0] == 400
    assert server.ask(data, Content_Encoding="br")[0] == 415


def test_bounds_and_addresses_are_told(server: Served) -> None:
    assert server.ask(b" " * (MOST_BODY + 1))[0] == 413
    assert server.ask(b"", "/elsewhere")[0] == 404
    assert server.ask(b"", method="GET")[0] == 405
    assert server.ask(b"", "/state", "GET")[0] == 401
    assert server.ask(b"", "/healthz", "GET")[0] == 200


def test_another_process_appends_for_a_source_and_reads_the_state(server: Served) -> None:
    appended = server.client.append(2, [12, 12, 1], [AT, AT, AT], [1.0, 2.0, 1.0], [5, None, -1])
    assert appended.accepted == 1
    assert appended.refused == ((1, "contradiction"), (2, "foreign"))
    assert (12, AT, 1.0, 5) in logged(server.folder)
    state = server.client.state()
    assert state["datastreams"] == 20
    assert state["log"]["error"] is None
    with pytest.raises(GatewayAway) as caught:
        GatewayClient(f"http://127.0.0.1:{server.port}", "wrong").append(1, [1], [AT], [1.0])
    assert caught.value.status == 401


def test_wrong_secrets_are_slowed_down_by_where_they_come_from() -> None:
    throttle = Throttle(burst=3, every=60)
    assert [throttle.fail("a") for _ in range(3)] == [0, 0, 0]
    assert 0 < throttle.fail("a") <= 60
    assert throttle.fail("b") == 0
    assert credentials("Bearer one.a.b") == ("one", "a.b")
    assert credentials("Basic " + "A" * 401) == ("", "")


def test_after_kills_at_any_moment_every_answered_reading_is_there_once(tmp_path: Path) -> None:
    count, rng = kills(3)
    made = Served(tmp_path)
    answered: set[int] = set()
    ended = threading.Event()

    def send(which: int) -> None:
        """Batches of 20, each sent again until it is answered."""
        first = 0
        client = GatewayClient(f"http://127.0.0.1:{made.port}", "token", timeout=5)
        while not ended.is_set():
            numbers = [which * 1_000_000 + first + at for at in range(20)]
            try:
                client.append(1, [which] * 20, [AT + n for n in numbers], [1.0] * 20, numbers)
            except GatewayAway:
                time.sleep(0.02)
                continue
            answered.update(numbers)
            first += 20

    senders = [threading.Thread(target=send, args=(which,)) for which in range(3)]
    for sender in senders:
        sender.start()
    try:
        for _ in range(count):
            time.sleep(rng.uniform(0.05, 0.7))
            made.process.kill()
            made.process.start()
        time.sleep(0.3)
    finally:
        ended.set()
        for sender in senders:
            sender.join()
        made.process.end()
    found = [row[3] for row in logged(made.folder)]
    assert len(found) == len(set(found))
    assert answered <= set(found)
    assert len(answered) > 100


def test_an_answer_that_is_none_of_the_gateways_counts_as_no_answer() -> None:
    class Failing(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_error(500, "what serves the gateway failed")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with http.server.HTTPServer(("127.0.0.1", 0), Failing) as failing:
        threading.Thread(target=failing.handle_request, daemon=True).start()
        client = GatewayClient(f"http://127.0.0.1:{failing.server_port}", "token", timeout=10)
        with pytest.raises(GatewayAway) as caught:
            client.append(1, [1], [AT], [1.0])
    assert caught.value.status == 500
