"""Who is on duty: the roster, and what hand-overs make of it. Pure; all times are aware.

At a change of shift the outgoing officers stay on duty until the incoming take over. A change
that nobody took over lapses after a while, and is settled by a later one that was taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from district.systems.operations_centre.duty.rules.roster import Turn

OFFICER = "officer"


@dataclass(frozen=True)
class Change:
    """A change of shift: who goes off and who comes on, at a moment."""

    at: datetime
    outgoing: tuple[Turn, ...]
    incoming: tuple[Turn, ...]


@dataclass(frozen=True)
class Standing:
    """Somebody on duty. `on`: as planned; `over`: past the end of the turn, for want of a
    hand-over; `coming`: planned for now, but has not taken over yet."""

    turn: Turn
    state: str


def changes(turns: Sequence[Turn], since: datetime, until: datetime) -> list[Change]:
    """The changes of shift of one unit in (since, until] that ask for a hand-over, in order.

    None where the same people go on, where nobody comes, and where the turn that ends was only
    entered after its end.
    """
    officers = [turn for turn in turns if turn.role == OFFICER]
    found = []
    for at in sorted({t.ends_at for t in officers if since < t.ends_at <= until}):
        covering = [turn for turn in officers if turn.covers(at)]
        staying = {turn.member for turn in covering}
        outgoing = [
            turn
            for turn in officers
            if turn.ends_at == at and turn.planned_at < at and turn.member not in staying
        ]
        gone = {turn.member for turn in outgoing}
        # Who was there already and stays needs no hand-over, but can take it as well.
        incoming = [turn for turn in covering if turn.member not in gone]
        if outgoing and incoming:
            found.append(Change(at, tuple(outgoing), tuple(incoming)))
    return found


def pending(found: Sequence[Change], states: Mapping[datetime, str], now: datetime) -> list[Change]:
    """The changes by `now` that nobody has taken over, none before the last that was taken."""
    past = [change for change in found if change.at <= now]
    taken = [change.at for change in past if states.get(change.at) == "taken"]
    last = max(taken, default=None)
    return [
        change
        for change in past
        if states.get(change.at) not in ("taken", "missed") and (last is None or change.at > last)
    ]


def on_duty(
    turns: Sequence[Turn], states: Mapping[datetime, str], now: datetime, lapse: timedelta
) -> list[Standing]:
    """Everybody on duty in one unit at `now`; `states` are its hand-overs' by their moment.

    Leads are on duty as planned. Those who are still to take over come last.
    """
    planned = [turn for turn in turns if turn.covers(now)]
    waiting = pending(changes(turns, now - lapse, now), states, now)
    if not waiting:
        return [Standing(turn, "on") for turn in planned]
    first = waiting[0].at
    held = [
        turn
        for turn in turns
        if turn.role == OFFICER and turn.starts_at < first <= turn.ends_at
        and turn.planned_at < turn.ends_at
    ]  # fmt: skip
    holding = {turn.member for turn in held}
    return [
        *(Standing(turn, "on") for turn in planned if turn.role != OFFICER),
        *(Standing(turn, "on" if turn.covers(now) else "over") for turn in held),
        *(
            Standing(turn, "coming")
            for turn in planned
            if turn.role == OFFICER and turn.member not in holding
        ),
    ]
