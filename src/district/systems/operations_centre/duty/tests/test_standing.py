"""Who is on duty, against a slow oracle that lives through the week minute by minute."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from district.systems.operations_centre.duty.rules.roster import Turn
from district.systems.operations_centre.duty.rules.standing import changes, on_duty
from district.systems.operations_centre.duty.tests.conftest import ZONE

START = datetime(2025, 9, 22, tzinfo=ZONE)
HOUR = timedelta(hours=1)
LAPSE = 24 * HOUR


def shift(who: int, begins: int, ends: int, role: str = "officer") -> Turn:
    day = START - timedelta(days=3)
    member = UUID(int=who)
    return Turn(uuid4(), "901", member, role, START + begins * HOUR, START + ends * HOUR, day)


def drawn(rng: random.Random) -> list[Turn]:
    """Twelve-hour shifts over three days, some of them missing, with a lead beside."""
    found = [shift(9, 0, 80, "lead")]
    manned = [step for step in range(7) if rng.random() < 0.9]
    found += [shift(rng.randint(1, 3), 8 + 12 * step, 20 + 12 * step) for step in manned]
    return found


def lived(
    turns: list[Turn], taken: dict[datetime, datetime], now: datetime
) -> tuple[set[UUID], bool]:
    """Whoever holds the desk at `now`, and whether they do so for want of a hand-over.

    Hour by hour: at each end of a turn somebody has to take over; `taken` says when they did
    (a change that is not in it was never taken). Until then those before hold the desk.
    """
    officers = [turn for turn in turns if turn.role == "officer"]
    unsettled: list[datetime] = []
    at = START
    while at <= now:
        ending = [turn for turn in officers if turn.ends_at == at]
        covering = {turn.member for turn in officers if turn.starts_at <= at < turn.ends_at}
        leaving = {turn.member for turn in ending} - covering
        if leaving and covering:
            unsettled.append(at)
        settled = [moment for moment in unsettled if taken.get(moment, now + HOUR) <= now]
        if settled:
            unsettled = [moment for moment in unsettled if moment > max(settled)]
        at += HOUR
    unsettled = [moment for moment in unsettled if moment > now - LAPSE]
    if not unsettled:
        return {t.member for t in officers if t.starts_at <= now < t.ends_at}, False
    first = unsettled[0]
    return {t.member for t in officers if t.starts_at < first <= t.ends_at}, True


@pytest.mark.parametrize("seed", range(150))
def test_it_is_as_somebody_finds_who_lives_through_it(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311  # a test's draw, no secret
    turns = drawn(rng)
    now = START + rng.randint(0, 90) * HOUR
    every = [change.at for change in changes(turns, START, now)]
    taken = {at: at + rng.randint(0, 6) * HOUR for at in every if rng.random() < 0.7}
    states = {at: "taken" for at, moment in taken.items() if moment <= now}
    found = on_duty(turns, states, now, LAPSE)
    holding = {each.turn.member for each in found if each.turn.role == "officer"} - {
        each.turn.member for each in found if each.state == "coming"
    }
    expected, _held = lived(turns, taken, now)
    assert holding == expected
    leads = [each for each in found if each.turn.role == "lead"]
    assert len(leads) == (now < START + 80 * HOUR)


def test_the_outgoing_stays_until_the_incoming_takes_over() -> None:
    turns = [shift(1, 8, 20), shift(2, 20, 32)]
    now, at = START + 21 * HOUR, START + 20 * HOUR
    before = {each.turn.member.int: each.state for each in on_duty(turns, {}, now, LAPSE)}
    assert before == {1: "over", 2: "coming"}
    after = {each.turn.member.int: each.state for each in on_duty(turns, {at: "taken"}, now, LAPSE)}
    assert after == {2: "on"}


def test_nobody_stays_where_nobody_comes_or_the_same_goes_on() -> None:
    now = START + 21 * HOUR
    assert on_duty([shift(1, 8, 20)], {}, now, LAPSE) == []
    found = on_duty([shift(1, 8, 20), shift(1, 20, 32)], {}, now, LAPSE)
    assert [each.state for each in found] == ["on"]


def test_a_change_that_nobody_took_lapses() -> None:
    turns = [shift(1, 8, 20), shift(2, 20, 50)]
    found = on_duty(turns, {}, START + 45 * HOUR, LAPSE)
    assert [(each.turn.member.int, each.state) for each in found] == [(2, "on")]


def test_a_roster_written_afterwards_asks_for_no_hand_over() -> None:
    late = Turn(uuid4(), "901", UUID(int=1), "officer", START, START + 8 * HOUR, START + 10 * HOUR)
    assert changes([late, shift(2, 8, 20)], START, START + 20 * HOUR) == []
