"""The demo district for tests of the whole product: loaded once a run, put back when needed."""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client, override_settings

from district.kernel.base import clock
from district.kernel.base.planner import look_over_tables
from district.loading.folder import read_folder
from district.loading.load import load_district
from district.testing import snapshot

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


def load_once(kept: Path) -> DemoDistrict:
    """The demo in this database; the first process of a run loads it, the others put it back.

    `kept` is a folder that the run's processes share.
    """
    facts = _facts(kept)
    rows = kept / f"demo-{connection.vendor}.rows"
    with (kept / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not facts.exists():
            facts.write_text(json.dumps(_load_and_keep(rows)), encoding="utf-8")
        lay_down_files(kept)
    with transaction.atomic():
        snapshot.restore(rows)
        look_over_tables()
    known = json.loads(facts.read_text(encoding="utf-8"))
    # The log-in page of a demo offers its accounts from there.
    _logins().write_text(json.dumps(known["logins"]), encoding="utf-8")
    return DemoDistrict(tuple(known["lines"]), known["logins"][0]["password"])


def lay_down_files(kept: Path) -> None:
    """The files that rows of the demo name, where this session's files lie."""
    shutil.copytree(_files(kept), settings.MEDIA_ROOT, dirs_exist_ok=True)


def _load_and_keep(rows: Path) -> dict[str, object]:
    files = _files(rows.parent)
    files.mkdir(exist_ok=True)
    with override_settings(MEDIA_ROOT=files), transaction.atomic():
        lines = list(load_district(read_folder(FOLDER), demo=True))
        snapshot.save(rows)
        transaction.set_rollback(True)
    logins = json.loads(_logins().read_text(encoding="utf-8"))
    return {"lines": lines, "logins": logins, "until": clock.now().isoformat()}


def _facts(kept: Path) -> Path:
    return kept / f"demo-{connection.vendor}.json"


def _files(kept: Path) -> Path:
    return kept / f"demo-{connection.vendor}-files"


def _logins() -> Path:
    return Path(settings.VAR) / "demo-logins.json"
