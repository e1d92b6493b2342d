"""Whoever starts a process of pages is told when it listens; the units say what the docs say."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from district.runtime import web

ROOT = Path(__file__).resolve().parents[4]
UNITS = ROOT / "deploy" / "systemd"


_LISTENS = """
import socket
from district.runtime import web
with socket.socket() as bound:
    bound.bind(("127.0.0.1", 0))
    told = [web.listens()]
    bound.listen()
    told.append(web.listens())
print(*told, web.listens())
"""


def test_a_process_listens_once_a_socket_of_it_takes_connections() -> None:
    # A process of its own: that of the tests has servers of other tests.
    command = [sys.executable, "-c", _LISTENS]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  # our own interpreter and code
    assert done.stdout.split() == ["False", "True", "False"]


def test_the_starter_is_told_by_its_socket_and_nobody_where_nobody_waits(tmp_path: Path) -> None:
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as waits:
        waits.bind(str(address))
        waits.settimeout(5)
        assert web.notify("READY=1", {"NOTIFY_SOCKET": str(address)})
        assert waits.recv(100) == b"READY=1"
    assert not web.notify("READY=1", {})


def test_it_is_told_only_after_it_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = tmp_path / "notify"
    looks = iter([False, True])
    monkeypatch.setattr(web, "listens", lambda: next(looks))
    monkeypatch.setenv("NOTIFY_SOCKET", str(address))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as waits:
        waits.bind(str(address))
        waits.settimeout(5)
        web.notify_when_listening()
        assert waits.recv(100) == b"READY=1"
    assert next(looks, None) is None


def test_the_ports_are_those_of_the_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    become: list[list[str]] = []
    monkeypatch.setattr(web, "_become", become.append)
    monkeypatch.setenv("DISTRICT_WEB_PORT", "9100")
    web.serve_pages("", 0)
    web.serve_pages("127.0.0.2", 9200)
    ports = [command[command.index("--port") + 1] for command in become]
    hosts = [command[command.index("--host") + 1] for command in become]
    assert (ports, hosts) == (["9100", "9200"], ["127.0.0.1", "127.0.0.2"])


def test_every_unit_that_the_target_wants_is_there_and_starts_a_command_that_there_is() -> None:
    target = (UNITS / "district.target").read_text(encoding="utf-8")
    wanted = set(re.findall(r"district-[a-z]+(?:@\d)?\.service", target))
    assert len(wanted) == 6
    commands = (ROOT / "src/district/cli.py").read_text(encoding="utf-8")
    for unit in wanted:
        text = (UNITS / re.sub(r"@\d", "@", unit)).read_text(encoding="utf-8")
        command = re.findall(r"^ExecStart=\S+/district (\w+)$", text, re.M)
        assert command, unit
        assert f'add_parser("{command[0]}"' in commands
        assert "Restart=always" in text


def test_no_unit_may_do_more_than_it_needs_and_secrets_are_no_variables() -> None:
    common = (UNITS / "district-.service.d" / "10-all.conf").read_text(encoding="utf-8")
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="):
        assert f"\n{line}\n" in common
    variables = (ROOT / "deploy/district.env").read_text(encoding="utf-8")
    loaded = set(re.findall(r"^LoadCredential=(\w+):", common, re.M))
    assert loaded == {"secret_key", "person_master_key", "gateway", "metrics"}
    assert not re.search(r"^\w*(SECRET|KEY|PASSWORD|TOKEN)\w*=", variables, re.M)


def test_the_release_says_its_version_once() -> None:
    from district import __version__

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == __version__
