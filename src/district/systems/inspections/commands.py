"""`district inspections ...`: re-running a published draw, from its file alone."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from district.systems.inspections.rules.drawing import Drawn, check, commitment_digest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The steps and their options. Django is not started yet."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    step = steps.add_parser("draw", help="re-run a published draw and compare; no database needed")
    step.add_argument("file", help="draw.json, as it is published")
    step.add_argument(
        "--commitment", default="", help="the commitment's digest as noted before the draw"
    )
    step.add_argument("--population", default="", help="population.csv, to be compared as well")


def run(arguments: argparse.Namespace) -> int:
    """Check the draw; 0 when it holds, 1 when it does not or cannot be read."""
    try:
        published = json.loads(Path(arguments.file).read_text(encoding="utf-8"))
        other = (
            Path(arguments.population).read_bytes().decode("utf-8")
            if arguments.population
            else None
        )
    except (OSError, ValueError) as error:
        print(f"{arguments.file}: cannot be read ({error})")
        return 1
    problems = check(published, arguments.commitment.strip().lower())
    if other is not None and not problems and other != published["population"]:
        problems = ["population.csv differs from the population of the draw"]
    for problem in problems:
        print(f"WRONG: {problem}")
    if problems:
        return 1
    drawn = [Drawn(row["key"], row["stratum"]) for row in published["selected"]]
    print(f"{published['round']}: {len(drawn)} of {published['population_count']} drawn, as stated")
    print(f"commitment {commitment_digest(published)}")
    if not arguments.commitment:
        print("Give --commitment with the digest noted before the draw to prove that it held then.")
    return 0
