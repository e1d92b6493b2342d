"""The API under /api/dummy/; registers bring theirs by themselves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from district.kernel.organisation.public import actor_of
from district.testing.dummy.services import report_fault

router = Router(tags=["dummy"])


class FaultIn(Schema):
    """A fault as a caller reports it."""

    lamp: UUID
    text: str
    phone: str = ""


class FaultOut(Schema):
    """The fault that was written down."""

    id: UUID
    version: int


@router.post("/faults", response={201: FaultOut})
def report(request: HttpRequest, fault: FaultIn) -> Any:
    """Report a fault."""
    made = report_fault(fault.lamp, fault.text, phone=fault.phone, actor=actor_of(request))
    return Status(201, {"id": made.pk, "version": made.version})
