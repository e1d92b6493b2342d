"""What goes into a firm's products and what they go into, as a graph to walk and as a tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from district.systems.enterprises.models import Enterprise, Product
from district.systems.enterprises.rules.relations import Link
from district.systems.enterprises.selectors.catalogue import class_label, relations, vocabulary
from district.systems.enterprises.selectors.partners import classes_made

#: So many classes on either side of the centre, and so many in it.
_MOST = 9
_LEAST = 0.2
_WIDTH, _HEIGHT, _GAP, _TOP = 250, 44, 14, 30
_COLUMNS = {"input": 0, "centre": 355, "output": 710}


@dataclass(frozen=True)
class Node:
    """A class in the graph. `side` is input, centre or output; `strength` is that of its relation
    to the centre in percent, `to` the codes of the centre that it is related to, `source` whose
    word the relation is; (x, y) is its corner in the drawing."""

    code: str
    label: str
    side: str
    strength: int = 0
    source: str = ""
    to: tuple[str, ...] = ()
    x: int = 0
    y: int = 0

    @property
    def middle(self) -> int:
        """Where lines meet it."""
        return self.y + _HEIGHT // 2


@dataclass(frozen=True)
class Line:
    """A relation in the drawing, from right of one box to left of another."""

    x1: int
    y1: int
    x2: int
    y2: int
    width: float


@dataclass(frozen=True)
class Graph:
    """Classes before, in and behind the centre, and the drawing's lines and size."""

    inputs: tuple[Node, ...]
    centre: tuple[Node, ...]
    outputs: tuple[Node, ...]
    lines: tuple[Line, ...]
    width: int
    height: int
    box_width: int = _WIDTH
    box_height: int = _HEIGHT

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All of them, in the order in which they are read."""
        return (*self.inputs, *self.centre, *self.outputs)


def graph_of(row: Enterprise, own: Iterable[Product], centre: str = "") -> Graph:
    """The graph around what an enterprise makes (`own` are its products), or around one class."""
    is_known = centre in vocabulary().by_code
    codes = (centre,) if is_known else classes_made(row, own)[:_MOST]
    inputs = _around(codes, "input")
    outputs = _around(codes, "output")
    middle = tuple(Node(code, class_label(code), "centre") for code in codes)
    columns = [_placed(some, side) for some, side in
               ((inputs, "input"), (middle, "centre"), (outputs, "output"))]  # fmt: skip
    most = max(map(len, columns))
    height = _TOP + max(1, most) * (_HEIGHT + _GAP)
    left, centres, right = columns
    lines = (*_lines(left, centres), *_lines(centres, right))
    return Graph(left, centres, right, lines, _COLUMNS["output"] + _WIDTH, height)


def _around(codes: tuple[str, ...], side: str) -> tuple[Node, ...]:
    """The classes with the strongest relations to any of these."""
    best: dict[str, Link] = {}
    to: dict[str, list[str]] = {}
    for code in codes:
        found: Mapping[str, Link] = (
            relations().inputs(code, _LEAST)
            if side == "input"
            else relations().outputs(code, _LEAST)
        )
        for other, link in found.items():
            if other in codes or link.via:
                continue
            to.setdefault(other, []).append(code)
            if other not in best or link.strength > best[other].strength:
                best[other] = link
    ranked = sorted(best, key=lambda code: (-best[code].strength, code))[:_MOST]
    return tuple(
        Node(code, class_label(code), side, round(100 * best[code].strength),
             best[code].source, tuple(to[code]))
        for code in ranked
    )  # fmt: skip


def _placed(nodes: tuple[Node, ...], side: str) -> tuple[Node, ...]:
    return tuple(
        replace(node, x=_COLUMNS[side], y=_TOP + at * (_HEIGHT + _GAP))
        for at, node in enumerate(nodes)
    )


def _lines(left: tuple[Node, ...], right: tuple[Node, ...]) -> list[Line]:
    by_code = {node.code: node for node in (*left, *right)}
    found = []
    for node in (*left, *right):
        for code in node.to:
            one, other = (node, by_code[code]) if node.side == "input" else (by_code[code], node)
            width = round(0.5 + node.strength / 40, 1)
            found.append(Line(one.x + _WIDTH, one.middle, other.x, other.middle, width))
    return found
