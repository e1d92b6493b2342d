"""The labelled appeals that come with the product; all are invented, none is a person's.

The test split was worded after the training split and shares no text with it, but one author
wrote both: expect less of real appeals until handled cases have been added.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

EXAMPLES = Path(__file__).with_name("examples.csv")


@dataclass(frozen=True)
class StarterExample:
    """A row of `examples.csv`: split is train or test.

    voice is `plain` (as a hotline notes it down) or `spoken` (as people tell it, often without
    the usual word for the thing, short, in dialect, or several things at once).
    """

    text: str
    matter: str
    split: str
    voice: str


def read_examples(path: Path = EXAMPLES) -> tuple[StarterExample, ...]:
    """The labelled examples that come with the product, in the order of their file."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            StarterExample(row["text"], row["matter"], row["split"], row["voice"])
            for row in csv.DictReader(file)
        )
