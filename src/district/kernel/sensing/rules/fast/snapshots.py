"""A snapshot of all state by name, and a state from it, under the same rules or others. Pure.

What is known of slots, strands, feeds, lanes, silences and rates goes by 64-bit names that are
made of versions, groups and streams. Taking up a snapshot matches names; what finds none begins
anew, what is not found is dropped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from district.kernel.sensing.rules.binding import NEVER, Binding
from district.kernel.sensing.rules.fast.columns import (
    Ints,
    Names,
    first_of_run,
    matched,
)
from district.kernel.sensing.rules.fast.lanes import Layout, layout_of
from district.kernel.sensing.rules.fast.layout import slots_of, strands_of
from district.kernel.sensing.rules.fast.machines import settle, woken
from district.kernel.sensing.rules.fast.rates import RateStore
from district.kernel.sensing.rules.fast.scans import RAISED, UNKNOWN_RAISED
from district.kernel.sensing.rules.fast.silence import refresh_pauses
from district.kernel.sensing.rules.fast.state import State, refresh_bounds
from district.kernel.sensing.rules.fast.waiting import Rows
from district.kernel.sensing.rules.machine import Machine
from district.kernel.sensing.rules.transitions import Withdrawn

Column = npt.NDArray[Any] | bytes
#: Changes whenever an older snapshot would be misread.
FORM = 1
# (name of the table's names, columns of State that follow them)
_TABLES = (
    ("slot", ("discounted",)),
    ("strand", ("out_of_order",)),
    ("feed", ("last_time", "last_value", "last_position")),
    ("lane", ("status", "since")),
    ("silence", ("silent_base", "silent")),
)


def _names(layout: Layout) -> dict[str, Names]:
    return {
        "slot": layout.slots.name,
        "strand": layout.strands.name,
        "feed": layout.strands.feed_name,
        "lane": layout.lanes.name,
        "silence": layout.silences.name,
    }


def snapshot(layout: Layout, state: State) -> dict[str, Column]:
    """Everything that is known, by name."""
    found: dict[str, Column] = {"seen": state.seen.copy(), "born": layout.slots.born.copy()}
    for table, names in _names(layout).items():
        found[table] = names.copy()
    for _table, columns in _TABLES:
        found |= {column: getattr(state, column).copy() for column in columns}
    found |= _rates(layout, state.rates) | _waiting(layout, state)
    machines = [[slot, machine.memory()] for slot, machine in sorted(state.machines.items())]
    head = {
        "form": FORM,
        "position": state.position,
        "tick": state.tick,
        "rules": sorted(binding.rule.version for binding in layout.slots.bindings),
    }
    found["machines"], found["head"] = json.dumps(machines).encode(), json.dumps(head).encode()
    return found


def _rates(layout: Layout, store: RateStore) -> dict[str, Column]:
    keep = store.reachable()
    place = np.append(np.cumsum(keep) - 1, -1)
    feed = store.feed[: store.used][keep]
    return {
        "rate": layout.rates.name.copy(),
        "rate_oldest": place[store.oldest],
        "rate_feed": layout.strands.feed_name[feed],
        "rate_time": store.time[: store.used][keep],
        "rate_value": store.value[: store.used][keep],
    }


def _waiting(layout: Layout, state: State) -> dict[str, Column]:
    rows = state.waiting.all()
    return {
        "waiting_feed": layout.strands.feed_name[rows.feed],
        "waiting_time": rows.time.copy(),
        "waiting_value": rows.value.copy(),
        "waiting_sequence": rows.sequence.copy(),
    }


def _head(known: Mapping[str, Column]) -> dict[str, Any]:
    head: dict[str, Any] = json.loads(bytes(known["head"]))
    if head["form"] != FORM:
        raise ValueError(f"a snapshot of form {head['form']}, not {FORM}: replay the log instead")
    return head


def position_of(known: Mapping[str, Column]) -> int:
    """The position of the last frame before the snapshot; ValueError where its form is another."""
    return int(_head(known)["position"])


def laid_out(
    bindings: Sequence[Binding], known: Mapping[str, Column] | None, position: int
) -> Layout:
    """The layout of rules of which some slots are known already; the others begin now."""

    def born(names: Names) -> Ints:
        found = np.full(len(names), position, np.int64)
        if known is not None:
            old, new = matched(_column(known, "slot"), names)
            found[new] = _column(known, "born")[old]
        return found

    slots = slots_of(bindings, born)
    return layout_of(slots, strands_of(slots))


def _column(known: Mapping[str, Column], name: str) -> npt.NDArray[Any]:
    column = known[name]
    if isinstance(column, bytes):
        raise ValueError(f"{name} is no column of this snapshot")
    return column


def restored(layout: Layout, known: Mapping[str, Column]) -> State:
    """The state that the snapshot gives under a layout."""
    head, state = _head(known), State(layout)
    state.position, state.tick = head["position"], head["tick"]
    seen = _column(known, "seen")
    state.seen = np.full(max(len(seen), len(state.seen)), NEVER, np.int64)
    state.seen[: len(seen)] = seen
    for table, columns in _TABLES:
        old, new = matched(_column(known, table), _names(layout)[table])
        for column in columns:
            getattr(state, column)[new] = _column(known, column)[old]
    state.watermark = _watermarks(layout, state)
    _begin_counting(layout, state, known)
    _restore_waiting(layout, state, known)
    _restore_rates(layout, state.rates, known)
    channels = layout.lanes.channel
    refresh_bounds(state, layout, channels[first_of_run(channels)])
    refresh_pauses(np.arange(len(layout.silences.feed)), layout, state)
    _restore_machines(layout, state, known)
    return state


def _watermarks(layout: Layout, state: State) -> Ints:
    """Where each strand's watermark stands; it follows from what was seen."""
    strands = layout.strands
    known = np.minimum(strands.feed_stream, len(state.seen) - 1)
    latest = np.where(strands.feed_stream < len(state.seen), state.seen[known], NEVER)
    seen = np.full(len(strands.name), NEVER, np.int64)
    np.maximum.at(seen, strands.feed_strand, latest)
    by_reading = np.where(seen == NEVER, NEVER, seen - strands.wait)
    by_tick = NEVER if state.tick == NEVER else state.tick - strands.lateness
    return np.maximum(by_reading, by_tick)


def _begin_counting(layout: Layout, state: State, known: Mapping[str, Column]) -> None:
    """New slots do not count what came out of order before them."""
    fresh = np.ones(len(layout.slots.name), np.bool_)
    fresh[matched(_column(known, "slot"), layout.slots.name)[1]] = False
    fresh &= layout.strands.of_slot >= 0
    state.discounted[fresh] = state.out_of_order[layout.strands.of_slot[fresh]]


def _places(names: Names, wanted: Names) -> Ints:
    """Where each wanted name stands among the names, or -1."""
    if not len(names):
        return np.full(len(wanted), -1, np.int64)
    order = np.argsort(names)
    at = order[np.minimum(np.searchsorted(names, wanted, sorter=order), len(names) - 1)]
    return np.where(names[at] == wanted, at, -1)


def _restore_waiting(layout: Layout, state: State, known: Mapping[str, Column]) -> None:
    feed = _places(layout.strands.feed_name, _column(known, "waiting_feed"))
    columns = (_column(known, f"waiting_{name}") for name in ("time", "value", "sequence"))
    rows = Rows(feed, *columns)
    state.waiting.add(rows.take(feed >= 0))


def _restore_rates(layout: Layout, store: RateStore, known: Mapping[str, Column]) -> None:
    feed = _places(layout.strands.feed_name, _column(known, "rate_feed"))
    old, new = matched(_column(known, "rate"), layout.rates.name)
    oldest = _column(known, "rate_oldest")[old]
    wanted = np.zeros(len(store.tail), np.bool_)
    wanted[layout.rates.feed[new]] = True
    keep = feed >= 0
    keep[keep] = wanted[feed[keep]]
    order = np.flatnonzero(keep)
    order = order[np.argsort(feed[order], kind="stable")]
    place = np.full(len(feed) + 1, -1, np.int64)
    place[order] = np.arange(len(order))
    time, value = _column(known, "rate_time"), _column(known, "rate_value")
    store.load(feed[order], time[order], value[order])
    store.oldest[new] = place[oldest]


def _restore_machines(layout: Layout, state: State, known: Mapping[str, Column]) -> None:
    saved: list[list[Any]] = json.loads(bytes(known["machines"]))
    old = np.array([slot for slot, _memory in saved], np.int64)
    slots = _places(layout.slots.name, _column(known, "slot")[old]).tolist()
    for slot, (_slot, memory) in zip(slots, saved, strict=True):
        if slot >= 0:
            machine = woken(slot, layout, state)
            machine.passed = int(state.watermark[layout.strands.of_slot[slot]])
            machine.recall(memory)
            settle(slot, machine, layout, state)


def withdrawn(before: Layout, state: State, after: Layout) -> list[Withdrawn]:
    """The open episodes of slots that are in the one layout and not in the other."""
    gone = ~np.isin(before.slots.name, after.slots.name)
    lanes = before.lanes
    is_open = (state.status == RAISED) | (state.status == UNKNOWN_RAISED)
    of_lanes = np.flatnonzero(is_open & before.tests.whole[lanes.test] & gone[lanes.slot])
    found = [_withdrawn(before, int(lanes.slot[lane]), int(state.since[lane])) for lane in of_lanes]
    machines: list[tuple[int, Machine]] = sorted(state.machines.items())
    found.extend(
        _withdrawn(before, slot, machine.raised_at)
        for slot, machine in machines
        if machine.raised_at is not None and gone[slot]
    )
    return found


def _withdrawn(layout: Layout, slot: int, raised_at: int) -> Withdrawn:
    return Withdrawn(layout.slots.rule_of(slot).version, layout.slots.group_id(slot), raised_at)
