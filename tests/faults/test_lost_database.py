"""PostgreSQL goes away and comes back: a plain answer meanwhile, and nobody restarts anything."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.faults.installation import Installation

from district.testing import postgres

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


class Cluster:
    """A PostgreSQL cluster of the test's own that can be stopped and started."""

    def __init__(self, binaries: Path, address: str) -> None:
        self.address = address
        with psycopg.connect(address) as opened:
            row = opened.execute("SHOW data_directory").fetchone()
        assert row is not None
        self._data, self._control = row[0], str(binaries / "pg_ctl")

    def stop(self) -> None:
        """As a crash does: connections are cut."""
        self._run("-m", "immediate", "-w", "stop")

    def start(self) -> None:
        """Recover and listen again."""
        self._run("-w", "-l", f"{self._data}.log", "start")

    def _run(self, *arguments: str) -> None:
        prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*prefix, self._control, "-D", self._data, *arguments]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)  # noqa: S603  # our own command


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    found = postgres.binaries()
    if found is None:
        pytest.skip("NOT RUN: no initdb found; apt-get install postgresql")
    with postgres.cluster(found) as address:
        yield Cluster(found, address)


@pytest.fixture(scope="module")
def running(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation on that cluster, server and worker up."""
    made = Installation(tmp_path_factory.mktemp("var"), cluster.address)
    made.people = made.step("prepare")
    try:
        made.server()
        made.worker()
        yield made
    finally:
        made.close()


def test_pages_say_that_the_database_is_gone_and_work_again_when_it_is_back(
    cluster: Cluster, running: Installation
) -> None:
    page = f"/dummy/lamps/{running.people['lamp']}/"
    told = "SELECT count(*) FROM kernel_notifications_notification WHERE title LIKE '路灯报修%'"
    running.until(lambda: running.look(told) == 1, "the worker delivers the demo's message")
    assert running.ask("GET", page, who="officer").status == 200
    cluster.stop()
    for path in (page, "/login/", "/healthz", "/api/registers/"):
        answer = running.ask("GET", path, who="officer")
        assert answer.status == 503, (path, answer.status, answer.text[:400])
        words = (
            json.dumps(json.loads(answer.text), ensure_ascii=False)
            if "/api/" in path
            else answer.text
        )
        assert "数据库暂时没有响应" in words
        assert answer.headers["retry-after"] == "10"
    report = {"text": "没有数据库时的报修"}
    assert running.ask("POST", f"{page}report/", who="officer", data=report).status == 503
    time.sleep(2.5)  # the worker meets the missing database, too
    cluster.start()
    # Every thread of the server holds a connection that is dead: none may show it.
    for _request in range(40):
        answer = running.ask("GET", page, who="officer")
        assert answer.status == 200, answer.text[:400]
    assert "没有数据库时的报修" not in answer.text
    assert running.ask("POST", f"{page}report/", who="officer", data=report).status == 302
    # The same worker goes on: messages, and tasks of the queue.
    running.until(lambda: running.look(told) == 2, "the worker delivers again")
    made = running.step("upload", times=14, report=running.people["report"])
    state = "SELECT state FROM kernel_plan_edition"
    running.until(lambda: running.look(state) == "current", "the worker compiles again", 60)
    found = running.step("edition", edition=made["edition"])
    assert found["kinds"].count("plan.edition.compiled") == 1
    assert running.step("verified") == {"sound": True, "problems": []}


def test_a_connection_that_the_server_ended_between_two_pages_is_opened_anew(
    cluster: Cluster, running: Installation
) -> None:
    page = f"/dummy/lamps/{running.people['lamp']}/"
    # Both of the server's processes keep one.
    for _again in range(6):
        assert running.ask("GET", page, who="officer").status == 200
    with psycopg.connect(cluster.address, autocommit=True) as opened:
        ended = opened.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        ).fetchall()
    assert len(ended) >= 2
    time.sleep(0.2)
    for _again in range(6):
        assert running.ask("GET", page, who="officer").status == 200
