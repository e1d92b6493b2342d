"""The tests of all slots as lanes over channels, and the silences that they watch. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from district.kernel.sensing.rules.declaration import Rule
from district.kernel.sensing.rules.fast.columns import (
    Bools,
    Floats,
    Ints,
    Names,
    name_of,
    starts_of,
)
from district.kernel.sensing.rules.fast.layout import Slots, Strands, is_calm, is_whole
from district.kernel.sensing.rules.machine import Machine
from district.kernel.sensing.rules.tree import Rate, Sustained, Test


@dataclass(frozen=True)
class Tests:
    """Each distinct test: its two cuts, which side is true, and how long it is to hold.

    Below `low` lies one side, from `high` upwards the other, between them nothing changes; `sign`
    is 1 where the upper side is true. `whole` says that a lane of it is all there is to its rule.
    """

    low: Floats
    high: Floats
    sign: Ints
    valid_for: Ints
    hold: Ints
    whole: Bools


@dataclass(frozen=True)
class Lanes:
    """Lanes, by channel; `ordinal` is the test's place among those of its machine."""

    channel: Ints
    slot: Ints
    ordinal: Ints
    test: Ints
    name: Names
    channel_start: Ints
    by_slot: Ints
    slot_start: Ints


@dataclass(frozen=True)
class Silences:
    """Silence clauses, by feed; `span` in microseconds."""

    feed: Ints
    slot: Ints
    ordinal: Ints
    span: Ints
    name: Names
    feed_start: Ints
    by_slot: Ints
    slot_start: Ints


@dataclass(frozen=True)
class RateChannels:
    """Rates of change, by feed: channel number `first + i` is row i."""

    first: int
    feed: Ints
    over: Ints
    per: Ints
    name: Names
    feed_start: Ints


@dataclass(frozen=True)
class Layout:
    """Where everything stands."""

    slots: Slots
    strands: Strands
    tests: Tests
    lanes: Lanes
    silences: Silences
    rates: RateChannels
    calm: Bools


class _Builder:
    def __init__(self, slots: Slots, strands: Strands) -> None:
        self.slots, self.strands = slots, strands
        self.tests: dict[tuple[Test, int, bool], int] = {}
        # Of lanes: slot, ordinal, feed, test, rate (index, -1 none); of silences: without the last.
        self.lanes: list[tuple[Ints, ...]] = []
        self.silences: list[tuple[Ints, ...]] = []
        self.rates: dict[Rate, int] = {}
        for at, binding in enumerate(slots.bindings):
            first = int(slots.start[at])
            if not binding.groups.single:
                for offset in range(len(binding.groups)):
                    self._add(binding.rule, np.array([first + offset]))
            elif len(binding.groups) and "" in binding.rule.roles:
                self._add(binding.rule, np.arange(first, first + len(binding.groups)))

    def _add(self, rule: Rule, slots: Ints) -> None:
        """Slots whose groups are alike but for the streams; those of several streams come alone."""
        machine = Machine(rule, self.slots.group(int(slots[0])), 0)
        hold = rule.when.span if is_whole(rule) and isinstance(rule.when, Sustained) else 0
        for ordinal, test in enumerate(machine.tests):
            if test.stream is not None:
                key = (test.clause, hold, is_whole(rule))
                number = self.tests.setdefault(key, len(self.tests))
                rate = test.clause.rate
                at = -1 if rate is None else self.rates.setdefault(rate, len(self.rates))
                feeds = self._feeds(slots, test.stream)
                self.lanes.append(_columns(slots, ordinal, feeds, number, at))
        for ordinal, silence in enumerate(machine.silences):
            if silence.stream is not None:
                feeds = self._feeds(slots, silence.stream)
                self.silences.append(_columns(slots, ordinal, feeds, silence.clause.span))

    def _feeds(self, slots: Ints, stream: int) -> Ints:
        if len(slots) == 1:
            return np.array([self.strands.feed_of(int(slots[0]), stream)])
        return self.strands.feed_start[self.strands.of_slot[slots]]

    def build(self) -> Layout:
        slot, ordinal, feed, test, rate = _joined(self.lanes, 5)
        rates, channel = self._rate_channels(slot, feed, rate)
        count, size = len(self.strands.feed_stream) + len(rates.feed), len(self.slots.rule)
        order = np.argsort(channel, kind="stable")
        slot, ordinal, test, channel = slot[order], ordinal[order], test[order], channel[order]
        by_slot = np.lexsort((ordinal, slot))
        lanes = Lanes(
            channel, slot, ordinal, test,
            name_of(self.slots.name[slot], ordinal),
            starts_of(channel, count),
            by_slot, starts_of(slot[by_slot], size),
        )  # fmt: skip
        rules = [binding.rule for binding in self.slots.bindings]
        calm = np.array([is_calm(rule) for rule in rules], np.bool_)
        tests, silences = _tests(list(self.tests)), self._silences()
        return Layout(self.slots, self.strands, tests, lanes, silences, rates, calm)

    def _rate_channels(self, slot: Ints, feed: Ints, rate: Ints) -> tuple[RateChannels, Ints]:
        """The distinct rates, and each lane's channel; rates that began apart stay apart."""
        channel, feeds = feed.copy(), len(self.strands.feed_stream)
        measured = np.flatnonzero(rate >= 0)
        over = np.array([one.over for one in self.rates], np.int64)[rate[measured]]
        per = np.array([one.per for one in self.rates], np.int64)[rate[measured]]
        own, born = feed[measured], self.slots.born[slot[measured]]
        names = name_of(self.strands.feed_name[own], over, per, born)
        name, chosen, inverse = np.unique(names[: len(own)], return_index=True, return_inverse=True)
        order = np.argsort(own[chosen], kind="stable")
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        channel[measured] = feeds + place[inverse]
        chosen = chosen[order]
        start = starts_of(own[chosen], feeds)
        return (
            RateChannels(feeds, own[chosen], over[chosen], per[chosen], name[order], start),
            channel,
        )

    def _silences(self) -> Silences:
        slot, ordinal, feed, span = _joined(self.silences, 4)
        order = np.argsort(feed, kind="stable")
        slot, ordinal, feed, span = slot[order], ordinal[order], feed[order], span[order]
        by_slot = np.lexsort((ordinal, slot))
        return Silences(
            feed, slot, ordinal, span,
            name_of(self.slots.name[slot], "silence", ordinal)[: len(slot)],
            starts_of(feed, len(self.strands.feed_stream)),
            by_slot, starts_of(slot[by_slot], len(self.slots.rule)),
        )  # fmt: skip


def _columns(slots: Ints, *numbers: int | Ints) -> tuple[Ints, ...]:
    return (slots, *(np.broadcast_to(np.asarray(one, np.int64), slots.shape) for one in numbers))


def _joined(parts: list[tuple[Ints, ...]], width: int) -> list[Ints]:
    empty = np.empty(0, np.int64)
    return [np.concatenate([empty, *(part[at] for part in parts)]) for at in range(width)]


def _tests(keys: list[tuple[Test, int, bool]]) -> Tests:
    def cuts(test: Test) -> tuple[float, float]:
        if test.direction == "above":
            return test.release, test.level
        # Below is "true up to and including"; cuts are "from here on".
        return float(np.nextafter(test.level, np.inf)), float(np.nextafter(test.release, np.inf))

    pairs = np.array([cuts(test) for test, _hold, _whole in keys], np.float64).reshape(-1, 2)
    signs = [1 if test.direction == "above" else -1 for test, _hold, _whole in keys]
    return Tests(
        low=pairs[:, 0].copy(),
        high=pairs[:, 1].copy(),
        sign=np.array(signs, np.int64),
        valid_for=np.array([test.valid_for for test, _hold, _whole in keys], np.int64),
        hold=np.array([hold for _test, hold, _whole in keys], np.int64),
        whole=np.array([whole for _test, _hold, whole in keys], np.bool_),
    )


def layout_of(slots: Slots, strands: Strands) -> Layout:
    """Everything, from the slots and their strands."""
    return _Builder(slots, strands).build()
