"""A million random pairs of an entity and a condition: does the explanation agree with the verdict?

Every pair is decided twice: among all others by bitmaps, and alone by the explanation that a person
reads, clause by clause. Compared are the kind (holds, misses one, held up only by unknowns, fails)
and which clause is missed. The figure is the number of disagreements, which has to be 0; the peer
is that of a deliberately wrong reading, in which unknown counts as false: it shows that the
comparison sees what it should. `python -m benchmarks.matching_agreement 10000` is a small run.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.harness import close

if TYPE_CHECKING:
    from benchmarks.matching_population import Drafter
    from district.kernel.conditions.public import Condition, Schema
    from district.kernel.matching.rules.programme import Outcomes

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

PAIRS, ENTITIES, SEED = 1_000_000, 1_000, 23


def disagreements(pairs: int, seed: int = SEED) -> tuple[int, int, int]:
    """Among so many pairs (in whole thousands): how many disagree, how many would if unknown were
    false, and how many conditions were asked."""
    from benchmarks.matching_population import TODAY, Drafter, frame, schema
    from district.kernel.conditions.public import frame_of
    from district.kernel.matching.rules.keys import Keys
    from district.kernel.matching.rules.population import Population
    from district.kernel.matching.rules.programme import Programme, evaluate_all

    declared = schema()
    rows = _rows(declared, ENTITIES, seed)
    made = frame_of(rows, declared)
    assert made.schema == frame(1).schema  # noqa: S101  # as the register's columns are typed
    copy = Population.of_frame(declared, Keys.of(range(len(rows))), made)
    drafter, asked = Drafter(seed), max(1, pairs // ENTITIES)
    conditions = {str(n): _condition(drafter, n) for n in range(asked)}
    outcomes = evaluate_all(copy, Programme.of(conditions, TODAY))
    found = wrong = 0
    for key, condition in conditions.items():
        told = _told(outcomes, key, condition)
        for at, row in enumerate(rows):
            kind, missed, careless = _explained(condition, row)
            found += (kind, missed) != (told[0][at], told[1][at])
            wrong += careless != told[0][at]
    return found, wrong, asked


def _rows(declared: Schema, count: int, seed: int) -> list[dict[str, object]]:
    from benchmarks.matching import values_of_row
    from benchmarks.matching_population import frame

    return [values_of_row(row) for row in frame(count, seed).to_dicts()]


def _condition(drafter: Drafter, number: int) -> Condition:
    """Most are policies; some are nested deeper, some are no conjunction, some are nearly empty."""
    from district.kernel.conditions.public import All, AnyOf, Not

    shapes = number % 10
    if shapes < 6:
        return drafter.policy()
    if shapes == 6:
        return AnyOf((drafter.policy(), Not(drafter.policy())))
    if shapes == 7:
        return Not(drafter.policy())
    if shapes == 8:
        return All((drafter.clause(), AnyOf((Not(drafter.policy()), drafter.leaf())), AnyOf()))
    return random.Random(number).choice((All(), AnyOf(), drafter.leaf(), Not(drafter.clause())))  # noqa: S311  # no secrets


def _told(
    outcomes: Outcomes, key: str, condition: Condition
) -> tuple[list[str], list[tuple[int, ...]]]:
    """By entity, what the bitmaps say: the kind, and the clause that alone is missed."""
    from district.kernel.matching.rules.verdicts import KINDS, clauses_of

    length = outcomes.population.length
    kinds: list[str] = [""] * length
    missed: list[tuple[int, ...]] = [()] * length
    for kind in KINDS:
        for one in outcomes.ids(key, kind):
            kinds[one] = kind
    for clause in range(len(clauses_of(condition))):
        for one in outcomes.ids(key, "misses_one", clause=clause):
            missed[one] = (*missed[one], clause)
    return kinds, missed


def _explained(condition: Condition, row: dict[str, object]) -> tuple[str, tuple[int, ...], str]:
    """The kind and the missed clause as explained; the kind if unknown clauses were false."""
    from benchmarks.matching_population import TODAY
    from district.kernel.conditions.public import All, explain
    from district.kernel.matching.rules.verdicts import kind_of

    explained = explain(condition, row, today=TODAY)
    kind = kind_of(explained)
    clauses = explained.clauses if isinstance(condition, All) else (explained,)
    false = tuple(at for at, one in enumerate(clauses) if one.verdict is False)
    doubtful = sum(one.verdict is not True for one in clauses)
    careless = {0: "holds", 1: "misses_one"}.get(doubtful, "fails")
    return kind, false if kind == "misses_one" else (), careless


def main(pairs: int = PAIRS) -> int:
    """Print the count of disagreements and the JSON line."""
    from django.conf import settings

    settings.configure(USE_TZ=True, TIME_ZONE="Asia/Shanghai", LANGUAGE_CODE="zh-hans")
    began = time.perf_counter()
    found, wrong, asked = disagreements(pairs)
    print(
        f"{asked * ENTITIES} pairs of {asked} conditions and {ENTITIES} entities: {found} "
        f"disagreements; {wrong} if unknown were false; {time.perf_counter() - began:.0f} s",
        flush=True,
    )
    return close(
        "matching_agreement", found, "disagreements", asked * ENTITIES,
        peer="the same pairs if unknown clauses were false", peer_figure=wrong,
        holds=found == 0 and wrong > 0,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
