"""Growth, what is still needed, contributions that add up exactly, and suppositions."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.systems.economy.rules.growth import (
    contributions,
    growth_of,
    still_needed,
    supposed,
)
from district.systems.economy.rules.pace import due_by_month, monthly_shares, profile_of

AMOUNT = st.decimals(min_value=1, max_value=100000, places=2)


def test_growth_at_comparable_prices_takes_prices_out() -> None:
    assert growth_of(Decimal(110), Decimal(100), Decimal(110)) == 0
    assert growth_of(Decimal(110), Decimal(100)) == 10
    assert growth_of(Decimal(110), None) is None


def test_what_the_rest_of_the_year_must_bring() -> None:
    needed = still_needed(Decimal(1080), Decimal(660), Decimal(1000), Decimal(640))
    assert needed.level == 420
    assert needed.growth is not None
    assert round(needed.growth, 2) == Decimal("16.67")
    assert still_needed(Decimal(10), Decimal(5), None, None).growth is None


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.tuples(AMOUNT, AMOUNT)),
       AMOUNT, AMOUNT)  # fmt: skip
def test_contributions_add_up_exactly(
    members: dict[str, tuple[Decimal, Decimal]], whole: Decimal, base: Decimal
) -> None:
    values = {key: value for key, (value, _base) in members.items()}
    bases = {key: own for key, (_value, own) in members.items()}
    lines = contributions(values, bases, whole, base)
    if not lines:
        assert whole == base
        return
    assert sum(one.change for one in lines) == whole - base
    assert sum(one.points for one in lines) == round((whole - base) * 100 / base, 2)
    named = [one for one in lines if one.member is not None]
    assert len(named) == min(5, len(members))
    left = [abs(values[key] - bases[key]) for key in members
            if key not in {one.member for one in named}]  # fmt: skip
    assert all(abs(one.change) >= max(left, default=Decimal(0)) for one in named)


def test_a_whole_without_a_base_has_no_contributions() -> None:
    with pytest.raises(ValueError, match="above 0"):
        contributions({}, {}, Decimal(1), Decimal(0))


def test_a_supposition_moves_the_whole_by_what_the_members_move() -> None:
    found = supposed(
        Decimal(106), Decimal(100), {"a": (Decimal(66), Decimal(60))}, {"a": Decimal(20)}
    )
    assert [found.level, found.change, found.growth] == [112, 6, 12]


def test_what_is_due_runs_evenly_within_a_joint_stretch() -> None:
    stretches = [(1, 2, Decimal(20)), (3, 12, Decimal(80))]
    assert due_by_month(stretches, 1) == 10
    assert due_by_month(stretches, 3) == 28
    shares = monthly_shares(stretches, Decimal(100))
    assert [len(shares), shares[0], shares[-1]] == [12, Decimal("0.1"), 1]
    assert profile_of(stretches, Decimal(100), 2025).points[-1][1] == 1
