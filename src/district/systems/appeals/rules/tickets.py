"""The ticket in every report form: it makes a report happen once, and tells its code again.

A ticket is drawn when the form is shown and signed with the moment. The reporter's code follows
from it, so whoever lost the answer and sends the form again reads the same code; it is kept
nowhere, and nobody else holds the ticket. Photos that came with a form which came back are carried
under the same key; a ticket lives no longer than files that no case knows of.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.core import signing

from district.kernel.base.digests import keyed_digest

#: Nobody reads and fills a form faster; a form left open for longer than a day gets a new ticket.
QUICKEST, LONGEST = 3.0, 24 * 3600.0
_SALT = "appeals.report"
_OFFER = "appeals.offer"
_PHOTO = "appeals.photo"
# As kernel/cases draws codes: no I, L, O or U.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE = 10


@dataclass(frozen=True, slots=True)
class Ticket:
    """A form's ticket: its key, and how many seconds ago it was drawn."""

    key: str
    age: float

    @property
    def is_hasty(self) -> bool:
        """Whether no person can have filled the form since."""
        return self.age < QUICKEST


def new_ticket() -> str:
    """A fresh ticket as the form carries it."""
    return signing.TimestampSigner(salt=_SALT).sign(secrets.token_urlsafe(16))


def read_ticket(carried: str, now: float) -> Ticket | None:
    """The ticket that a form carried, at `now` (seconds of the machine's clock).

    None where it was not drawn here, or too long ago.
    """
    signer = signing.TimestampSigner(salt=_SALT)
    try:
        key = signer.unsign(carried)
        drawn = signing.b62_decode(carried.rsplit(":", 2)[1])
    except (signing.BadSignature, ValueError, IndexError):
        return None
    age = now - drawn
    return Ticket(f"web:{key}", age) if age <= LONGEST else None


def code_for(key: str, secret: str) -> str:
    """The code of the report that a ticket's key opened: ten letters, 50 bits nobody can guess."""
    number = int.from_bytes(keyed_digest("appeals code", secret, key)[:8], "big")
    return "".join(_LETTERS[(number >> (5 * at)) & 31] for at in range(_CODE))


def offer_of(case: str, key: str) -> str:
    """A case as it is offered to the holder of a ticket, and to nobody else."""
    return signing.Signer(salt=_OFFER).sign_object([case, key])


def offered(carried: str, key: str) -> str:
    """The case that was offered to the holder of this ticket; "" where none was."""
    try:
        case, whose = signing.Signer(salt=_OFFER).unsign_object(carried)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(case) if whose == key else ""


def photo_of(kept: list[str | int], key: str) -> str:
    """A photo that lies on the disk, as its form carries it: good for this ticket alone."""
    return signing.Signer(salt=_PHOTO).sign_object([*kept, key])


def photo_kept(carried: str, key: str) -> list[str | int] | None:
    """What `photo_of` was given; None where it was not made here for this ticket."""
    try:
        *kept, whose = signing.Signer(salt=_PHOTO).unsign_object(carried)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return kept if whose == key else None
