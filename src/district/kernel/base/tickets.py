"""The ticket in a public form: what it is sent with happens once, and tells its code again to
whoever lost the answer. A ticket is signed with its moment; the code follows from it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.core import signing

from district.kernel.base.digests import keyed_digest

#: Seconds; nobody fills a form faster, and a form left open for longer gets a new ticket.
QUICKEST, LONGEST = 3.0, 24 * 3600.0
# As kernel/cases draws codes: no I, L, O or U.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE = 10


@dataclass(frozen=True)
class Tickets:
    """The tickets of one form. `name` keeps its tickets, keys and codes apart from those of any
    other; codes hang on it, so it may never change."""

    name: str

    def new(self) -> str:
        """A fresh ticket as the form carries it."""
        return self._signer.sign(secrets.token_urlsafe(16))

    def read(self, carried: str, now: float) -> tuple[str, float] | None:
        """The key and age in seconds of a ticket at `now` (the machine's clock); None where it
        was not drawn here, or too long ago."""
        try:
            key = self._signer.unsign(carried)
            drawn = signing.b62_decode(carried.rsplit(":", 2)[1])
        except (signing.BadSignature, ValueError, IndexError):
            return None
        age = now - drawn
        return (f"{self.name}:{key}", age) if age <= LONGEST else None

    def code_for(self, key: str, secret: str) -> str:
        """The code of what a ticket's key opened: ten letters, 50 bits."""
        number = int.from_bytes(keyed_digest(f"{self.name} code", secret, key)[:8], "big")
        return "".join(_LETTERS[(number >> (5 * at)) & 31] for at in range(_CODE))

    @property
    def _signer(self) -> signing.TimestampSigner:
        return signing.TimestampSigner(salt=f"tickets.{self.name}")
