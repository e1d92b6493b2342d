"""A start loads what this database does not hold, whatever files are left of an earlier one."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from district.conf import demo_clock
from district.kernel.history.models import Event
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import units
from district.loading.folder import read_folder
from district.runtime import demo_start, prepare
from district.runtime.run import run
from district.runtime.verify import verify_history
from district.testing.flush import guards_down

TOML = 'code = "9"\nname = "试验区"\nname_en = "Test"\nunits = "units.csv"\n'
DEMO = (
    '[demo]\nbegins_at = "2025-01-06T09:00:00+08:00"\nstarts_at = "2025-09-26T09:00:00+08:00"\n'
    'members = "units.csv"\n'
)
UNITS = "code,name,level,parent_code\n9,试验区,district,\n"


@pytest.fixture
def place(tmp_path: Path, settings: object) -> Path:
    """A district's folder beside an empty place for the installation's own files."""
    (tmp_path / "district").mkdir()
    (tmp_path / "var").mkdir()
    (tmp_path / "district" / "district.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "district" / "units.csv").write_text(UNITS, encoding="utf-8")
    settings.VAR = tmp_path / "var"  # type: ignore[attr-defined]  # pytest-django takes any name
    return tmp_path / "district"


@pytest.mark.django_db
def test_only_a_changed_folder_is_loaded_again(place: Path) -> None:
    assert prepare.load_if_changed(read_folder(place), demo=False)
    before = Event.objects.count()
    assert not prepare.load_if_changed(read_folder(place), demo=False)
    assert Event.objects.count() == before
    (place / "units.csv").write_text(UNITS.replace("试验区", "新试验区"), encoding="utf-8")
    assert prepare.load_if_changed(read_folder(place), demo=False)


@pytest.mark.django_db
def test_an_empty_database_is_loaded_though_files_of_an_earlier_one_are_left(place: Path) -> None:
    # An earlier version kept this mark beside the database; the database alone counts.
    mark = {"fingerprint": read_folder(place).fingerprint(), "demo": False}
    (place.parent / "var" / "loaded.json").write_text(json.dumps(mark), encoding="utf-8")
    assert prepare.load_if_changed(read_folder(place), demo=False)
    assert units().count() == 1


@pytest.mark.django_db
def test_the_load_command_says_what_is_wrong(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert prepare.load(str(place), demo=False) == 0
    assert "units: 1 new" in capsys.readouterr().out
    assert prepare.load(str(place / "absent"), demo=False) == 2
    assert "district.toml: not found" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_start_ends_with_a_line_when_the_folder_is_unusable(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(district=str(place / "absent"), host="127.0.0.1", port=0, demo=False) == 2
    assert "not found" in capsys.readouterr().out


def test_a_start_warns_of_a_proxy_that_the_settings_do_not_state(
    capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    assert prepare.warnings() == []
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert run(district="absent", host="127.0.0.1", port=0, demo=False) == 2
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("district: warning: ")
    assert "Set DISTRICT_PROXIES" in first


def test_a_port_in_use_is_named_with_another_one(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run(district="absent", host="127.0.0.1", port=port, demo=False) == 1
    # The one behind it, unless somebody else has that as well.
    named = re.search(r"make run PORT=(\d+)", capsys.readouterr().out)
    assert named is not None
    assert int(named[1]) > port


def test_the_demo_clock_is_set_once_and_anew_when_the_database_is_gone(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    var = place.parent / "var"
    (place / "district.toml").write_text(TOML + DEMO, encoding="utf-8")
    monkeypatch.setattr(demo_start, "VAR", var)
    monkeypatch.delenv("DISTRICT_DATABASE", raising=False)
    monkeypatch.delenv("DISTRICT_CLOCK_OFFSET", raising=False)
    demo_start.set_demo_clock(str(place))
    lives_at = datetime.now(UTC) + timedelta(seconds=demo_clock.offset(var))
    starts_at = datetime.fromisoformat("2025-09-26T09:00:00+08:00")
    assert abs(lives_at - starts_at) < timedelta(seconds=5)
    (var / "clock.json").write_text('{"offset_seconds": 7}', encoding="utf-8")
    with sqlite3.connect(var / "district.sqlite3") as database:
        database.execute("CREATE TABLE kernel_history_event (id INTEGER)")
        database.execute("INSERT INTO kernel_history_event VALUES (1)")
    demo_start.set_demo_clock(str(place))
    assert demo_clock.offset(var) == 7
    with sqlite3.connect(var / "district.sqlite3") as database:
        database.execute("DELETE FROM kernel_history_event")
    demo_start.set_demo_clock(str(place))
    assert demo_clock.offset(var) != 7


def test_an_operators_own_clock_is_left_alone(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "district.toml").write_text(TOML + DEMO, encoding="utf-8")
    monkeypatch.setattr(demo_start, "VAR", place.parent / "var")
    monkeypatch.setenv("DISTRICT_CLOCK_OFFSET", "60")
    demo_start.set_demo_clock(str(place))
    assert not (place.parent / "var" / "clock.json").exists()


@pytest.mark.django_db(transaction=True)
def test_verifying_ends_with_a_code_for_each_outcome(
    tmp_path: Path, system_actor: Actor, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(system_actor, "first")
    roots = tmp_path / "roots.json"
    assert verify_history(roots=None, export=str(roots)) == 0
    assert "sound" in capsys.readouterr().out
    assert verify_history(roots=str(roots), export=None) == 0
    assert verify_history(roots=str(tmp_path / "absent.json"), export=None) == 2
    (tmp_path / "bad.json").write_text("[1]", encoding="utf-8")
    assert verify_history(roots=str(tmp_path / "bad.json"), export=None) == 2
    with guards_down():
        Event.objects.update(note="altered")
    capsys.readouterr()
    unwritten = tmp_path / "unwritten.json"
    assert verify_history(roots=str(roots), export=str(unwritten)) == 1
    assert "problem(s)" in capsys.readouterr().out
    assert not unwritten.exists()


def _write(actor: Actor, note: str) -> None:
    from django.db import transaction

    with transaction.atomic():
        record(Subject("test.thing", "1"), "test.happened", {}, actor=actor, note=note)
