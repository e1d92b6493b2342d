"""Old and new wording side by side: which pieces went, which came. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Wording:
    """A piece of a sentence; `changed` where the other sentence does not say it."""

    text: str
    changed: bool


def compared(old: str, new: str) -> tuple[tuple[Wording, ...], tuple[Wording, ...]]:
    """The pieces of both sentences; the pieces of each join to the sentence."""
    before: list[Wording] = []
    after: list[Wording] = []
    # autojunk would treat frequent characters of a long sentence as noise.
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if a < b:
            before.append(Wording(old[a:b], tag != "equal"))
        if c < d:
            after.append(Wording(new[c:d], tag != "equal"))
    return tuple(before), tuple(after)
