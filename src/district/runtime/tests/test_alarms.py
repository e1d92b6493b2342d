"""Whether the process that runs alarm rules is started, and that it ends when it is told to."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from district.runtime import alarms


def test_it_runs_where_readings_come_in_or_a_rule_is_live(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISTRICT_ALARMS", raising=False)
    monkeypatch.setattr(alarms, "alarms_are_wanted", lambda: False)
    assert not alarms.wanted(inlet=False)
    assert alarms.wanted(inlet=True)
    monkeypatch.setattr(alarms, "alarms_are_wanted", lambda: True)
    assert alarms.wanted(inlet=False)
    monkeypatch.setenv("DISTRICT_ALARMS", "off")
    assert not alarms.wanted(inlet=True)


def test_the_operator_may_ask_for_it_and_a_database_that_is_away_starts_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away() -> bool:
        raise OperationalError

    monkeypatch.setattr(alarms, "alarms_are_wanted", away)
    monkeypatch.delenv("DISTRICT_ALARMS", raising=False)
    assert not alarms.wanted(inlet=False)
    monkeypatch.setenv("DISTRICT_ALARMS", "on")
    assert alarms.wanted(inlet=False)
    assert alarms.command()[-2:] == ["district.cli", "alarms"]


@pytest.mark.django_db
def test_an_episode_that_nobody_has_is_not_confirmed(capsys: pytest.CaptureFixture[str]) -> None:
    assert alarms.confirm("G260105-NOTHING0") == 2
    assert "no episode" in capsys.readouterr().out
