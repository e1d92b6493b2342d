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
from district.systems.projects.rules.network.template import ItemSpec, Template

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
    _drawn: dict[tuple[Template, int], Shorts] = field(
        default_factory=dict, compare=False, repr=False
    )

    def levels(self, template: Template) -> Shorts:
        """As `levels`, made once for each template."""
        found = self._levels.get(template)
        if found is None:
            found = self._levels[template] = levels(template, self)
        return found

    def drawn(self, template: Template, runs: int) -> Shorts:
        """What every item that has not begun takes in each run: items x runs, made once."""
        found = self._drawn.get((template, runs))
        if found is None:
            chosen = draws(template, runs).astype(np.intp)
            found = np.take_along_axis(self.levels(template), chosen, axis=1)
            self._drawn[template, runs] = found
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
    sample = _Sample(past.levels(template), draws(template, runs), past.drawn(template, runs))
    projects = len(given.state)
    days = np.empty((projects, len(SHARES)), dtype=np.int64)
    chance = np.empty(projects, dtype=np.float64)
    places = [min(int(np.ceil(share * runs)) - 1, runs - 1) for share in SHARES]
    for low in range(0, projects, _TOGETHER):
        part = slice(low, min(low + _TOGETHER, projects))
        found = np.sort(_runs(template, given, sample, part), axis=1)
        days[part] = found[:, places].astype(np.int64) + given.now
        wanted = np.clip(planned[part] - given.now, _FAR, -_FAR)
        in_time = (found <= wanted[:, None].astype(np.int16)).mean(axis=1)
        chance[part] = np.where(planned[part] < 0, np.nan, in_time)
    return Outlook(days, chance)


@dataclass(frozen=True)
class _Sample:
    """Durations at their levels (items x LEVELS), which level each run takes, and what it takes
    then (both items x runs)."""

    table: Shorts
    chosen: npt.NDArray[np.uint8]
    drawn: Shorts


def _runs(template: Template, given: State, sample: _Sample, part: slice) -> Shorts:
    """The start of construction in every run, in working days from today: projects x runs."""
    states = given.state[part]
    accepted_, approved_ = (
        np.clip(days[part] - given.now, _FAR + 1, -_FAR - 1).astype(np.int16)
        for days in (given.accepted, given.approved)
    )
    done_, running_, waived_ = (states == code for code in (DONE, RUNNING, WAIVED))
    some_done, some_running, some_waived, all_done = (
        flags.tolist() for flags in (done_.any(0), running_.any(0), waived_.any(0), done_.all(0))
    )
    starts: list[Shorts] = []
    finishes: list[Shorts] = []
    for j, item in enumerate(template.items):
        accepted, column = accepted_[:, j : j + 1], slice(j, j + 1)
        if all_done[j]:
            starts.append(accepted)
            finishes.append(approved_[:, column])
            continue
        floor, least, passed = _before(item, template, given, part, j, starts, finishes)
        start = floor
        if some_running[j] or some_done[j]:
            start = np.where(done_[:, column] | running_[:, column], accepted, floor)
        takes = _durations(sample, j, running_[:, j], accepted)
        finish = start + takes if least is None else np.maximum(start + takes, least)
        if some_running[j]:
            finish = np.where(running_[:, column], np.maximum(finish, np.int16(1)), finish)
        if some_done[j]:
            finish = np.where(done_[:, column], approved_[:, column], finish)
        if some_waived[j]:
            through = np.where(passed == _FAR, np.int16(0), passed)
            waived = waived_[:, column]
            start, finish = np.where(waived, through, start), np.where(waived, through, finish)
        starts.append(start)
        finishes.append(finish)
    end = finishes[template.places[template.start]]
    return np.broadcast_to(end, (len(end), sample.chosen.shape[1]))


def _before(
    item: ItemSpec,
    template: Template,
    given: State,
    part: slice,
    j: int,
    starts: Sequence[Shorts],
    finishes: Sequence[Shorts],
) -> tuple[Shorts, Shorts | None, Shorts]:
    """What the items before say: when it may start, before which it cannot end (None: nothing
    says), and when all of them are through."""
    shape = (len(given.state[part]), 1)
    floor = np.zeros(shape, dtype=np.int16)
    passed = np.full(shape, _FAR, dtype=np.int16)
    least: Shorts | None = None
    for link in item.links:
        i = template.places[link.item]
        after = finishes[i] + np.int16(item.prepare)
        passed = np.maximum(passed, finishes[i])
        if link.kind != "after":
            masks = in_force(link, given.early[part, j], given.tolerated[part, j])
            early, tolerated = (mask[:, None] for mask in masks)
            if early.any():
                after = np.where(early, starts[i] + np.int16(link.lag), after)
                ends = np.where(early, finishes[i] + np.int16(link.rest), np.int16(_FAR))
                least = ends if least is None else np.maximum(least, ends)
            if tolerated.any():
                after = np.where(tolerated, np.int16(_FAR), after)
                ends = np.where(tolerated, finishes[i], np.int16(_FAR))
                least = ends if least is None else np.maximum(least, ends)
        floor = np.maximum(floor, after)
    return floor, least, passed


def _durations(sample: _Sample, j: int, running: npt.NDArray[np.bool_], accepted: Shorts) -> Shorts:
    """What an item takes in every run: 1 x runs where it runs nowhere, else projects x runs."""
    rows = np.flatnonzero(running)
    if not len(rows):
        return sample.drawn[j : j + 1]
    table, chosen = sample.table[j], sample.chosen[j]
    found = np.repeat(sample.drawn[j : j + 1], len(running), axis=0)
    # It has run so long without an approval: only longer durations are left.
    run = -accepted[rows, 0].astype(np.int64)
    gone = np.searchsorted(table, run, side="right").astype(np.uint16)[:, None]
    left = np.clip(LEVELS - gone.astype(np.int64), 1, None).astype(np.uint16)
    # 255 * 256 still fits into sixteen bits.
    at = np.minimum(gone + ((chosen.astype(np.uint16)[None, :] * left) >> 8), LEVELS - 1)
    found[rows] = np.maximum(table[at], (run + 1).astype(np.int16)[:, None])
    return found
