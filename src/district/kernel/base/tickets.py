"""The ticket in a public form: what the form is sent with happens once, and tells its code again.

A ticket is drawn when the form is shown and signed with the moment. The code that the sender gets
follows from it, so whoever lost the answer and sends the form again reads the same code; it is
kept nowhere, and nobody else holds the ticket.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.core import signing

from district.kernel.base.digests import keyed_digest

#: Seconds: nobody reads and fills a form faster.
QUICKEST = 3.0
#: Seconds: a form left open for longer gets a new ticket, and files that no case knows of live no
#: longer either.
LONGEST = 24 * 3600.0
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


@dataclass(frozen=True, slots=True)
class Tickets:
    """The tickets of one kind of form.

    `salt` keeps its signatures apart from those of other forms, `prefix` its keys, `purpose` its
    codes. Keys and the hashes of codes are kept in the database, so these may never change.
    """

    salt: str
    prefix: str
    purpose: str

    def new(self) -> str:
        """A fresh ticket as the form carries it."""
        return signing.TimestampSigner(salt=self.salt).sign(secrets.token_urlsafe(16))

    def read(self, carried: str, now: float) -> Ticket | None:
        """The ticket that a form carried, at `now` (seconds of the machine's clock).

        None where it was not drawn here, or too long ago.
        """
        try:
            key = signing.TimestampSigner(salt=self.salt).unsign(carried)
            drawn = signing.b62_decode(carried.rsplit(":", 2)[1])
        except (signing.BadSignature, ValueError, IndexError):
            return None
        age = now - drawn
        return Ticket(f"{self.prefix}:{key}", age) if age <= LONGEST else None

    def code_for(self, key: str, secret: str) -> str:
        """The code that a ticket's key gives: ten letters, 50 bits that nobody can guess."""
        number = int.from_bytes(keyed_digest(self.purpose, secret, key)[:8], "big")
        return "".join(_LETTERS[(number >> (5 * at)) & 31] for at in range(_CODE))
