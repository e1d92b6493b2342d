"""A whole installation in a temporary folder: real server, real worker, to be killed."""

from __future__ import annotations

import http.client
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = Path(__file__).with_name("template.py")
TOKEN = "a" * 32  # Django takes any 32 letters as a CSRF secret
_OF_THE_TEST = "PYTEST_CURRENT_TEST"  # it changes, and concerns no process of the product
READY_WITHIN = 90.0  # seconds; a busy machine starts processes slowly


@dataclass(frozen=True)
class Answer:
    """What the server answered: status, text, headers by lower-case name."""

    status: int
    text: str
    headers: dict[str, str] = field(default_factory=dict)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Template:
    """The process of `template.py` in one environment: runs steps, starts processes by forking."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self._process = subprocess.Popen(  # noqa: S603  # our own script
            [sys.executable, "-W", "ignore", str(TEMPLATE)],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **asked: Any) -> Any:
        """What it answers."""
        asker, answerer = self._process.stdin, self._process.stdout
        assert asker is not None
        assert answerer is not None
        asker.write(json.dumps(asked) + "\n")
        asker.flush()
        line = answerer.readline()
        assert line, "the template has ended; its complaint stands in the output"
        return json.loads(line)

    def close(self) -> None:
        """It ends with its input; what was forked from it goes on."""
        self._process.communicate()


class Forked:
    """A process that was forked from a template; what `Popen` can do with it as well."""

    def __init__(self, template: Template, *arguments: str, log: Path) -> None:
        self._template, self.args = template, list(arguments)
        self.pid: int = template.ask(start=arguments, log=str(log))

    def poll(self) -> int | None:
        """The exit code; None while it runs."""
        found: int | None = self._template.ask(ask=self.pid, wait=False)
        return found

    def wait(self) -> int:
        """The exit code, at its end."""
        found: int = self._template.ask(ask=self.pid, wait=True)
        return found


Started = subprocess.Popen[bytes] | Forked


class Installation:
    """One folder, one database, its processes."""

    def __init__(self, home: Path, database: str) -> None:
        self.home, self.database, self.port = home, database, free_port()
        self.people: dict[str, str] = {}
        self.more: dict[str, str] = {}
        self._processes: list[Started] = []
        self._templates: list[Template] = []
        self.log = home / "processes.log"

    @property
    def environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if name != _OF_THE_TEST}
        return {
            **ours,
            "DISTRICT_VAR": str(self.home),
            "DISTRICT_DATABASE": self.database,
            "DISTRICT_SYSTEMS": "+district.testing.dummy",
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}",
            **self.more,
        }

    def _template(self) -> Template:
        """The template of the present environment."""
        environment = self.environment
        if not self._templates or self._templates[-1].environment != environment:
            self._templates.append(Template(environment))
        return self._templates[-1]

    def step(self, name: str, **given: Any) -> Any:
        """Run one step of steps.py to its end, in a process of its own; what it printed."""
        out, log = self.home / "step.out", self.home / "step.log"
        log.unlink(missing_ok=True)
        code = self._template().ask(step=name, given=given, out=str(out), log=str(log))
        assert code == 0, f"{name}: {log.read_text(encoding='utf-8')[-3000:]}"
        return json.loads(out.read_text(encoding="utf-8").splitlines()[-1])

    def fork(self, *arguments: str) -> Forked:
        """Start a process of the product, in its own group, from one that has imported it."""
        process = Forked(self._template(), *arguments, log=self.log)
        self._processes.append(process)
        return process

    def start(self, *arguments: str, largest_file: int | None = None) -> subprocess.Popen[bytes]:
        """Start a process of its own group; with `largest_file` no file may grow beyond it."""

        def limit() -> None:
            if largest_file is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

        # A pipe to cat, so that the limit on files does not silence the process.
        with self.log.open("ab") as log:
            tee = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=log)  # noqa: S607  # cat
        process = subprocess.Popen(  # noqa: S603  # our own command
            [sys.executable, *arguments],
            env=self.environment,
            cwd=ROOT,
            stdout=tee.stdin,
            stderr=tee.stdin,
            start_new_session=True,
            preexec_fn=limit,  # the tests start processes from one thread
        )
        assert tee.stdin is not None
        tee.stdin.close()
        self._processes += [process, tee]
        return process

    def worker(self) -> Forked:
        """Start the worker."""
        return self.fork("-m", "district.cli", "worker")

    def server(
        self, *, largest_file: int | None = None, workers: int = 2
    ) -> subprocess.Popen[bytes]:
        """Start the server as `district run` does, and wait until it answers. One of its workers
        is enough where it is asked by one hand."""
        process = self.start(
            *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
            *("--port", str(self.port), "--workers", str(workers)),
            *("--no-ws", "--log-level", "warning", "--blocking-threads", "8"),
            *("--backpressure", "64"),
            "district.conf.wsgi:application",
            largest_file=largest_file,
        )
        self.until(lambda: self.ask("GET", "/healthz").status == 200, "the server answers")
        return process

    @staticmethod
    def kill(process: Started) -> None:
        """kill -9 of the process and everything that it started."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def close(self) -> None:
        """End what still runs."""
        for process in self._processes:
            if process.poll() is None:
                if process.args == ["cat"]:
                    os.kill(process.pid, signal.SIGKILL)
                    process.wait()
                else:
                    self.kill(process)
        for template in self._templates:
            template.close()

    def ask(
        self,
        method: str,
        path: str,
        *,
        who: str = "",
        data: dict[str, Any] | None = None,
        file: tuple[str, bytes] | None = None,
    ) -> Answer:
        """One request on a fresh connection; status 0 when it was cut off unanswered."""
        headers = {"Cookie": f"csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
        if who:
            headers["Cookie"] += f"; sessionid={self.people[who]}"
        body = b""
        if file is not None:
            body, headers["Content-Type"] = _multipart(*file)
        elif data is not None:
            body = urlencode(data).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, text, headers)
        except (OSError, http.client.HTTPException):
            return Answer(0, "")
        finally:
            connection.close()

    def until(self, holds: Callable[[], object], what: str, within: float = READY_WITHIN) -> None:
        """Wait until something holds; an AssertionError with the processes' log otherwise."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if holds():
                return
            time.sleep(0.02)
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        raise AssertionError(f"not within {within} s: {what}\n{text[-3000:]}")

    def look(self, sql: str) -> Any:
        """The first value of a query over a connection of our own; None when there is none."""
        if self.database.startswith("sqlite"):
            import sqlite3

            with _closing(sqlite3.connect(self.home / "district.sqlite3", timeout=20)) as found:
                row = found.execute(sql).fetchone()
        else:
            import psycopg

            with psycopg.connect(self.database) as opened:
                row = opened.execute(sql).fetchone()  # type: ignore[call-overload]  # wants a literal
        return row[0] if row else None


@contextmanager
def _closing(thing: Any) -> Iterator[Any]:
    try:
        yield thing
    finally:
        thing.close()


def _multipart(name: str, content: bytes) -> tuple[bytes, str]:
    boundary = "district-fault-tests"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


def copied(prepared: Path, home: Path) -> None:
    """A folder like the prepared one, keys included."""
    shutil.copytree(prepared, home, dirs_exist_ok=True)
