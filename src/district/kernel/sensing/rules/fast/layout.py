"""Where everything stands: slots, strands, feeds, channels and lanes as columns. Pure.

- slot: a rule in a group.
- strand: streams that are put in order together. Slots with the same streams, wait and lateness
  share one; where readings wait, only those that began together do.
- feed: a stream in a strand; its readings come in order.
- channel: a feed's values (channels 0 to the number of feeds), or a rate of change of it.
- lane: a test of a slot over a channel.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from district.kernel.sensing.rules.binding import Binding, check_bindings
from district.kernel.sensing.rules.declaration import Rule
from district.kernel.sensing.rules.fast.columns import Ints, Names, name_of, starts_of
from district.kernel.sensing.rules.groups import Group
from district.kernel.sensing.rules.tree import Not, Sustained, Test, walk


def is_whole(rule: Rule) -> bool:
    """Whether a lane is all there is to the rule: one test, perhaps sustained, nothing else."""
    test = rule.when.clause if isinstance(rule.when, Sustained) else rule.when
    plain = rule.until is None and not rule.quiet and rule.unknown == "keep"
    return plain and isinstance(test, Test)


def is_calm(rule: Rule) -> bool:
    """Whether only a clause that comes to hold can raise an episode."""
    return rule.until is None and not any(isinstance(part, Not) for part in walk(rule.when))


@dataclass(frozen=True)
class Slots:
    """Every rule in every group. `born` is the position after which the slot sees frames."""

    bindings: tuple[Binding, ...]
    start: Ints
    rule: Ints
    name: Names
    born: Ints

    def group(self, slot: int) -> Group:
        """The group of a slot."""
        at = int(self.rule[slot])
        return self.bindings[at].groups[slot - int(self.start[at])]

    def group_id(self, slot: int) -> str:
        """The id of a slot's group."""
        at = int(self.rule[slot])
        return self.bindings[at].groups.id_of(slot - int(self.start[at]))

    def rule_of(self, slot: int) -> Rule:
        """The rule of a slot."""
        return self.bindings[int(self.rule[slot])].rule


@dataclass(frozen=True)
class Strands:
    """Strands, and the feeds that they consist of (consecutive, by stream number)."""

    name: Names
    wait: Ints
    lateness: Ints
    feed_start: Ints
    feed_name: Names
    feed_stream: Ints
    feed_strand: Ints
    of_slot: Ints
    by_stream: Ints
    stream_start: Ints

    def feed_of(self, slot: int, stream: int) -> int:
        """The feed of a stream that the slot reads."""
        strand = int(self.of_slot[slot])
        low, high = int(self.feed_start[strand]), int(self.feed_start[strand + 1])
        return low + int(np.searchsorted(self.feed_stream[low:high], stream))


def slots_of(bindings: Sequence[Binding], born: Callable[[Names], Ints]) -> Slots:
    """The slots; `born` tells, by name, after which position each one sees frames."""
    check_bindings(bindings)
    names = [np.empty(0, np.uint64)]
    for binding in bindings:
        groups, version = binding.groups, binding.rule.version
        if groups.single:
            names.append(name_of(version, "stream", groups.streams, groups.lateness))
        else:
            names.extend(name_of(version, "group", repr(group)) for group in groups)
    counts = np.array([len(binding.groups) for binding in bindings], np.int64)
    name = np.concatenate(names)
    rule = np.repeat(np.arange(len(counts)), counts)
    start = np.concatenate(([0], np.cumsum(counts)))
    return Slots(tuple(bindings), start, rule, name, born(name))


class _StrandBuilder:
    """Collects the strands of slots; first those of one stream, in columns, then the others."""

    def __init__(self, slots: Slots) -> None:
        self.slots = slots
        count = len(slots.rule)
        self.of_slot = np.full(count, -1, np.int64)
        self.single: list[tuple[Ints, Ints, Ints, Ints]] = []
        self.several: dict[tuple[int, int, int, tuple[int, ...]], list[int]] = {}
        for at, binding in enumerate(slots.bindings):
            self._add(at, binding)

    def _began(self, wait: int, slots: Ints) -> Ints:
        return self.slots.born[slots] + 1 if wait else np.zeros(len(slots), np.int64)

    def _add(self, at: int, binding: Binding) -> None:
        rule, first = binding.rule, int(self.slots.start[at])
        if binding.groups.single:
            if "" in rule.roles:
                own = np.arange(first, first + len(binding.groups))
                self.single.append(
                    (
                        own,
                        np.full(len(own), rule.wait),
                        binding.groups.lateness,
                        binding.groups.streams,
                    )
                )
            return
        for offset, group in enumerate(binding.groups):
            members = group.in_roles(rule.roles)
            streams = tuple(sorted({member.stream for member in members}))
            if not streams:
                continue
            slot = np.array([first + offset])
            lateness = max(member.lateness for member in members)
            if len(streams) == 1:
                columns = (np.array([value]) for value in (rule.wait, lateness, streams[0]))
                self.single.append((slot, *columns))  # type: ignore[arg-type]  # three of them
            else:
                key = (rule.wait, int(self._began(rule.wait, slot)[0]), lateness, streams)
                self.several.setdefault(key, []).append(first + offset)

    def build(self) -> Strands:
        """The strands and their feeds."""
        empty = np.empty(0, np.int64)
        slot, wait, lateness, stream = (
            np.concatenate([empty, *(part[at] for part in self.single)]) for at in range(4)
        )
        began = np.where(wait > 0, self.slots.born[slot] + 1, 0)
        names = name_of(wait, began, lateness, stream) if len(slot) else np.empty(0, np.uint64)
        name, chosen, inverse = np.unique(names, return_index=True, return_inverse=True)
        self.of_slot[slot] = inverse
        keys = list(self.several)
        for at, key in enumerate(keys, len(name)):
            self.of_slot[self.several[key]] = at
        more = [name_of(*key[:3], repr(key[3])) for key in keys]
        all_names = np.concatenate([name, *more])
        counts = np.array([1] * len(name) + [len(key[3]) for key in keys], np.int64)
        feed_stream = np.concatenate([stream[chosen], *(np.array(key[3]) for key in keys)])
        feed_strand = np.repeat(np.arange(len(counts)), counts)
        order = np.argsort(feed_stream, kind="stable")
        largest = int(feed_stream.max()) + 1 if len(feed_stream) else 0
        return Strands(
            name=all_names,
            wait=np.concatenate([wait[chosen], np.array([key[0] for key in keys], np.int64)]),
            lateness=np.concatenate(
                [lateness[chosen], np.array([key[2] for key in keys], np.int64)]
            ),
            feed_start=np.concatenate(([0], np.cumsum(counts))),
            feed_name=name_of(all_names[feed_strand], feed_stream),
            feed_stream=feed_stream,
            feed_strand=feed_strand,
            of_slot=self.of_slot,
            by_stream=order,
            stream_start=starts_of(feed_stream[order], largest + 1),
        )


def strands_of(slots: Slots) -> Strands:
    """The strands of all slots."""
    return _StrandBuilder(slots).build()
