"""The unified social credit code (GB 32100-2015): eighteen signs, the last one checks. Pure."""

from __future__ import annotations

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, at, 31) for at in range(17))


def is_credit_code(text: str) -> bool:
    """Whether the eighteenth sign is the one that the other seventeen demand."""
    if len(text) != 18 or any(sign not in _SIGNS for sign in text):
        return False
    total = sum(_SIGNS.index(sign) * weight for sign, weight in zip(text, _WEIGHTS, strict=False))
    return _SIGNS[(31 - total % 31) % 31] == text[17]


def with_check(seventeen: str) -> str:
    """A code from its first seventeen signs."""
    pairs = zip(seventeen, _WEIGHTS, strict=True)
    total = sum(_SIGNS.index(sign) * weight for sign, weight in pairs)
    return seventeen + _SIGNS[(31 - total % 31) % 31]
