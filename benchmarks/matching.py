"""A thousand policies over a million enterprises: who is eligible, who misses one clause.

For every policy the counts and the bits of three kinds (holds, misses exactly one, held up only by
unknowns), 10 to 20 % of every attribute unknown. The peer is the same as Polars expressions in the
best form that we know (matching_polars.py), on the same threads in the same run, turn by turn, each
twice, of which the quicker counts: the first after the other's turn pays for memory that the system
has taken back meanwhile (told beside it). Both must give the same counts, and the same bits for a
sample, which is part of what `holds` says, as is the middle one of the turns' ratios. Then:
a policy that is changed, a thousand enterprises that change, the memory of a process of its own,
and the growth to ten million. `python -m benchmarks.matching 100000 100` is a small run without
growth. Walls are of a machine that others use too, so processor times stand beside them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.harness import close

_ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(_ROOT / "src"))

ENTITIES, POLICIES, CHANGED = 1_000_000, 1_000, 1_000
GROWTH = (1_000_000, 3_000_000, 10_000_000)
_TURNS = 3


def timed(call: Callable[[], Any]) -> tuple[Any, float, float]:
    """What the call gives, its wall time and its processor time in seconds."""
    wall, processor = time.perf_counter(), time.process_time()
    given = call()
    return given, time.perf_counter() - wall, time.process_time() - processor


def best(call: Callable[[], Any], turns: int) -> tuple[Any, float, float]:
    """The same of the quickest of several turns, by wall and by processor time each."""
    given, wall, processor = timed(call)
    for _ in range(turns - 1):
        del given  # not two of them at once
        given, again, took = timed(call)
        wall, processor = min(wall, again), min(processor, took)
    return given, wall, processor


def _settings() -> None:
    from django.conf import settings

    settings.configure(USE_TZ=True, TIME_ZONE="Asia/Shanghai", LANGUAGE_CODE="zh-hans")


def _population(frame: Any) -> Any:
    from benchmarks.matching_population import schema
    from district.kernel.matching.rules.keys import Keys
    from district.kernel.matching.rules.population import Population

    return Population.of_frame(schema(), Keys.of(range(frame.height)), frame)


def _peak() -> float:
    """The most memory that this program ever held, in MB.

    Not `getrusage`, in which a process begins with what the one that started it held.
    """
    said = Path("/proc/self/status").read_text(encoding="utf-8")
    line = next(one for one in said.splitlines() if one.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def alone(path: str, policies: int, bits: str) -> int:
    """Evaluate the enterprises of a file in this process alone; print times and memory."""
    import polars as pl

    _settings()
    from benchmarks import matching_population as made
    from district.kernel.matching.rules.programme import Programme, evaluate_all

    copy = _population(pl.read_parquet(path))
    loaded = _peak()
    programme = Programme.of(made.policies(policies), made.TODAY)
    evaluate_all(copy, programme, bits=False)
    outcomes, wall, processor = best(
        lambda: evaluate_all(copy, programme, bits=bits == "bits"), _TURNS
    )
    print(
        json.dumps(
            {
                "wall": wall,
                "processor": processor,
                "loaded": loaded,
                "peak": _peak(),
                "columns": sum(c.cells.nbytes for c in copy.columns.values()) / 1e6,
                "holds": int(outcomes.counts[:, 0].sum()),
            }
        )
    )
    return 0


def _in_a_process(path: Path, policies: int, bits: str) -> dict[str, float]:
    done = subprocess.run(  # noqa: S603  # this very file
        [sys.executable, "-m", "benchmarks.matching", "alone", str(path), str(policies), bits],
        cwd=_ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _changes(copy: Any, outcomes: Any, full: tuple[float, float]) -> bool:
    """One policy that is changed and some enterprises that change, against everything anew."""
    import numpy as np

    from benchmarks import matching_population as made
    from district.kernel.matching.rules.programme import (
        Programme,
        evaluate_all,
        evaluate_changes,
    )

    drafts = iter(made.policies(40, seed=99).values())
    holds, figures = True, []
    evaluate_all(copy, Programme.of({"p": next(drafts)}, made.TODAY))
    # A fresh programme each time: compiled, bound to the columns, evaluated and counted.
    for draft in drafts:
        programme = Programme.of({"p": draft}, made.TODAY)
        figures += [timed(lambda one=programme: evaluate_all(copy, one))]  # type: ignore[misc]  # a default binds it
    wall = sorted(one[1] for one in figures)[len(figures) // 2]
    processor = sorted(one[2] for one in figures)[len(figures) // 2]
    holds &= processor < full[1] / 100
    print(
        f"one policy changed: {wall * 1000:.2f} ms, {processor * 1000:.2f} of processor "
        f"(1/{full[0] / wall:.0f}, 1/{full[1] / processor:.0f} of everything)",
        flush=True,
    )
    rng = np.random.default_rng(5)
    picked = rng.choice(copy.length, CHANGED, replace=False).tolist()
    fresh = made.frame(CHANGED, seed=77).to_dicts()
    rows = {one: values_of_row(row) for one, row in zip(picked, fresh, strict=True)}
    later, wall_in, _processor = timed(lambda: copy.patched(rows, ()))
    mended, wall, processor = best(lambda: evaluate_changes(outcomes, later), 5)
    holds &= processor < full[1] / 100
    anew = evaluate_all(later, outcomes.programme)
    same = bool((mended.counts == anew.counts).all()) and all(
        (mended.mask(key, "misses_one") == anew.mask(key, "misses_one")).all()
        for key in list(outcomes.programme.conditions)[:20]
    )
    print(
        f"{CHANGED} enterprises changed: {wall * 1000:.2f} ms, {processor * 1000:.2f} of "
        f"processor (1/{full[0] / wall:.0f}, 1/{full[1] / processor:.0f} of everything), the same "
        f"as anew: {same}; to write them into the columns before: {wall_in * 1000:.1f} ms",
        flush=True,
    )
    return holds and same


def values_of_row(row: dict[str, Any]) -> dict[str, Any]:
    """A row of a frame as conditions take rows: decimals unscaled."""
    from decimal import Decimal

    from benchmarks.matching_population import schema

    return {
        a.key: Decimal(row[a.key]).scaleb(-a.places)
        if a.type == "decimal" and row[a.key] is not None
        else row[a.key]
        for a in schema().attributes
    }


def _growth(folder: Path, policies: int) -> None:
    import polars as pl

    from benchmarks import matching_population as made

    for count in GROWTH:
        path = folder / "grown.parquet"
        # Made by the million, so that making them needs no more memory than evaluating them.
        parts = [made.frame(1_000_000, seed=100 + n) for n in range(count // 1_000_000)]
        pl.concat(parts).write_parquet(path, compression="uncompressed")
        del parts
        found = _in_a_process(path, policies, "counts")
        print(
            f"{count:9d} entities, counts alone: {found['wall']:.2f} s, {found['processor']:.2f} "
            f"of processor ({found['processor'] / count * 1e6:.3f} a million), columns "
            f"{found['columns']:.0f} MB, peak while loading {found['loaded']:.0f} MB, in all "
            f"{found['peak']:.0f} MB",
            flush=True,
        )


def main(entities: int = ENTITIES, policies: int = POLICIES, growth: bool = True) -> int:
    """Print ratios, memory and growth, and the JSON line."""
    import os

    _settings()
    from benchmarks import matching_population as made
    from benchmarks.matching_polars import Peer
    from district.kernel.matching.rules.programme import Programme, evaluate_all

    frame, drafted = made.frame(entities), made.policies(policies)
    copy = _population(frame)
    programme = Programme.of(drafted, made.TODAY)
    _plan, compiling, _processor = timed(lambda: programme.plan)
    _first, first, first_processor = timed(lambda: evaluate_all(copy, programme))
    print(
        f"{entities} entities, {policies} policies, {len(programme.plan.things) - 1} distinct "
        f"comparisons and groups; compiled in {compiling * 1000:.0f} ms; the first time "
        f"{first:.2f} s, {first_processor:.2f} of processor, dictionaries asked included; load "
        f"{os.getloadavg()[0]:.1f}",
        flush=True,
    )
    del _first
    peer = Peer(frame, drafted, made.TODAY)
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    for turn in range(_TURNS):
        _cold, cold, _processor = timed(lambda: evaluate_all(copy, programme))
        del _cold
        outcomes, wall, processor = timed(lambda: evaluate_all(copy, programme))
        ours.append((min(cold, wall), processor))
        (bits, counts), wall, processor = best(peer.run, 2)
        theirs.append((wall, processor))
        print(
            f"turn {turn}: ours {ours[-1][0]:.2f} s ({ours[-1][1]:.2f} of processor; at first "
            f"{cold:.2f} s), Polars {wall:.2f} s ({processor:.2f}); ratio {ours[-1][0] / wall:.3f} "
            f"({ours[-1][1] / processor:.3f})",
            flush=True,
        )
    same = outcomes.counts.reshape(-1).tolist() == list(counts) and all(
        (outcomes.mask(key, kind) == bits[f"{key} {kind}"].to_numpy()).all()
        for key in list(drafted)[:20]
        for kind in ("holds", "misses_one", "unknown_only")
    )
    del bits, peer
    turns = sorted(zip(ours, theirs, strict=True), key=lambda pair: pair[0][0] / pair[1][0])
    full, than = turns[_TURNS // 2]
    print(
        f"the middle turn: ratio {full[0] / than[0]:.3f}, of processor times "
        f"{full[1] / than[1]:.3f}; the same counts and bits: {same}",
        flush=True,
    )
    holds = same and full[0] <= than[0] / 5
    holds &= _changes(copy, outcomes, full)
    del outcomes
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "entities.parquet"
        frame.write_parquet(path)
        found = _in_a_process(path, policies, "bits")
        holds &= found["peak"] < 1000
        print(
            f"a process of its own: peak {found['peak']:.0f} MB, columns {found['columns']:.0f} MB "
            f"and {entities * policies * 2 / 8e6:.0f} MB of bits in it",
            flush=True,
        )
        if growth:
            _growth(Path(name), policies)
    return close(
        "matching", full[0], "s", entities * policies,
        peer="the same as Polars expressions in the best form that we know", peer_figure=than[0],
        holds=holds,
    )  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["alone"]:
        sys.exit(alone(sys.argv[2], int(sys.argv[3]), sys.argv[4]))
    told = [int(one) for one in sys.argv[1:3]]
    entities, policies = (*told, *(ENTITIES, POLICIES)[len(told) :])
    sys.exit(main(entities, policies, growth=not told))
