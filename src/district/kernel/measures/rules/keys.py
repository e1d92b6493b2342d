"""Keys of measures that a planner defines. Pure."""

from __future__ import annotations

import hashlib
import re

# Words that stand in addresses where a key could stand.
RESERVED = frozenset({"new"})


def key_for(name: str, unit: str, basis: str, span: str) -> str:
    """The key of a measure of these words: readable, and the same words give the same key."""
    digest = hashlib.sha256("|".join((name, unit, basis, span)).encode()).hexdigest()[:10]
    readable = re.sub(r"[^\w]+", "", name)[:48] or "m"
    return f"{readable}-{digest}"
