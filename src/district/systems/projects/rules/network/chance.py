"""When construction may start, as a distribution: Monte Carlo over what approvals took before.

Each run draws for every item a duration (working days from acceptance to approval) from the past
ones of that item; of an item that runs already, from those longer than it has run. The numbers
drawn are the same for every project of a template (common random numbers, stratified as in Latin
hypercube sampling), so a project's chance depends on nothing but itself and moves only when it
does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from zlib import crc32

import numpy as np
import numpy.typing as npt

from district.systems.projects.rules.network.passes import (
    DONE,
    RUNNING,
    WAIVED,
    State,
    in_force,
)
from district.systems.projects.rules.network.template import Template

Shorts = npt.NDArray[np.int16]
#: Levels at which a distribution of durations is kept.
LEVELS = 256
RUNS = 1000
#: Projects computed together: their arrays stay in the processor's cache.
_TOGETHER = 32
_FAR = -16_000


@dataclass(frozen=True)
class Past:
    """What approvals took: by item the durations in working days; `spread` is the ratio of
    duration to promised term at evenly spaced levels, ascending, for items with fewer than `least`
    past ones."""

    durations: Mapping[str, Sequence[int] | npt.NDArray[np.int64]]
    spread: Sequence[Decimal]
    least: int = 10
    _levels: dict[Template, Shorts] = field(default_factory=dict, compare=False, repr=False)

    def levels(self, template: Template) -> Shorts:
        """As `levels`, made once for each template."""
        found = self._levels.get(template)
        if found is None:
            found = self._levels[template] = levels(template, self)
        return found


@dataclass(frozen=True)
class Outlook:
    """The start of construction of P projects: the numbers of the days by which 10, 50, 80 and 90
    percent of the runs have started (P x 4), and the share of runs that start by the planned day
    (P; NaN without one)."""

    days: npt.NDArray[np.int64]
    chance: npt.NDArray[np.float64]


#: The shares of runs of `Outlook.days`.
SHARES = (0.1, 0.5, 0.8, 0.9)


def levels(template: Template, past: Past) -> Shorts:
    """Durations at LEVELS evenly spaced levels, ascending: items x LEVELS."""
    at = (np.arange(LEVELS) + 0.5) / LEVELS
    ratios = np.array([float(one) for one in past.spread])
    drawn = np.interp(at, np.linspace(0, 1, len(ratios)), ratios)
    rows = []
    for item in template.items:
        known = past.durations.get(item.key, ())
        if len(known) >= past.least:
            found = np.sort(np.asarray(known))[(at * len(known)).astype(np.intp)]
        else:
            found = np.rint(drawn * item.promised)
        rows.append(np.clip(found, 1, 2000).astype(np.int16))
    return np.stack(rows)


def draws(template: Template, runs: int = RUNS) -> npt.NDArray[np.uint8]:
    """Which level each run takes of each item: items x runs, every level equally often."""
    return _draws(template.key, tuple(template.places), runs)


@lru_cache(maxsize=64)
def _draws(template: str, items: tuple[str, ...], runs: int) -> npt.NDArray[np.uint8]:
    rows = []
    for item in items:
        seed = crc32(f"{template}.{item}".encode())
        stratified = (np.arange(runs) * LEVELS) // runs
        rows.append(np.random.default_rng(seed).permutation(stratified))
    return np.stack(rows).astype(np.uint8)


def outlook(
    template: Template,
    given: State,
    past: Past,
    planned: npt.NDArray[np.int64],
    runs: int = RUNS,
) -> Outlook:
    """The distributions; `planned` (P) is the number of the planned day, negative for none."""
    table, chosen = past.levels(template), draws(template, runs)
    projects = len(given.state)
    days = np.empty((projects, len(SHARES)), dtype=np.int64)
    chance = np.empty(projects, dtype=np.float64)
    places = [min(int(np.ceil(share * runs)) - 1, runs - 1) for share in SHARES]
    for low in range(0, projects, _TOGETHER):
        part = slice(low, min(low + _TOGETHER, projects))
        found = np.sort(_runs(template, given, table, chosen, part), axis=1)
        days[part] = found[:, places].astype(np.int64) + given.now
        wanted = np.clip(planned[part] - given.now, _FAR, -_FAR)
        in_time = (found <= wanted[:, None].astype(np.int16)).mean(axis=1)
        chance[part] = np.where(planned[part] < 0, np.nan, in_time)
    return Outlook(days, chance)


def _runs(
    template: Template,
    given: State,
    table: Shorts,
    chosen: npt.NDArray[np.uint8],
    part: slice,
) -> Shorts:
    """The start of construction in every run, in working days from today: projects x runs."""
    starts: list[Shorts] = []
    finishes: list[Shorts] = []
    for j, item in enumerate(template.items):
        state = given.state[part, j]
        accepted = _short(given.accepted[part, j] - given.now)
        floor = np.zeros((len(state), 1), dtype=np.int16)
        least = np.full((len(state), 1), _FAR, dtype=np.int16)
        passed = least
        for link in item.links:
            i = template.places[link.item]
            after = finishes[i] + np.int16(item.prepare)
            if link.kind == "after":
                floor = np.maximum(floor, after)
                passed = np.maximum(passed, finishes[i])
                continue
            masks = in_force(link, given.early[part, j], given.tolerated[part, j])
            early, tolerated = (mask[:, None] for mask in masks)
            if early.any():
                after = np.where(early, starts[i] + np.int16(link.lag), after)
                ends = np.where(early, finishes[i] + np.int16(link.rest), np.int16(_FAR))
                least = np.maximum(least, ends)
            if tolerated.any():
                after = np.where(tolerated, np.int16(_FAR), after)
                least = np.maximum(least, np.where(tolerated, finishes[i], np.int16(_FAR)))
            floor = np.maximum(floor, after)
            passed = np.maximum(passed, finishes[i])
        begun = ((state == RUNNING) | (state == DONE))[:, None]
        start = np.where(begun, accepted, floor) if begun.any() else floor
        finish = np.maximum(start + _durations(table[j], chosen[j], state, accepted), least)
        runs = (state == RUNNING)[:, None]
        if runs.any():
            finish = np.where(runs, np.maximum(finish, np.int16(1)), finish)
        if (state == DONE).any():
            approved = _short(given.approved[part, j] - given.now)
            finish = np.where((state == DONE)[:, None], approved, finish)
        waived = (state == WAIVED)[:, None]
        if waived.any():
            through = np.where(passed == _FAR, np.int16(0), passed)
            start, finish = np.where(waived, through, start), np.where(waived, through, finish)
        starts.append(start)
        finishes.append(finish)
    end = finishes[template.places[template.start]]
    return np.broadcast_to(end, (len(end), chosen.shape[1]))


def _short(values: npt.NDArray[np.int64]) -> Shorts:
    return np.clip(values, _FAR + 1, -_FAR - 1).astype(np.int16)[:, None]


def _durations(
    table: Shorts, chosen: npt.NDArray[np.uint8], state: npt.NDArray[np.int64], accepted: Shorts
) -> Shorts:
    """What the item takes in every run: 1 x runs where it runs nowhere, else projects x runs."""
    drawn: Shorts = table[chosen]
    rows = np.flatnonzero(state == RUNNING)
    if not len(rows):
        return drawn[None, :]
    found = np.repeat(drawn[None, :], len(state), axis=0)
    # It has run so long without an approval: only longer durations are left.
    run = -accepted[rows, 0].astype(np.int64)
    gone = np.searchsorted(table, run, side="right").astype(np.uint16)[:, None]
    left = np.clip(LEVELS - gone.astype(np.int64), 1, None).astype(np.uint16)
    # 255 * 256 still fits into sixteen bits.
    at = np.minimum(gone + ((chosen.astype(np.uint16)[None, :] * left) >> 8), LEVELS - 1)
    found[rows] = np.maximum(table[at], (run + 1).astype(np.int16)[:, None])
    return found
