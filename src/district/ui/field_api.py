"""What the interfaces of phone pages share: what is taken along, and what became of what came."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.middleware.csrf import get_token
from ninja import Schema

from district.kernel.base import clock
from district.kernel.organisation.public import member_of


class CarriedOut(Schema):
    """What a phone takes along, whatever its page is about: `csrf` for the next write, the server's
    time, the member."""

    csrf: str
    now: datetime
    member: str
    name: str


class PhotoOut(Schema):
    """A picture that is there; whether it was before."""

    sha256: str
    repeated: bool


class OutcomeOut(Schema):
    """What became of a record: accepted, repeated (it had come in before) or refused.

    `code` says why it was refused (`kernel.base.sent.outcome_of`), `message` says it in words;
    `field` is what an invalid one names, `missing` are digests of pictures that have not come in.
    """

    id: UUID
    status: str
    url: str = ""
    code: str = ""
    message: str = ""
    field: str = ""
    missing: list[str] = []


def carried_by(request: HttpRequest) -> dict[str, Any]:
    """The values of `CarriedOut` for the signed-in member."""
    member = member_of(request)
    return {
        "csrf": get_token(request),
        "now": clock.now(),
        "member": str(member.pk),
        "name": member.display_name,
    }
