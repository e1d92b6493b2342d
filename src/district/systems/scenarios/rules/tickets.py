"""The ticket in every public form: what it is sent with happens once, and tells its code again to
whoever lost the answer. A ticket is signed with its moment; the code follows from it."""

from __future__ import annotations

import secrets

from django.core import signing

from district.kernel.base.digests import keyed_digest

#: Seconds; nobody fills the form faster, and a form left open for longer gets a new ticket.
QUICKEST, LONGEST = 3.0, 24 * 3600.0
_SALT = "scenarios.public"
# As kernel/cases draws codes: no I, L, O or U.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE = 10


def new_ticket() -> str:
    """A fresh ticket as the form carries it."""
    return signing.TimestampSigner(salt=_SALT).sign(secrets.token_urlsafe(16))


def read_ticket(carried: str, now: float) -> tuple[str, float] | None:
    """The key and age in seconds of a ticket at `now` (the machine's clock); None where it was not
    drawn here, or too long ago."""
    try:
        key = signing.TimestampSigner(salt=_SALT).unsign(carried)
        drawn = signing.b62_decode(carried.rsplit(":", 2)[1])
    except (signing.BadSignature, ValueError, IndexError):
        return None
    age = now - drawn
    return (f"recognition:{key}", age) if age <= LONGEST else None


def code_for(key: str, secret: str) -> str:
    """The code of the application that a ticket's key opened: ten letters, 50 bits."""
    number = int.from_bytes(keyed_digest("recognition code", secret, key)[:8], "big")
    return "".join(_LETTERS[(number >> (5 * at)) & 31] for at in range(_CODE))
