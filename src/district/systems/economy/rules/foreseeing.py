"""From published figures to the outturns of a series and of its members. Pure.

Members take part by dimension: only where all of them are published for the newest period and add
up to the whole, for otherwise what is foreseen would be bent towards a sum that does not hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from district.systems.economy.rules.nowcasting import (
    History,
    Note,
    Outturn,
    Reading,
    Sum,
    Unusable,
    nowcast,
    nowcast_all,
)

WHOLE = "whole"
#: By how much members may miss the whole, as a share of it: rounding of published growth.
APART = Decimal("0.01")
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Published:
    """A figure of the months `first` to `last` of a year; numbers as of `models.SeriesValue`."""

    year: int
    first: int
    last: int
    value: Decimal | None
    growth: Decimal | None
    base: Decimal | None


@dataclass(frozen=True)
class Foreseen:
    """The outturn of the whole, of members by dimension where they were reconciled, and what the
    published figures of each dimension do not add up by."""

    whole: Outturn
    members: Mapping[str, Mapping[str, Outturn]] = field(default_factory=dict)
    differences: Mapping[str, Decimal] = field(default_factory=dict)


def readings_of(rows: Sequence[Published], *, comparable: bool) -> tuple[Reading, ...]:
    """Levels as the nowcast reads them.

    At `comparable` prices a level is what the comparable base and published growth make of it; a
    row without either says nothing.
    """
    found = []
    for row in rows:
        value = row.value
        if comparable:
            known = row.base is not None and row.growth is not None
            value = row.base * (_HUNDRED + row.growth) / _HUNDRED if known else None  # type: ignore[operator]  # `known` says that both are there
        if value is not None:
            found.append(Reading(row.year, row.first, row.last, value, row.base))
    return tuple(found)


def foreseen(
    whole: Sequence[Reading],
    groups: Mapping[str, Mapping[str, Sequence[Reading]]],
    year: int,
    *,
    comparable: bool = False,
) -> Foreseen:
    """The outturns of a year. `groups` are the readings of members, by dimension and member.

    A dimension that cannot take part is left out, with the note `nowcast.parts_apart`. At
    `comparable` prices bases are at other prices by their making, which is no restatement and is
    not noted. Raises Unusable where nothing can be said of the whole.
    """
    fit = {name: group for name, group in groups.items() if adds_up(whole, group, year)}
    left_out = len(fit) < len(groups)
    found = None
    if fit:
        try:
            found = _together(whole, fit, year)
        except Unusable:
            left_out = True
    if found is None:
        found = Foreseen(nowcast(History(WHOLE, tuple(whole)), year))
    notes = [one for one in found.whole.notes if not (comparable and one.key == "nowcast.restated")]
    if left_out:
        notes.append(Note("nowcast.parts_apart", {}))
    return replace(found, whole=replace(found.whole, notes=tuple(notes)))


def adds_up(whole: Sequence[Reading], group: Mapping[str, Sequence[Reading]], year: int) -> bool:
    """Whether the members of a dimension are all there and add up to the newest of the whole."""
    known = [one for one in whole if one.year <= year and one.value is not None]
    if not known or not group:
        return False
    newest = max(known, key=lambda one: (one.year, one.last, one.last - one.first))
    place = (newest.year, newest.first, newest.last)
    total = Decimal(0)
    for rows in group.values():
        own = [one.value for one in rows if (one.year, one.first, one.last) == place]
        if not own or own[0] is None:
            return False
        total += own[0]
    assert newest.value is not None  # noqa: S101  # only known ones were looked at
    return abs(total - newest.value) <= APART * abs(newest.value)


def _together(
    whole: Sequence[Reading], groups: Mapping[str, Mapping[str, Sequence[Reading]]], year: int
) -> Foreseen:
    histories, sums = [History(WHOLE, tuple(whole))], []
    for name, group in groups.items():
        keys = {member: f"{name}:{member}" for member in group}
        histories += [History(keys[member], tuple(rows)) for member, rows in group.items()]
        sums.append(Sum(WHOLE, tuple(keys.values())))
    found = nowcast_all(histories, sums, year)
    members = {
        name: {member: found.outturns[f"{name}:{member}"] for member in group}
        for name, group in groups.items()
    }
    differences = dict(zip(groups, found.differences, strict=True))
    return Foreseen(found.outturns[WHOLE], members, differences)


def target_level(outturn: Outturn, level: Decimal | None, growth: Decimal | None) -> Decimal | None:
    """A target as an amount of the outturn's own: its level, else its growth over the base."""
    if level is not None:
        return level
    if growth is None or outturn.base is None or outturn.base <= 0:
        return None
    return (outturn.base * (_HUNDRED + growth) / _HUNDRED).quantize(Decimal("0.000001"))
