"""`district unlock` shows who is locked and lets them in again; `failures` lists what failed."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from district.runtime.unlock import list_failures, unlock_log_in

PASSWORD = "a-long-enough-word"  # noqa: S105  # of a member who does not exist


def log_in(name: str, password: str) -> int:
    client = Client(REMOTE_ADDR="198.51.100.7")
    return client.post("/login/", {"username": name, "password": password}).status_code


@pytest.mark.django_db
def test_the_command_lists_and_unlocks(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.AXES_ENABLED = True
    User.objects.create_user("guyu", password=PASSWORD)
    for name, times in (("guyu", 5), ("bailu", 3), ("no-account", 5)):
        for _ in range(times):
            log_in(name, "wrong")
    assert log_in("guyu", PASSWORD) == 429
    assert unlock_log_in(None) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[:2] for line in listed] == [
        ["guyu", "from 198.51.100.7"],
        ["(no such account)", "from 198.51.100.7"],
    ]
    assert unlock_log_in("no-account") == 0
    capsys.readouterr()
    assert list_failures("bailu") == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[1:] for line in listed] == [["from 198.51.100.7"]] * 3
    assert list_failures("guyu") == 0
    assert capsys.readouterr().out.splitlines()[0].endswith("locked")
    assert list_failures("nobody") == 1
    capsys.readouterr()
    assert unlock_log_in("guyu") == 0
    assert log_in("guyu", PASSWORD) == 302
    assert unlock_log_in(None) == 0
    assert unlock_log_in("guyu") == 1
