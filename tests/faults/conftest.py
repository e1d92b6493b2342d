"""Installations to be killed: prepared once, copied for every test."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from tests.faults.installation import Installation, copied

from district.testing import kept

NAME = "faults_prepared"


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with a small district; its database is what the run uses."""
    home = tmp_path_factory.mktemp("prepared")
    made = Installation(home, _database(home, f"{NAME}_{os.getpid()}"))
    (home / "people.json").write_text(json.dumps(made.step("prepare")), encoding="utf-8")
    made.close()
    yield made
    _drop(made.database)


@pytest.fixture
def installation(prepared: Installation, tmp_path: Path) -> Iterator[Installation]:
    """A copy of the prepared installation; everything of it has ended afterwards."""
    home = tmp_path / "var"
    copied(prepared.home, home)
    made = Installation(home, _database(home, f"faults_{os.getpid()}", like=prepared.database))
    made.people = json.loads((home / "people.json").read_text(encoding="utf-8"))
    try:
        yield made
    finally:
        made.close()
        _drop(made.database)


@pytest.fixture
def chance() -> random.Random:
    """Random moments; the seed is in the output of a failed test, DISTRICT_SEED repeats it."""
    seed = int(os.environ.get("DISTRICT_SEED") or random.SystemRandom().randrange(1_000_000))
    print(f"DISTRICT_SEED={seed}")
    return random.Random(seed)  # noqa: S311  # moments, not secrets


def _database(home: Path, name: str, like: str = "") -> str:
    """The address of a database of our own, on the server that the run uses (or in the folder)."""
    server = os.environ.get("DISTRICT_DATABASE", "")
    if not server.startswith("postgres"):
        if not like:
            kept.lay_down(home / "district.sqlite3")
        return f"sqlite:///{home / 'district.sqlite3'}"
    copied_from = urlsplit(like).path[1:] or kept.template()
    template = f' TEMPLATE "{copied_from}"' if copied_from else ""
    _execute(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    _execute(server, f'CREATE DATABASE "{name}"{template}')
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def _drop(database: str) -> None:
    if database.startswith("postgres"):
        name = urlsplit(database).path[1:]
        _execute(os.environ["DISTRICT_DATABASE"], f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _execute(server: str, sql: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as opened:
        opened.execute(sql)  # type: ignore[call-overload]  # wants a literal


Steps = Callable[..., object]
