"""`district unlock` shows who is locked and lets them in again."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from district.runtime.unlock import unlock_log_in

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
    for name, times in (("guyu", 5), ("bailu", 3)):
        for _ in range(times):
            log_in(name, "wrong")
    assert log_in("guyu", PASSWORD) == 429
    assert unlock_log_in(None) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in listed] == [["guyu", "from", "198.51.100.7"]]
    assert unlock_log_in("guyu") == 0
    assert log_in("guyu", PASSWORD) == 302
    assert unlock_log_in(None) == 0
    assert unlock_log_in("guyu") == 1
