"""Numbers that people read out: a prefix, the day, six letters that are hardly misread."""

from __future__ import annotations

import secrets
from datetime import date

#: No I, L, O or U.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_number(prefix: str, day: date) -> str:
    """A number that nobody else is likely to have."""
    drawn = "".join(secrets.choice(_LETTERS) for _each in range(6))
    return f"{prefix}{day:%y%m%d}-{drawn}"
