"""What keeps alarms from being raised is seen, with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from district.kernel.alarms.rules.troubles import Standing, light_of, troubles_of

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
WELL = Standing(99, 100, NOW, NOW, NOW, "")


def ago(seconds: int) -> datetime:
    return NOW - timedelta(seconds=seconds)


def found(standing: Standing | None, **more: Any) -> dict[str, dict[str, str]]:
    return troubles_of(standing, NOW, **{"rules_live": True, "gateway": None, **more})


def test_nothing_is_wrong_while_it_follows_closely() -> None:
    assert found(WELL) == {}
    assert light_of(WELL, NOW, rules_live=True, troubles={}).light == "green"
    assert light_of(WELL, NOW, rules_live=False, troubles={}).light == "none"


def test_a_follower_without_a_sign_of_life_counts_as_stopped() -> None:
    assert found(replace(WELL, beat_at=ago(60))) == {}
    assert found(replace(WELL, beat_at=ago(61))) == {"stopped": {"seconds": "61"}}
    assert found(None) == {"stopped": {"seconds": "-"}}
    assert found(None, rules_live=False) == {}


def test_lag_is_measured_by_the_clock_of_the_log_and_only_while_frames_wait() -> None:
    assert found(replace(WELL, heard_at=ago(300))) == {}
    behind = replace(WELL, position=10, heard_at=ago(90))
    assert found(behind) == {"behind": {"seconds": "90", "frames": "89"}}
    slow = replace(WELL, position=10, heard_at=ago(20))
    assert found(slow) == {}
    assert light_of(slow, NOW, rules_live=True, troubles={}).light == "yellow"


def test_a_log_that_does_not_grow_is_told_once_by_its_cause() -> None:
    still = replace(WELL, grew_at=ago(70))
    assert found(still) == {"log_still": {"seconds": "70"}}
    assert found(still, gateway_away=True) == {"gateway_away": {}}


def test_a_filling_spool_and_a_disk_that_refuses_are_told_whatever_the_rules() -> None:
    gateway = {"spool": {"waiting": 40 << 20, "crowded": 0, "error": "locked"}, "log": {}}
    told = found(WELL, rules_live=False, gateway=gateway)
    assert told == {"spool_full": {"megabytes": "40", "crowded": "0", "error": "locked"}}
    crowded = {"spool": {"waiting": 10, "crowded": 3, "error": None}, "log": {"full_since": 5.0}}
    assert set(found(WELL, gateway=crowded)) == {"spool_full", "log_full"}
    assert found(WELL, gateway={"spool": {"waiting": 10, "crowded": 0}, "log": {}}) == {}


def test_an_error_is_told_in_its_own_words_and_the_light_is_red() -> None:
    told = found(replace(WELL, problem="disk"))
    assert told == {"failing": {"problem": "disk"}}
    verdict = light_of(WELL, NOW, rules_live=True, troubles=told)
    assert (verdict.light, verdict.reasons[0].code) == ("red", "alarms.failing")
