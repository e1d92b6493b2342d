"""Feed the report compiler with generated inputs for some time and stop at the first failure.

    python scripts/fuzz_compiler.py --seconds 600

The inputs are mutations of tests/compiler/corpus and of the labelled reports, and texts
put together from pieces. A failing input is written beside the corpus as failure-SEED.txt.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.compiler.invariants import check  # noqa: E402 - the path is set just above
from tests.compiler.mutations import PIECES, mutate  # noqa: E402


def inputs(seed: int, sources: list[str]) -> str:
    """The input of one seed."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    if chance.random() < 0.4:
        return "".join(chance.choices(PIECES, k=chance.randint(1, 120)))
    text = chance.choice(sources)
    begin = chance.randrange(max(1, len(text)))
    return mutate(text[begin : begin + chance.randint(1, 3000)], chance)


def main() -> int:
    """Run for the given seconds; status 1 and a saved input at the first failure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    args = parser.parse_args()
    corpus = ROOT / "tests" / "compiler"
    paths = [*sorted((corpus / "corpus").glob("*.txt")), *sorted((corpus / "gold").rglob("*.txt"))]
    sources = [path.read_bytes().decode("utf-8") for path in paths]
    begun = time.monotonic()
    runs, slowest, told = 0, 0.0, begun
    while time.monotonic() - begun < args.seconds:
        seed = args.seed + runs
        text = inputs(seed, sources)
        start = time.perf_counter()
        try:
            check(text)
        except Exception as error:  # noqa: BLE001 - any failure is what is looked for
            saved = corpus / "corpus" / f"failure-{seed}.txt"
            saved.write_bytes(text.encode("utf-8", "surrogatepass"))
            print(f"seed {seed}: {type(error).__name__}: {error}\nsaved as {saved}")
            return 1
        slowest = max(slowest, time.perf_counter() - start)
        runs += 1
        if time.monotonic() - told > 30:
            told = time.monotonic()
            print(f"{told - begun:.0f} s, {runs} inputs, slowest {slowest:.2f} s", flush=True)
    print(f"{runs} inputs in {args.seconds:.0f} s without a failure; slowest {slowest:.2f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
