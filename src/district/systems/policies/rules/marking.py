"""A policy's text cut into pieces: those that proposals stand beside, those not read. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from district.systems.policies.rules.drafting import Draft


@dataclass(frozen=True)
class Piece:
    """A piece of text: `number` of the proposal that it is (from 1), or 0; `unread`."""

    text: str
    number: int = 0
    unread: bool = False


def pieces_of(text: str, draft: Draft) -> list[Piece]:
    """The whole text in pieces, in order."""
    marks = [(p.start, p.end, at, False) for at, p in enumerate(draft.proposals, 1)]
    marks += [(start, end, 0, True) for start, end in draft.unread]
    found, position = [], 0
    for start, end, number, unread in sorted(marks):
        if start < position:
            continue
        if start > position:
            found.append(Piece(text[position:start]))
        found.append(Piece(text[start:end], number, unread))
        position = end
    if position < len(text):
        found.append(Piece(text[position:]))
    return found


def with_clause(where: str, clause: str, *, grouped: bool) -> str:
    """A condition's text with one more clause; what is there keeps its meaning."""
    where = where.strip()
    added = f"({clause})" if grouped else clause
    if not where:
        return clause
    return f"{where}\nand {added}"
