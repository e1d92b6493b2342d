"""The unified social credit code (统一社会信用代码) after GB 32100-2015.

Eighteen characters: one of the registering department, one of the kind of entity, six of the
administrative division, nine of the organisation (GB 11714), and a check character modulo 31.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

#: The standard's 31 characters: digits and capital letters without I, O, S, V and Z.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
PATTERN = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
#: The standard's weights of the first seventeen: 3**(i-1) modulo 31.
WEIGHTS = tuple(pow(3, at, 31) for at in range(LENGTH - 1))
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_TABLE = np.full(256, -1, dtype=np.int16)
for _character, _number in _VALUE.items():
    _TABLE[ord(_character)] = _number


def check_character(first: str) -> str:
    """The eighteenth character to the first seventeen. ValueError for other than seventeen of
    the standard's characters."""
    if len(first) != LENGTH - 1 or any(character not in _VALUE for character in first):
        raise ValueError(f"not seventeen characters of a credit code: {first!r}")
    total = sum(
        _VALUE[character] * weight for character, weight in zip(first, WEIGHTS, strict=True)
    )
    return ALPHABET[-total % 31]


def is_credit_code(code: str) -> bool:
    """Whether `code` is written as the standard says and its check character is right."""
    return bool(PATTERN.fullmatch(code)) and check_character(code[:-1]) == code[-1]


def are_credit_codes(codes: list[str]) -> NDArray[np.bool_]:
    """The same of many codes at once, each of which has eighteen ASCII characters."""
    if not codes:
        return np.zeros(0, dtype=bool)
    letters = np.frombuffer("".join(codes).encode("ascii"), dtype=np.uint8).reshape(-1, LENGTH)
    values = _TABLE[letters]
    weights = np.array((*WEIGHTS, 1), dtype=np.int32)
    good = (values >= 0).all(axis=1) & ((values.astype(np.int32) @ weights) % 31 == 0)
    return np.asarray(good, dtype=bool)
