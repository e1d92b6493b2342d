"""A policy's text cut into pieces: those that proposals stand beside, those not read. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from district.kernel.conditions.public import AnyOf, Condition, to_text
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


def with_clause(where: str, clause: Condition, known: Condition | None) -> str:
    """A condition's text with one more clause; what is there keeps its meaning.

    `known` is what the text says, None while it cannot be read.
    """
    where = where.strip()
    if not where:
        return to_text(clause)
    if isinstance(known, AnyOf):
        where = f"({where})"
    added = to_text(clause)
    return f"{where}\nand ({added})" if isinstance(clause, AnyOf) else f"{where}\nand {added}"
