"""A small district with cases of three types, and the process that pages listen to."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from district.kernel.base.recent import forget_all
from district.kernel.cases.public import Case, Report, perform, report_case
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Member,
    UnitRow,
    actor_for,
    create_member,
    load_units,
)
from district.kernel.tracking.public import save_calendar
from district.testing.remembered import remembered

LOADER = Actor.system("tests")
PUBLIC = Actor.anonymous()
PASSWORD = "Pass-word-1"  # noqa: S105  # of members who live as long as a test
UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", "东", sort=1),
    UnitRow("901001", "桥头社区", "community", "901", sort=1),
    UnitRow("901002", "桥尾社区", "community", "901", sort=2),
    UnitRow("902", "西街道", "street", "9", "西", sort=2),
    UnitRow("902001", "桥头社区", "community", "902", sort=1),
    UnitRow("9-D01", "试验区水务局", "department", "9", "区水务局", sort=3),
    UnitRow("9-D44", "投诉监督中心", "department", "9", sort=4),
)
ROOT = Path(__file__).resolve().parents[6]
SOURCE = ROOT / "src"


@dataclass(frozen=True)
class People:
    """Somebody in each place."""

    members: dict[str, Member]

    def actor(self, key: str) -> Actor:
        return actor_for(self.members[key])

    def client(self, key: str) -> Client:
        """A browser signed in as that member."""
        client = Client()
        user = self.members[key].user
        assert user is not None
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        return client

    def session(self, key: str) -> str:
        """The key of a session of that member."""
        found: str = self.client(key).cookies[settings.SESSION_COOKIE_NAME].value
        return found


@pytest.fixture
def people(db: None) -> Iterator[People]:
    """Units, calendars, members."""
    forget_all()
    yield People(remembered(_members))
    forget_all()


def _members() -> dict[str, Member]:
    load_units(UNITS, actor=LOADER)
    for key in ("24x7", "working_days"):
        save_calendar(key, kind=key, name=key, actor=LOADER)
    hours = (("09:00", "12:00"), ("14:00", "18:00"))
    save_calendar("working_hours", kind="working_hours", name="工作时间", hours=hours, actor=LOADER)
    at = {
        "duty": ("9", "duty_officer"),
        "leader": ("9", "leader"),
        "east": ("901", "officer"),
        "west": ("902", "officer"),
        "water": ("9-D01", "officer"),
        "viewer": ("9", "viewer"),
    }
    # They hold their posts at whatever moment a test stands.
    begin = datetime(2025, 1, 1, tzinfo=UTC)
    with mock.patch("district.kernel.base.clock.now", return_value=begin):
        return {
            key: create_member(key, unit, role, username=key, password=PASSWORD, actor=LOADER)
            for key, (unit, role) in at.items()
        }


MakeCase = Callable[..., Case]


@pytest.fixture
def reported(people: People) -> MakeCase:
    """`reported(text=..., street=...)`: somebody reports an appeal."""

    def make(text: str = "桥头路口垃圾堆了三天没人清", **given: Any) -> Case:
        where = {"street": "901", "community": "901001", "lon": 114.2, "lat": 22.7, **given}
        return report_case(Report("appeal", text, **where), actor=PUBLIC).case

    return make


@pytest.fixture
def dispatched(reported: MakeCase, people: People) -> MakeCase:
    """`dispatched(unit="902")`: an appeal that the district's desk gave to a unit."""

    def make(unit: str = "901", **given: Any) -> Case:
        case = reported(**given)
        return perform(case.pk, "dispatch", actor=people.actor("duty"), data={"lead_unit": unit})

    return make


@dataclass
class Heard:
    """An event that a listener heard, and when (monotonic seconds)."""

    name: str
    data: dict[str, Any]
    id: str
    at: float


@dataclass
class Listening:
    """One connection to the stream, read in steps."""

    connection: http.client.HTTPConnection
    answer: http.client.HTTPResponse
    rest: bytes = b""
    heard: list[Heard] = field(default_factory=list)

    def until(self, name: str, within: float = 10.0) -> Heard:
        """The next event of that name; AssertionError where none comes in time."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            for event in self._read(deadline - time.monotonic()):
                self.heard.append(event)
                if event.name == name:
                    return event
        raise AssertionError(f"no {name!r} within {within} s; heard {self.heard}")

    def nothing(self, name: str, within: float) -> None:
        """Hear for so long; no event of that name comes."""
        deadline = time.monotonic() + within
        while (left := deadline - time.monotonic()) > 0:
            events = list(self._read(left))
            assert name not in [event.name for event in events], events

    def _read(self, within: float) -> Iterator[Heard]:
        stream = self.connection.sock or self.answer.fp.raw._sock  # type: ignore[attr-defined]  # the socket that the answer took over
        stream.settimeout(max(0.05, within))
        try:
            self.rest += self.answer.read1(65536)
        except (TimeoutError, OSError, http.client.HTTPException):
            return
        *whole, self.rest = self.rest.split(b"\n\n")
        for block in whole:
            lines = dict(
                line.split(": ", 1) for line in block.decode().splitlines() if ": " in line
            )
            if "event" in lines:
                data = json.loads(lines["data"])
                yield Heard(lines["event"], data, lines.get("id", ""), time.monotonic())

    def close(self) -> None:
        self.answer.close()
        self.connection.close()


class EventsProcess:
    """The real process on a port of loopback, over the test's own database."""

    def __init__(self, folder: Path, **env: str) -> None:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.log = folder / f"events-{self.port}.log"
        self.env = {
            **os.environ,
            "DISTRICT_VAR": str(folder),
            "DISTRICT_DATABASE": address_of_database(),
            "DJANGO_SETTINGS_MODULE": "district.conf.test",
            "PYTHONPATH": str(SOURCE),
            "DISTRICT_PAGES_PORT": "0",
            **env,
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.listening: list[Listening] = []

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603  # our own command
                self.command(),
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with suppress(OSError):
                if self.ask("/healthz").status == 200:
                    return
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        raise AssertionError(f"the process does not answer: {self.log.read_text()}")

    def command(self) -> list[str]:
        """As `district run` starts it."""
        command = [sys.executable, "-m", "granian", "--no-ws", "--interface", "asgi"]
        command += ["--host", "127.0.0.1", "--port", str(self.port), "--workers", "1"]
        command += ["--workers-kill-timeout", "3", "--log-level", "warning"]
        return [*command, "district.conf.events:application"]

    def ask(self, path: str, headers: dict[str, str] | None = None) -> http.client.HTTPResponse:
        """One request; the body is not read."""
        opened = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        opened.request("GET", path, headers=headers or {})
        answer = opened.getresponse()
        if not answer.headers.get("content-type", "").startswith("text/event-stream"):
            answer.read()
            opened.close()
        else:
            self.listening.append(Listening(opened, answer))
        return answer

    def listen(self, session: str, **headers: str) -> Listening:
        """Listen with that session."""
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}"
        answer = self.ask("/events/operations_centre/", {"Cookie": cookie, **headers})
        assert answer.status == 200, answer.status
        return self.listening[-1]

    def kill(self) -> None:
        """kill -9 of everything that it started."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def close(self) -> None:
        for one in self.listening:
            one.close()
        self.kill()


def address_of_database() -> str:
    """The address of the database that the test writes to."""
    made = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{made['NAME']}"
    user = f"{made['USER']}:{made['PASSWORD']}@" if made["USER"] else ""
    port = f":{made['PORT']}" if made["PORT"] else ""
    host = str(made["HOST"])
    if host.startswith("/"):
        return f"postgresql://{user}/{made['NAME']}?host={host}" + (
            f"&port={made['PORT']}" if made["PORT"] else ""
        )
    return f"postgresql://{user}{host}{port}/{made['NAME']}"


@pytest.fixture
def events(transactional_db: None, tmp_path: Path) -> Iterator[EventsProcess]:
    """The process, up; nothing of it is left afterwards."""
    made = EventsProcess(tmp_path)
    try:
        made.start()
        yield made
    finally:
        made.close()
        print(made.log.read_text(encoding="utf-8")[-3000:])


@pytest.fixture
def python() -> Callable[[str], str]:
    """`python(code)`: run code with Django up in another process, over the test's database."""

    def run(code: str) -> str:
        env = {
            **os.environ,
            "DISTRICT_DATABASE": address_of_database(),
            "DJANGO_SETTINGS_MODULE": "district.conf.test",
            "PYTHONPATH": str(SOURCE),
        }
        done = subprocess.run(  # noqa: S603  # our own interpreter and code
            [sys.executable, "-c", f"import django; django.setup()\n{code}"],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    return run
