"""The process of events: where it listens, what pages are told of it, that it comes back."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import RequestFactory

from district.kernel.base import streams
from district.kernel.base.streams import declare_stream, stream_url
from district.runtime import events
from district.ui.middleware import policy_listening_to

pytestmark = pytest.mark.one_database
SOURCE = Path(__file__).resolve().parents[3]
KEEPER = """
import os, sys
from district.runtime import processes
processes._PAUSE = 0.3
kept = processes.Processes(grace=1.0)
kept.start("main", [sys.executable, "-c", "import time; time.sleep(60)"], os.environ)
code = "import os, time; print('up', os.getpid(), flush=True); time.sleep(60)"
kept.start("events", [sys.executable, "-c", code], os.environ, comfort=True)
sys.exit(kept.wait())
"""


def test_the_process_listens_behind_the_pages_or_where_the_operator_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DISTRICT_EVENTS_PORT", raising=False)
    monkeypatch.delenv("DISTRICT_EVENTS_URL", raising=False)
    assert events.port_beside(8000) == 8001
    told = events.environment(8000, 8001)
    assert (told["DISTRICT_EVENTS_URL"], told["DISTRICT_PAGES_PORT"]) == (":8001", "8000")
    monkeypatch.setenv("DISTRICT_EVENTS_PORT", "9100")
    monkeypatch.setenv("DISTRICT_EVENTS_URL", "/events")
    assert events.port_beside(8000) == 9100
    assert events.environment(8000, 9100)["DISTRICT_EVENTS_URL"] == "/events"
    monkeypatch.setattr(streams, "_STREAMS", {})
    assert events.port_beside(8000) == 0, "where no system has a stream there is no process"


def test_a_page_is_told_the_address_in_words_of_its_own_host(settings: LazySettings) -> None:
    request = RequestFactory().get("/", HTTP_HOST="localhost:8000")
    settings.DISTRICT_EVENTS_URL = ":8001"
    assert stream_url(request, "x") == "http://localhost:8001/events/x/"
    settings.DISTRICT_EVENTS_URL = "https://live.example.cn/events/"
    assert stream_url(request, "x") == "https://live.example.cn/events/x/"
    assert policy_listening_to(stream_url(request, "x")).endswith("'self' https://live.example.cn")
    settings.DISTRICT_EVENTS_URL = ""
    assert stream_url(request, "x") == ""
    assert policy_listening_to("").endswith("; connect-src 'self'")


def test_a_stream_is_declared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_STREAMS", {})
    monkeypatch.setattr(streams, "note", lambda *_: None)

    def load() -> Any:
        return None

    declare_stream("x", load)
    declare_stream("x", load)
    with pytest.raises(ValueError, match="declared twice"):
        declare_stream("x", lambda: load())


@pytest.mark.parametrize(("path", "status"), [("/healthz", 200), ("/", 404), ("/events/no/", 404)])
def test_nothing_but_streams_is_served(path: str, status: int) -> None:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    asyncio.run(events.application({"type": "http", "path": path}, receive, send))
    assert sent[0]["status"] == status


def test_a_child_of_comfort_comes_back_and_the_others_go_on() -> None:
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    keeper = subprocess.Popen(  # noqa: S603  # our own code, without a shell
        [sys.executable, "-c", KEEPER], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert keeper.stdout is not None
    try:
        first = int(keeper.stdout.readline().split()[1])
        os.kill(first, signal.SIGKILL)
        assert "events was ended by SIGKILL; starting it again" in keeper.stdout.readline()
        second = int(keeper.stdout.readline().split()[1])
        assert second != first
        assert keeper.poll() is None
        keeper.send_signal(signal.SIGTERM)
        assert keeper.wait(timeout=20) == 0
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and _lives(second):
            time.sleep(0.05)
        assert not _lives(second)
    finally:
        if keeper.poll() is None:
            keeper.kill()
            keeper.wait()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
