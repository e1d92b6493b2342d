"""What the form of a report carries besides what was typed: its ticket, cases that were offered to
its holder, photos that lie on the disk.

Photos that came with a form which came back are carried under the ticket's key; a ticket lives no
longer than files that no case knows of.
"""

from __future__ import annotations

from django.core import signing

from district.kernel.base.tickets import Tickets

TICKETS = Tickets("appeals.report", "web", "appeals code")
_OFFER = "appeals.offer"
_PHOTO = "appeals.photo"


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
