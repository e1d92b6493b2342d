"""The unified social credit code (统一社会信用代码) after GB 32100-2015. Pure.

Eighteen characters: one of the registering department, one of the kind of entity, six of the
administrative division, nine of the organisation (GB 11714), and a check character modulo 31.
"""

from __future__ import annotations

import re

#: The standard's 31 characters: digits and capital letters without I, O, S, V and Z.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
PATTERN = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
#: The standard's weights of the first seventeen: 3**(i-1) modulo 31.
WEIGHTS = tuple(pow(3, at, 31) for at in range(LENGTH - 1))
_VALUE = {character: value for value, character in enumerate(ALPHABET)}


def check_character(first: str) -> str:
    """The eighteenth character to the first seventeen. ValueError for other than seventeen of
    the standard's characters."""
    if len(first) != LENGTH - 1 or any(character not in _VALUE for character in first):
        raise ValueError(f"not seventeen characters of a credit code: {first!r}")
    total = sum(
        _VALUE[character] * weight for character, weight in zip(first, WEIGHTS, strict=True)
    )
    return ALPHABET[-total % 31]


def with_check(first: str) -> str:
    """A code from its first seventeen characters. ValueError as `check_character`."""
    return first + check_character(first)


def is_credit_code(code: str) -> bool:
    """Whether `code` is written as the standard says and its check character is right."""
    return bool(PATTERN.fullmatch(code)) and check_character(code[:-1]) == code[-1]
