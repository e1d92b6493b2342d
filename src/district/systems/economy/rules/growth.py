"""Growth, what is still needed, and who moved the whole. Pure and exact.

Published growth is never the ratio of two published levels: last year's level has been restated
since. It is taken as published, or from the comparable base (同口径基数) that is kept beside a
value; where prices are comparable, the level is brought to last year's prices by the deflator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

_HUNDRED = Decimal(100)


def growth_of(
    value: Decimal | None, base: Decimal | None, deflator: Decimal | None = None
) -> Decimal | None:
    """Growth in percent, from the comparable base; None where it is not known or not above 0.

    `deflator` is the price index of the period, the same period of last year being 100.
    """
    if value is None or base is None or base <= 0:
        return None
    if deflator is not None:
        if deflator <= 0:
            return None
        value = value * _HUNDRED / deflator
    return (value / base - 1) * _HUNDRED


@dataclass(frozen=True)
class Needed:
    """What the rest of a year must bring.

    `level` is what is still missing, in the unit of the series; `growth` in percent against last
    year's rest, None where that is not known or not above 0.
    """

    level: Decimal
    growth: Decimal | None


def still_needed(
    target: Decimal, so_far: Decimal, base: Decimal | None, base_so_far: Decimal | None
) -> Needed:
    """What the remaining periods need so that the year reaches `target`; bases are comparable."""
    level = target - so_far
    if base is None or base_so_far is None or base <= base_so_far:
        return Needed(level, None)
    return Needed(level, (level / (base - base_so_far) - 1) * _HUNDRED)


@dataclass(frozen=True)
class Contribution:
    """What one member did to the growth of the whole.

    `change` is value less base, in the unit of the series; `points` percentage points of the
    whole's growth; `growth` the member's own, in percent. `member` None is all others together,
    with whatever the parts miss of the whole.
    """

    member: str | None
    change: Decimal
    points: Decimal
    growth: Decimal | None


def contributions(
    values: Mapping[str, Decimal],
    bases: Mapping[str, Decimal],
    whole: Decimal,
    base: Decimal,
    *,
    most: int = 5,
    places: int = 2,
) -> tuple[Contribution, ...]:
    """The members that moved the whole most, then all others; changes and points add up exactly.

    Only members with value and base take part, the rest stands in the last line. The sum of
    `points`, each rounded to `places`, is the whole's growth rounded likewise: the last line takes
    the rounding. Raises ValueError where `base` is not above 0.
    """
    if base <= 0:
        raise ValueError("the base of the whole must be above 0")
    step = Decimal(1).scaleb(-places)
    known = sorted(values.keys() & bases.keys())
    ordered = sorted(known, key=lambda key: (-abs(values[key] - bases[key]), key))[:most]
    found = []
    for key in ordered:
        change = values[key] - bases[key]
        points = (change * _HUNDRED / base).quantize(step, ROUND_HALF_EVEN)
        found.append(Contribution(key, change, points, growth_of(values[key], bases[key])))
    change = whole - base
    points = (change * _HUNDRED / base).quantize(step, ROUND_HALF_EVEN)
    rest = change - sum((one.change for one in found), Decimal(0))
    if rest or len(known) > len(ordered):
        others = points - sum((one.points for one in found), Decimal(0))
        found.append(Contribution(None, rest, others, None))
    elif found:
        # Nothing is left over: the rounding goes to whoever moved most.
        over = points - sum((one.points for one in found), Decimal(0))
        first = found[0]
        found[0] = Contribution(first.member, first.change, first.points + over, first.growth)
    return tuple(found)


@dataclass(frozen=True)
class Supposed:
    """The whole under an assumption: its level and its growth in percent (None without a base)."""

    level: Decimal
    growth: Decimal | None
    change: Decimal


def supposed(
    whole: Decimal,
    base: Decimal | None,
    members: Mapping[str, tuple[Decimal, Decimal]],
    growths: Mapping[str, Decimal],
) -> Supposed:
    """What the whole would be if members grew by `growths` percent over their bases.

    `members` are value and comparable base of each; those without an assumption stay as they are.
    KeyError on an assumption for an unknown member.
    """
    change = Decimal(0)
    for key, growth in growths.items():
        value, member_base = members[key]
        change += member_base * (_HUNDRED + growth) / _HUNDRED - value
    level = whole + change
    return Supposed(level, growth_of(level, base), change)


def in_order(points: Sequence[tuple[int, Decimal]]) -> list[tuple[int, Decimal]]:
    """Year-to-date values by month, turned to what each stretch since the one before added."""
    found, before = [], Decimal(0)
    for month, value in sorted(points):
        found.append((month, value - before))
        before = value
    return found
