"""What goes into what: input-output relations between product classes. Pure.

A row says that products of the input go into products of the output, and how much that matters,
from 0 to 1. Input and output are a class (C3841.01) or a prefix that stands for all classes below
it (C39). Of rows that speak of a pair the most exact decides. What goes in over one class between
counts as the product of both strengths times a share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from district.systems.enterprises.rules.products import ProductsError, Row

RELATION_COLUMNS = ("input", "output", "strength", "source")


@dataclass(frozen=True)
class Relation:
    """A row of the table; `source` says whose word it is."""

    input: str
    output: str
    strength: float
    source: str


@dataclass(frozen=True)
class Link:
    """That one class goes into another: how strongly, over which class (""), whose word it is."""

    strength: float
    via: str = ""
    source: str = ""


NO_LINK = Link(0.0)


def relations_from(rows: Iterable[Row], codes: Iterable[str]) -> tuple[Relation, ...]:
    """The relations of a table over these classes. Raises ProductsError naming the line."""
    known = list(codes)
    found: list[Relation] = []
    for line, row in enumerate(rows, 2):
        try:
            strength = float(row["strength"])
        except ValueError:
            strength = -1.0
        if not 0 < strength <= 1:
            raise ProductsError(f"line {line}: a strength above 0 and at most 1")
        for side in (row["input"], row["output"]):
            if "." in side and side not in known:
                raise ProductsError(f"line {line}: no such class: {side}")
        if not row["source"]:
            raise ProductsError(f"line {line}: the source is missing")
        found.append(Relation(row["input"], row["output"], strength, row["source"]))
    return tuple(found)


class Relations:
    """The relations between the classes of a vocabulary, one and two steps long."""

    def __init__(
        self, rows: Iterable[Relation], codes: Iterable[str], second_step: float = 0.5
    ) -> None:
        self._codes = sorted(codes)
        self._one = _one_step(rows, self._codes)
        self._share = second_step
        self._both: dict[str, dict[str, Link]] = {
            code: self._with_second(code) for code in self._codes
        }
        self._back: dict[str, dict[str, Link]] = {}
        for code, some in self._both.items():
            for other, link in some.items():
                self._back.setdefault(other, {})[code] = link

    def _with_second(self, code: str) -> dict[str, Link]:
        found = dict(self._one.get(code, {}))
        for middle, first in self._one.get(code, {}).items():
            for other, second in self._one.get(middle, {}).items():
                strength = first.strength * second.strength * self._share
                if other != code and strength > found.get(other, NO_LINK).strength:
                    found[other] = Link(strength, middle, second.source)
        return found

    def link(self, one: str, other: str) -> Link:
        """How strongly `one` goes into `other`; NO_LINK where it does not."""
        return self._both.get(one, {}).get(other, NO_LINK)

    def outputs(self, code: str, least: float = 0.0) -> Mapping[str, Link]:
        """What a class goes into (downstream), the strongest first."""
        return _strongest(self._both.get(code, {}), least)

    def inputs(self, code: str, least: float = 0.0) -> Mapping[str, Link]:
        """What goes into a class (upstream), the strongest first."""
        return _strongest(self._back.get(code, {}), least)


def _one_step(rows: Iterable[Relation], codes: list[str]) -> dict[str, dict[str, Link]]:
    exactness: dict[tuple[str, str], int] = {}
    found: dict[str, dict[str, Link]] = {}
    for row in rows:
        exact = len(row.input) + len(row.output)
        outputs = [code for code in codes if code.startswith(row.output)]
        for one in (code for code in codes if code.startswith(row.input)):
            for other in outputs:
                if one != other and exact > exactness.get((one, other), -1):
                    exactness[one, other] = exact
                    found.setdefault(one, {})[other] = Link(row.strength, "", row.source)
    return found


def _strongest(links: Mapping[str, Link], least: float) -> dict[str, Link]:
    ordered = sorted(links.items(), key=lambda pair: (-pair[1].strength, pair[0]))
    return {code: link for code, link in ordered if link.strength >= least}
