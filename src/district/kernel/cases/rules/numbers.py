"""Numbers of cases and the codes that reporters ask with. Pure, but for the system's randomness."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from datetime import date

# Crockford's base 32: no I, L, O or U, which are misread and misheard.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_DAY, _DRAWN, _CODE = 6, 6, 10


def new_number(prefix: str, day: date) -> str:
    """A number such as `SQ250926-7K2Q9M`: type, day, and six random letters.

    Drawn, not counted: a counter would make every report wait for the one before it, and tell
    outsiders how many there are. About a thousand million a day; the database refuses a repeat.
    """
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(_DRAWN))
    return f"{prefix}{day:%y%m%d}-{drawn}"


def new_code() -> str:
    """The code with which a reporter asks how the case stands: ten letters, 50 random bits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_CODE))


def code_hash(number: str, code: str) -> str:
    """What is kept of a code; as people type it, with or without spaces, capital or not."""
    return hashlib.sha256(f"{number}:{_read(code)}".encode()).hexdigest()


def read_number(typed: str, prefix: str) -> str:
    """A number as people type it, as it is kept: `sq 250926 7k2q9m` is `SQ250926-7K2Q9M`.

    What cannot be one is given back as it reads, and will not be found.
    """
    text = "".join(char for char in unicodedata.normalize("NFKC", typed).upper() if char.isalnum())
    drawn = _read(text.removeprefix(prefix))
    if len(drawn) != _DAY + _DRAWN:
        return text[:24]
    return f"{prefix}{drawn[:_DAY]}-{drawn[_DAY:]}"


def _read(typed: str) -> str:
    """Letters and digits as they were drawn: full width and case folded, misread ones mended."""
    text = unicodedata.normalize("NFKC", typed).upper()
    return "".join(char for char in text if char.isalnum()).translate(_READ_AS)
