"""Chinese text broken into lines. Pure.

A line may break between any two characters but inside a number or a Latin word; no line begins with
a closing mark or ends with an opening one (GB/T 15834, 5.1).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_NOT_FIRST = frozenset("，。、；：？！）》」』】〉”’％%…—·,.;:?!)]")
_NOT_LAST = frozenset("（《「『【〈“‘([")
_PIECES = re.compile(r"[0-9A-Za-z.,+\-/:*_]+|\s|.", re.DOTALL)
#: At most so many pieces move to the next line to keep marks where they may stand.
_MOVED = 4

Width = Callable[[str], float]


def lines_of(text: str, width: Width, room: float, first: float = 0.0) -> list[str]:
    """The text in lines no wider than `room`, the first one shorter by `first`. Without the
    spaces and line ends at which it was broken, the lines joined are the text."""
    lines: list[str] = []
    for part in text.split("\n"):
        lines += _broken(part, width, room, 0.0 if lines else first)
    return lines


def _broken(text: str, width: Width, room: float, first: float) -> list[str]:
    lines: list[str] = []
    line: list[str] = []
    used = first
    for piece in _pieces(text, width, room - first):
        size = width(piece)
        if line and used + size > room + 0.01:
            moved = _to_move(line, piece)
            if sum(map(width, moved)) + size > room + 0.01:
                moved = []
            kept = line[: len(line) - len(moved)]
            lines.append("".join(kept).rstrip())
            line, used = moved, sum(width(one) for one in moved)
            if piece.isspace() and not line:
                continue
        line.append(piece)
        used += size
    lines.append("".join(line))
    return lines


def _pieces(text: str, width: Width, room: float) -> Iterator[str]:
    """What no line divides; a word wider than the narrowest line is divided into its letters."""
    for found in _PIECES.finditer(text):
        piece = found.group()
        if width(piece) > room:
            yield from piece
        else:
            yield piece


def _to_move(line: list[str], following: str) -> list[str]:
    """The pieces at a line's end that must go with the one that follows."""
    for moved in range(min(_MOVED, len(line) - 1) + 1):
        at = len(line) - moved
        after = line[at] if moved else following
        if after[0] not in _NOT_FIRST and line[at - 1][-1] not in _NOT_LAST:
            return line[at:]
    return []
