"""Citizen identity numbers after GB 11643-1999. Pure.

Six digits of the place of first registration, the date of birth, three of a sequence, and a check
character by ISO 7064, MOD 11-2.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_FORM = re.compile(r"[1-8]\d{16}[\dX]")
_CHECKS = "10X98765432"
_EARLIEST = 1850


def check_character(digits: str) -> str:
    """The eighteenth character that belongs to seventeen digits (ISO 7064, MOD 11-2)."""
    total = sum(int(digit) * (2 ** (17 - at) % 11) for at, digit in enumerate(digits))
    return _CHECKS[total % 11]


def read_id_number(typed: str) -> str:
    """A number as people type it (spaces, full width, a small x), as it is compared."""
    text = unicodedata.normalize("NFKC", typed).upper()
    return "".join(char for char in text if not char.isspace() and char != "-")


def is_id_number(number: str, today: date) -> bool:
    """Whether it can be one: form, a date of birth that is past, and the check character."""
    if not number.isascii() or not _FORM.fullmatch(number):
        return False
    born = birth_date(number)
    return (
        born is not None
        and born.year >= _EARLIEST
        and born <= today
        and check_character(number[:17]) == number[17]
    )


def birth_date(number: str) -> date | None:
    """The date of birth in a number; None where there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
