"""The demo district for tests of the whole product: loaded once a run, put back when needed."""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, override_settings

from district.kernel.base import clock
from district.kernel.base.planner import look_over_tables
from district.kernel.search.services import fill_due
from district.loading.folder import read_folder
from district.loading.load import load_district
from district.testing import snapshot, switching

FOLDER = Path(__file__).resolve().parents[3] / "districts" / "longgang"
#: One member of the demo in each role; None is a visitor.
PEOPLE: dict[str, str | None] = {
    "administrator": "admin",
    "planner": "planner",
    "leader": "leader",
    "unit_head": "head-d04",
    "officer": "officer-d04",
    "duty_officer": "duty",
    "supervisor": "supervisor",
    "auditor": "auditor",
    "viewer": "viewer",
    "nobody": None,
}


@dataclass(frozen=True)
class DemoDistrict:
    """The demo, loaded: what was said while it was loaded, and its password."""

    lines: tuple[str, ...]
    password: str

    def user(self, username: str) -> User:
        """The log-in of that name."""
        return User.objects.get(username=username)

    def client(self, role: str) -> Client:
        """A client signed in as the demo's member of that role."""
        client = Client()
        username = PEOPLE[role]
        if username is not None:
            client.force_login(self.user(username))
        return client


@contextmanager
def standing_in_demo(kept: Path) -> Iterator[None]:
    """Within, the product is a demo that lives on its stated date, in every thread.

    Where the demo was loaded before, its time goes on from there: no row is of the future.
    """
    demo = read_folder(FOLDER).demo
    if demo is None:
        raise ValueError(f"{FOLDER} has no demo")
    facts = _facts(kept)
    begins = demo.starts_at
    if facts.exists():
        begins = datetime.fromisoformat(json.loads(facts.read_text(encoding="utf-8"))["until"])
    ahead = int((begins - datetime.now(UTC)).total_seconds()) + 1
    with override_settings(DISTRICT_CLOCK_OFFSET=ahead, DISTRICT_DEMO=True):
        yield


@contextmanager
def loaded(kept: Path, *, committed: bool = False) -> Iterator[DemoDistrict]:
    """Within, the demo is what the database holds, in a transaction that is rolled back.

    The first process of a run loads it, the others take what that one kept. `kept` is a folder
    that the run's processes share. SQLite is led to a copy of its file; on PostgreSQL the rows are
    put in the place of all others. `committed` rows are seen by other connections; on PostgreSQL
    the caller has them flushed.
    """
    facts = _facts(kept)
    with _alone(kept):
        if not facts.exists():
            facts.write_text(json.dumps(_load_and_keep(kept)), encoding="utf-8")
        lay_down_files(kept)
    known = json.loads(facts.read_text(encoding="utf-8"))
    # The log-in page of a demo offers its accounts from there.
    _logins().write_text(json.dumps(known["logins"]), encoding="utf-8")
    demo = DemoDistrict(tuple(known["lines"]), known["logins"][0]["password"])
    with ExitStack() as opened:
        if connection.vendor == "sqlite":
            opened.enter_context(_a_copy(kept))
        if not committed:
            opened.enter_context(transaction.atomic())
        if connection.vendor == "postgresql":
            with transaction.atomic():
                snapshot.restore(_rows(kept))
                look_over_tables()
        yield demo
        if not committed:
            transaction.set_rollback(True)
    cache.clear()


def gone_on(kept: Path, name: str, make: Callable[[DemoDistrict], Any]) -> tuple[Path, Any]:
    """The demo as `make` left it, and what that returned (JSON): a folder for `standing_in_demo`
    and `loaded`. The first process of a run calls `make`, the others wait for it."""
    further = kept / name
    further.mkdir(exist_ok=True)
    facts = _facts(further)
    with _alone(further):
        if not facts.exists():
            # On PostgreSQL rows that were committed would stay.
            by_itself = connection.vendor == "sqlite"
            with standing_in_demo(kept), loaded(kept, committed=by_itself) as demo:
                shutil.copytree(_files(kept), _files(further), dirs_exist_ok=True)
                told = _make_and_keep(further, demo, make)
            facts.write_text(json.dumps(told), encoding="utf-8")
    return further, json.loads(facts.read_text(encoding="utf-8"))["made"]


def _make_and_keep(
    further: Path, demo: DemoDistrict, make: Callable[[DemoDistrict], Any]
) -> dict[str, object]:
    with override_settings(MEDIA_ROOT=_files(further)):
        made = make(demo)
    if connection.vendor == "sqlite":
        switching.copy_to(_file(further))
    else:
        snapshot.save(_rows(further))
    logins = json.loads(_logins().read_text(encoding="utf-8"))
    until = clock.now().isoformat()
    return {"lines": demo.lines, "logins": logins, "until": until, "made": made}


@contextmanager
def _alone(kept: Path) -> Iterator[None]:
    """Within, no other process of the run is here."""
    with (kept / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _a_copy(kept: Path) -> Iterator[None]:
    # The whole name: what tells the databases of the run's processes apart is its end.
    own = Path(connection.settings_dict["NAME"])
    copy = own.with_name(f"{own.name}-demo.sqlite3")
    shutil.copy(_file(kept), copy)
    try:
        with switching.leading_to(copy):
            yield
    finally:
        copy.unlink()


def lay_down_files(kept: Path) -> None:
    """The files that rows of the demo name, where this session's files lie."""
    shutil.copytree(_files(kept), settings.MEDIA_ROOT, dirs_exist_ok=True)


def laid_out(kept: Path, home: Path) -> None:
    """The kept demo as an installation of its own in `home`, which is SQLite: its rows, its files,
    its log-ins. For processes that are started there, under the settings of the tests."""
    shutil.copy(_file(kept), home / "district.sqlite3")
    shutil.copytree(_files(kept), home / "attachments", dirs_exist_ok=True)
    known = json.loads(_facts(kept).read_text(encoding="utf-8"))
    (home / "demo-logins.json").write_text(json.dumps(known["logins"]), encoding="utf-8")


def _load_and_keep(kept: Path) -> dict[str, object]:
    files = _files(kept)
    files.mkdir(exist_ok=True)
    with override_settings(MEDIA_ROOT=files):
        lines = _into_a_file(_file(kept)) if connection.vendor == "sqlite" else _as_rows(kept)
    logins = json.loads(_logins().read_text(encoding="utf-8"))
    return {"lines": lines, "logins": logins, "until": clock.now().isoformat()}


def _into_a_file(file: Path) -> list[str]:
    file.unlink(missing_ok=True)
    switching.copy_to(file)
    with switching.leading_to(file):
        with transaction.atomic():
            lines = list(load_district(read_folder(FOLDER), demo=True))
        fill_due()
    return lines


def _as_rows(kept: Path) -> list[str]:
    with transaction.atomic():
        lines = list(load_district(read_folder(FOLDER), demo=True))
        snapshot.save(_rows(kept))
        transaction.set_rollback(True)
    return lines


def _file(kept: Path) -> Path:
    return kept / "demo.sqlite3"


def _rows(kept: Path) -> Path:
    return kept / "demo.rows"


def _facts(kept: Path) -> Path:
    return kept / f"demo-{connection.vendor}.json"


def _files(kept: Path) -> Path:
    return kept / f"demo-{connection.vendor}-files"


def _logins() -> Path:
    return Path(settings.VAR) / "demo-logins.json"
