"""A system that is switched off keeps its tables and hides its pages; nothing else minds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from district.testing import kept

SWITCHING = Path(__file__).with_name("switching.py")


@pytest.mark.slow
@pytest.mark.one_database
def test_a_system_that_is_switched_off_keeps_its_tables_and_hides_its_pages(
    tmp_path: Path,
) -> None:
    kept.lay_down(tmp_path / "district.sqlite3")
    database = f"sqlite:///{tmp_path / 'district.sqlite3'}"
    filled = switched(database, "+district.testing.dummy", "fill")
    off = switched(database, "", "look")
    on = switched(database, "+district.testing.dummy", "look")
    assert off["lamps"] == on["lamps"] == filled["lamps"] == 2
    assert off["migrations_missing"] is False
    # Its addresses are gone, the rail and the unit page do not name them.
    assert off["pages"]["/dummy/"] == off["pages"]["/registers/dummy-lamps/"] == 404
    assert off["rail"] is False
    assert off["card"] is False
    # Everything else goes on, also where it meets the system's rows.
    assert {page for page, code in off["pages"].items() if code != 200} == {
        "/dummy/",
        "/registers/dummy-lamps/",
    }
    assert off["light"] == "yellow"
    assert off["history"] is True
    # Switched on again it stands as before, and has missed nothing that happened meanwhile.
    assert set(on["pages"].values()) == {200}
    assert on["rail"] is True
    assert on["card"] is True
    assert on["history"] is True


def switched(database: str, systems: str, step: str) -> dict[str, Any]:
    """What another process finds in this database with these systems switched on."""
    env = {**os.environ, "DISTRICT_DATABASE": database, "DISTRICT_SYSTEMS": systems}
    env["DJANGO_SETTINGS_MODULE"] = "district.conf.test"
    env.pop("DISTRICT_VAR", None)
    command = [sys.executable, str(SWITCHING), step]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603  # our own script
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
