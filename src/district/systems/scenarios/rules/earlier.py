"""What was recognised elsewhere, as it is typed or pasted from a table. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BETWEEN = re.compile(r"\t|,|，")


@dataclass(frozen=True)
class Earlier:
    """What was recognised: the product or factory, its organisation with its credit code, and the
    number that it was given, "" for a new one."""

    title: str
    organisation: str
    code: str
    number: str = ""


def read_earlier(text: str) -> tuple[list[Earlier], int]:
    """One result a line (title, organisation, code and perhaps number, with tabs or commas between
    them), empty lines left out; and the number of the first line that is none, 0 without one."""
    found: list[Earlier] = []
    for at, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = [one.strip() for one in _BETWEEN.split(line.strip())]
        while len(parts) > 3 and not parts[-1]:
            parts.pop()
        if not 3 <= len(parts) <= 4:
            return found, at
        found.append(Earlier(*parts))
    return found, 0
