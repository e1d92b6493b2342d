"""Who does too much waits, exactly as long as told, and nobody else does."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from district.kernel.throttling import services
from district.kernel.throttling.errors import wait_words
from district.kernel.throttling.models import Bucket
from district.kernel.throttling.public import (
    Rate,
    TooMany,
    declare_rate,
    refuse_beyond,
    seconds_until_free,
)
from district.kernel.throttling.rules import bucket_key, parse_rates, seconds_to_wait
from district.kernel.throttling.services import forget_idle

pytestmark = pytest.mark.django_db
SECOND = 1_000_000_000
HERE, THERE = "198.51.100.7", "203.0.113.9"


class Watch:
    """The machine's clock, moved by hand."""

    now = 1_700_000_000 * SECOND

    def on(self, seconds: float) -> None:
        self.now += int(seconds * SECOND)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    found = Watch()
    monkeypatch.setattr(time, "time_ns", lambda: found.now)
    return found


@pytest.fixture
def rates(monkeypatch: pytest.MonkeyPatch) -> tuple[Rate, Rate]:
    """Three a minute by address, two a minute by number."""
    monkeypatch.setattr(services, "_RATES", {})
    monkeypatch.setattr(services, "note", lambda *_: None)
    minute = timedelta(minutes=1)
    return declare_rate(Rate("t.address", 3, minute)), declare_rate(Rate("t.number", 2, minute))


def test_a_burst_passes_and_then_one_use_every_step(watch: Watch, rates: tuple[Rate, Rate]) -> None:
    by_address, _ = rates
    assert [seconds_until_free((by_address, HERE)) for _ in range(4)] == [0, 0, 0, 20]
    watch.on(19)
    assert seconds_until_free((by_address, HERE)) == 1
    watch.on(1)
    assert seconds_until_free((by_address, HERE)) == 0
    assert seconds_until_free((by_address, HERE)) == 20


def test_trying_while_refused_prolongs_nothing(watch: Watch, rates: tuple[Rate, Rate]) -> None:
    by_address, _ = rates
    for _ in range(50):
        seconds_until_free((by_address, HERE))
    watch.on(20)
    assert seconds_until_free((by_address, HERE)) == 0


def test_whoever_waited_long_has_the_whole_burst_again_and_no_more(
    watch: Watch, rates: tuple[Rate, Rate]
) -> None:
    by_address, _ = rates
    for _ in range(3):
        seconds_until_free((by_address, HERE))
    watch.on(3600)
    assert [seconds_until_free((by_address, HERE)) for _ in range(4)] == [0, 0, 0, 20]


def test_others_are_not_held_up(watch: Watch, rates: tuple[Rate, Rate]) -> None:
    by_address, by_number = rates
    for _ in range(4):
        seconds_until_free((by_address, HERE))
    assert seconds_until_free((by_address, THERE)) == 0
    assert seconds_until_free((by_number, HERE)) == 0


def test_all_counters_of_a_request_cost_one_statement(
    watch: Watch, rates: tuple[Rate, Rate]
) -> None:
    by_address, by_number = rates
    with CaptureQueriesContext(connection) as statements:
        assert seconds_until_free((by_address, HERE), (by_number, "a")) == 0
    assert len(statements) == 1
    seconds_until_free((by_number, "a"))
    # The number is spent, the address is not: the longest wait is told.
    assert seconds_until_free((by_address, HERE), (by_number, "a")) == 30


def test_nothing_is_counted_for_whom_nothing_is_known(rates: tuple[Rate, Rate]) -> None:
    by_address, by_number = rates
    with CaptureQueriesContext(connection) as statements:
        assert seconds_until_free((by_address, None), (by_number, "")) == 0
    assert len(statements) == 0


def test_an_installation_sets_its_own_limits(
    watch: Watch, rates: tuple[Rate, Rate], settings: Settings
) -> None:
    by_address, _ = rates
    settings.DISTRICT_RATES = "t.address=1/10"
    assert [seconds_until_free((by_address, HERE)) for _ in range(2)] == [0, 10]


@pytest.mark.parametrize("text", ["a", "a=1", "a=x/10", "a=1/", "=1/2"])
def test_a_limit_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="must read like"):
        parse_rates(f"ok=1/2, {text}")


def test_idle_counters_are_forgotten_and_busy_ones_kept(
    watch: Watch, rates: tuple[Rate, Rate]
) -> None:
    by_address, _ = rates
    seconds_until_free((by_address, HERE))
    watch.on(10)
    seconds_until_free((by_address, THERE))
    watch.on(15)
    assert forget_idle() == 1
    assert Bucket.objects.count() == 1
    # Forgetting lets nobody do more than before.
    assert [seconds_until_free((by_address, HERE)) for _ in range(4)] == [0, 0, 0, 20]


def test_no_address_and_no_number_is_kept(rates: tuple[Rate, Rate]) -> None:
    seconds_until_free((rates[0], HERE))
    kept = Bucket.objects.get().key
    assert HERE not in kept
    assert bucket_key("one", "t.address", HERE) != bucket_key("two", "t.address", HERE)


def test_a_wait_is_rounded_up() -> None:
    assert [seconds_to_wait(at, 0, 0) for at in (-1, 0, 1, 1000, 1001)] == [0, 0, 1, 1, 2]


def test_a_refusal_says_how_long_to_wait(watch: Watch, rates: tuple[Rate, Rate]) -> None:
    for _ in range(3):
        refuse_beyond((rates[0], HERE))
    with pytest.raises(TooMany, match="请在20秒后再试") as refused:
        refuse_beyond((rates[0], HERE))
    assert refused.value.seconds == 20


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "1秒"), (119, "119秒"), (120, "2分钟"), (121, "3分钟")]
)
def test_a_wait_is_told_in_a_unit_that_fits(seconds: int, words: str) -> None:
    assert words in wait_words(seconds)
