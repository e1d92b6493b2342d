"""Readings through rules: the vectorised evaluator over 100,000 datastreams and 1,000 rules.

Frames of 10,000 readings and a tick a second. Of the rules, drawn over properties of 5,000
streams each, four fifths are a level with hysteresis (half of them sustained), the others rates
of change, silences, counts, two of three neighbours and combinations, some with quiet hours. Of
ten thousand readings two begin an excursion of a few readings (some 50 transitions a second of
the log); one line shows ten times as many. The figure is readings a second of processor time;
parsing and the log are not in it. The peer is the reference evaluator on the same
frames and rules, over as many frames as it manages in a few seconds; both must give the same
transitions, which `holds` says together with the bound of 800,000 a second. A second peer, printed
only, is the plainest Polars: the largest value of every stream in every frame. The last line is
JSON: {name, figure, unit, rows, peer, peer_figure, ratio, holds}.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.harness import close

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

#: Datastreams, rules, and how many readings of a thousand begin an excursion.
SIZES = (
    (1_000, 10, 0.2),
    (10_000, 100, 0.2),
    (100_000, 100, 0.2),
    (100_000, 1_000, 2.0),
    (100_000, 1_000, 0.2),
)
FRAME, FRAMES, PROPERTY, BOUND = 10_000, 60, 5_000, 800_000
SECOND, MINUTE = 1_000_000, 60_000_000
BEGIN = 1_767_200_000 * SECOND


def bindings_of(streams: int, rules: int, rng: np.random.Generator) -> list[Any]:
    """Rules of the kinds that a district has, each over a part of one property's streams."""
    from district.kernel.sensing.rules import tree
    from district.kernel.sensing.rules.binding import Binding
    from district.kernel.sensing.rules.declaration import Rule
    from district.kernel.sensing.rules.groups import Group, Groups, Member
    from district.kernel.sensing.rules.quiet import QuietHours

    def test(**more: Any) -> tree.Test:
        level = float(rng.uniform(3.2, 4.5))
        return tree.Test("above", level, level - 0.5, **more)

    def when(kind: int) -> tree.Clause:
        minutes = int(rng.integers(1, 10)) * MINUTE
        if kind < 8:
            return tree.Sustained(minutes, test()) if kind % 2 else test()
        rare = int(rng.integers(0, 6))
        if rare == 0:
            return tree.Test("above", 40.0, 20.0, rate=tree.Rate(minutes, MINUTE))
        if rare == 1:
            return tree.Silent(10 * minutes)
        if rare == 2:
            return tree.Counted(3, minutes, test())
        if rare == 3:
            return tree.Members(2, minutes, test(valid_for=MINUTE), "gauge")
        if rare == 4:
            return tree.All((test(), tree.Not(tree.Silent(10 * minutes))))
        return tree.All((test(role="a", valid_for=minutes), test(role="b", valid_for=minutes)))

    def binding(number: int) -> Binding:
        clause = when(int(rng.integers(0, 10)))
        quiet = (QuietHours(22 * 60, 6 * 60),) if rng.random() < 0.05 else ()
        rule = Rule(f"rule_{number}", "规则", "yellow", "all", clause, quiet=quiet)
        first = int(rng.integers(0, max(streams // PROPERTY, 1))) * PROPERTY
        count = min(int(10 ** rng.uniform(2, 4)), PROPERTY, streams)
        own = first + rng.permutation(min(PROPERTY, streams - first))[:count]
        if rule.roles == ("",):
            return Binding(rule, Groups.of_streams(own, 5 * SECOND))
        roles = ("gauge",) * 3 if "gauge" in rule.roles else ("a", "b")
        parts = [own[at : at + len(roles)] for at in range(0, len(own), len(roles))]
        return Binding(
            rule,
            Groups(
                [
                    Group(
                        str(at),
                        tuple(
                            Member(int(stream), role, 5 * SECOND)
                            for stream, role in zip(part, roles, strict=False)
                        ),
                    )
                    for at, part in enumerate(parts)
                ]
            ),
        )

    return [binding(number) for number in range(rules)]


def log_of(streams: int, frames: int, unrest: float, rng: np.random.Generator) -> list[Any]:
    """Frames of FRAME readings of streams in turn, a tenth a little late; a tick a second."""
    from district.kernel.sensing.batches import Batch, Frame, Tick

    disturbed = np.zeros(streams)
    found: list[Any] = []
    now, order = BEGIN, rng.permutation(streams)
    for number in range(frames):
        now += SECOND // 2
        chosen = order[(number * FRAME + np.arange(FRAME)) % streams]
        starts = rng.random(FRAME) < unrest
        disturbed[chosen] = np.where(starts, 5.0, disturbed[chosen] * 0.8)
        value = rng.normal(0, 0.5, FRAME) + disturbed[chosen]
        late = np.where(rng.random(FRAME) < 0.1, 2 * SECOND, 0)
        at = now - rng.integers(0, SECOND, FRAME) - late
        received = np.full(FRAME, now, np.int64)
        batch = Batch(chosen.astype(np.int32), at, value, received, np.full(FRAME, -1, np.int64))
        found.append(Frame(len(found), batch))
        if number % 2:
            found.append(Frame(len(found), Tick(now)))
    return found


def _through(evaluator: Any, frames: list[Any], most: float) -> tuple[list[Any], int, float]:
    """Transitions, frames and processor seconds of an evaluator, until `most` seconds are over."""
    told, taken, began = [], 0, time.process_time()
    for frame in frames:
        told.append(evaluator.take(frame))
        taken += 1
        if time.process_time() - began > most:
            break
    return told, taken, time.process_time() - began


def main() -> int:
    """Print the growth curve and the JSON line."""
    from district.kernel.sensing.batches import Batch
    from district.kernel.sensing.rules.fast.engine import VectorisedEvaluator
    from district.kernel.sensing.rules.reference import ReferenceEvaluator

    holds, figure, peer = True, 0.0, 0.0
    for streams, rules, unrest in SIZES:
        rng = np.random.default_rng(7)
        bound, log = bindings_of(streams, rules, rng), log_of(streams, FRAMES, unrest / 1000, rng)
        pairs = sum(len(binding.groups) for binding in bound)
        began = time.process_time()
        fast = VectorisedEvaluator(bound)
        laid_out = time.process_time() - began
        # Not counted: every stream speaks for the first time, which happens once.
        first = 3 * max(streams // FRAME, 1) // 2
        _through(fast, log[:first], 1e9)
        told, _taken, taken_for = _through(fast, log[first:], 1e9)
        readings = sum(len(f.content) for f in log[first:] if isinstance(f.content, Batch))
        figure = readings / taken_for
        worst = max(_seconds(fast, log[first:]))
        began = time.process_time()
        state = fast.state()
        saved = time.process_time() - began
        size = sum(len(c) if isinstance(c, bytes) else c.nbytes for c in state.values())
        print(
            f"{streams:7d} streams, {rules:5d} rules, {pairs:8d} groups, unrest {unrest}: "
            f"{figure:12,.0f} readings/s; {sum(map(len, told))} transitions; "
            f"laid out in {laid_out:.1f} s, slowest frame of late readings {worst * 1000:.0f} ms, "
            f"snapshot {saved * 1000:.0f} ms, {size / 1e6:.0f} MB",
            flush=True,
        )
        if rules <= 100:
            peer, agreed = _against(ReferenceEvaluator(), VectorisedEvaluator(bound), bound, log)
            holds &= agreed
            print(
                f"        reference {peer:,.0f} readings/s; same transitions: {agreed}", flush=True
            )
    print(
        f"        Polars, largest value of each stream: {_polars(log):,.0f} readings/s", flush=True
    )
    return close(
        "reading_rules",
        figure,
        "readings/s",
        FRAME * FRAMES,
        peer="the reference evaluator on the same frames, a tenth of the rules",
        peer_figure=peer,
        holds=holds and figure >= BOUND,
    )


def _seconds(evaluator: Any, frames: list[Any]) -> list[float]:
    """What each frame costs once more; its readings are out of order by now or wait."""
    found = []
    for frame in frames:
        began = time.process_time()
        evaluator.take(frame)
        found.append(time.process_time() - began)
    return found


def _against(plain: Any, fast: Any, bound: list[Any], log: list[Any]) -> tuple[float, bool]:
    """Readings a second of the plain evaluator, and whether the fast one says the same."""
    from district.kernel.sensing.batches import Batch

    plain.apply(bound)
    log = [_first(frame, 300) for frame in log]
    told, taken, seconds = _through(plain, log, 5.0)
    readings = sum(len(f.content) for f in log[:taken] if isinstance(f.content, Batch))
    again, _taken, _took = _through(fast, log[:taken], 1e9)
    return readings / seconds, repr(told) == repr(again)


def _first(frame: Any, most: int) -> Any:
    """The frame with the first of its readings only: the reference evaluator is slow."""
    from district.kernel.sensing.batches import Batch, Frame

    if isinstance(frame.content, Batch):
        return Frame(frame.position, frame.content.take(slice(0, most)))
    return frame


def _polars(log: list[Any]) -> float:
    import polars as pl

    from district.kernel.sensing.batches import Batch

    batches = [frame.content for frame in log if isinstance(frame.content, Batch)]
    began = time.process_time()
    for batch in batches:
        frame = pl.DataFrame({"stream": batch.stream, "value": batch.value})
        frame.group_by("stream").agg(pl.col("value").max())
    return FRAME * len(batches) / (time.process_time() - began)


if __name__ == "__main__":
    sys.exit(main())
