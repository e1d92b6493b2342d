"""Rosters: hours that nobody covers, people who are booked twice. Pure; all times are aware."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from uuid import UUID

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Turn:
    """A turn on duty as the rules see it; `planned_at` is when it was entered."""

    key: UUID
    unit: str
    member: UUID
    role: str
    starts_at: datetime
    ends_at: datetime
    planned_at: datetime

    def covers(self, moment: datetime) -> bool:
        """Whether it runs at that moment; the end no longer belongs to it."""
        return self.starts_at <= moment < self.ends_at


@dataclass(frozen=True)
class Gap:
    """Hours with fewer people than needed: how many there are, and how many it takes."""

    role: str
    starts_at: datetime
    ends_at: datetime
    have: int
    need: int


@dataclass(frozen=True)
class Clash:
    """Two turns of one member that overlap, and when."""

    first: Turn
    second: Turn
    starts_at: datetime
    ends_at: datetime


def hours_wanted(
    first: date, days: int, opens: time | None, closes: time | None, zone: tzinfo
) -> list[Span]:
    """When a desk must be manned on so many days from `first`: all of them where it never closes.

    A desk that closes before it opens works overnight, into the day after the last.
    """
    if opens is None or closes is None:
        until = first + timedelta(days=days)
        return [(_at(first, time(0), zone), _at(until, time(0), zone))]
    over = timedelta(days=1) if closes <= opens else timedelta(0)
    found = []
    for step in range(days):
        day = first + timedelta(days=step)
        found.append((_at(day, opens, zone), _at(day + over, closes, zone)))
    return found


def _at(day: date, hour: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, hour, zone)


def gaps(wanted: Sequence[Span], turns: Sequence[Turn], role: str, need: int) -> list[Gap]:
    """The stretches of `wanted` with fewer than `need` people in a role, in order.

    A member counts once however many turns of theirs overlap.
    """
    own = [turn for turn in turns if turn.role == role]
    found: list[Gap] = []
    for starts, ends in wanted:
        edges = {starts, ends}
        edges |= {t for turn in own for t in (turn.starts_at, turn.ends_at) if starts < t < ends}
        ordered = sorted(edges)
        for since, until in pairwise(ordered):
            have = len({turn.member for turn in own if turn.covers(since)})
            if have < need:
                _append(found, Gap(role, since, until, have, need))
    return found


def _append(found: list[Gap], gap: Gap) -> None:
    """Add a gap, or make the last one longer where it goes on with as few people."""
    last = found[-1] if found else None
    if last is not None and (last.ends_at, last.have) == (gap.starts_at, gap.have):
        found[-1] = Gap(gap.role, last.starts_at, gap.ends_at, gap.have, gap.need)
    else:
        found.append(gap)


def clashes(turns: Sequence[Turn]) -> list[Clash]:
    """Every pair of turns of one member that overlap, whatever the unit and role, in order."""
    by_member: dict[UUID, list[Turn]] = {}
    for turn in turns:
        by_member.setdefault(turn.member, []).append(turn)
    found = []
    for own in by_member.values():
        own.sort(key=lambda turn: (turn.starts_at, turn.ends_at, str(turn.key)))
        for at, first in enumerate(own):
            for second in own[at + 1 :]:
                if second.starts_at >= first.ends_at:
                    break
                until = min(first.ends_at, second.ends_at)
                found.append(Clash(first, second, second.starts_at, until))
    return sorted(found, key=lambda clash: (clash.starts_at, str(clash.first.key)))
