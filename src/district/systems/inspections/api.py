"""What a phone asks and hands in; with the session's rights, as the pages."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, File, Form, Router, Schema
from ninja.files import UploadedFile

from district.kernel.base import sniffing
from district.kernel.base.sent import aware, degrees, outcome_of
from district.kernel.cases.public import writable
from district.kernel.organisation.public import actor_of, authorise_somewhere
from district.kernel.registers.public import ERRORS
from district.systems.inspections.names import INSPECT
from district.systems.inspections.rules.answers import Given
from district.systems.inspections.selectors.phone import carried
from district.systems.inspections.services.photos import keep_photo
from district.systems.inspections.services.submitting import Submission, submit_inspection
from district.ui.field_api import CarriedOut, OutcomeOut, PhotoOut, carried_by

router = Router(tags=["inspections"])

#: A phone hands in so many at once; the rest with the next request.
MOST_AT_ONCE = 20


class TasksOut(CarriedOut):
    """What a phone takes along: tasks, and the checklists that they are done by."""

    tasks: list[dict[str, Any]]
    checklists: dict[str, Any]


class PhotoIn(Schema):
    """Of which inspection (the phone's id) and task a picture is, and the digest of its bytes."""

    inspection: UUID
    task: UUID
    sha256: str = Field(max_length=64)


class AnswerIn(Schema):
    """One item: `verdict` pass, fail or na of a check, `value` of a number; pictures by digest."""

    item: str = Field(max_length=40)
    verdict: str = Field("", max_length=8)
    value: str = Field("", max_length=40)
    note: str = Field("", max_length=4000)
    photos: list[str] = Field([], max_length=20)
    fixed: bool = False
    after: list[str] = Field([], max_length=20)


class InspectionIn(Schema):
    """An inspection under the id that the phone made; see services.submitting."""

    id: UUID
    task: UUID
    version: str = Field(max_length=16)
    begun_at: datetime
    finished_at: datetime
    answers: list[AnswerIn] = Field(max_length=500)
    note: str = Field("", max_length=8000)
    lon: str | float | None = None
    lat: str | float | None = None
    accuracy: int | None = Field(None, ge=0, le=10_000_000)
    extra: bool = False


class SyncIn(Schema):
    """Inspections to be handed in, each by itself."""

    inspections: list[InspectionIn] = Field(max_length=MOST_AT_ONCE)


class InspectionOut(OutcomeOut):
    """What became of one. Codes are also reassigned, submitted, cancelled, version, changed and
    photos."""

    number: str = ""
    hazards: int = 0


class SyncOut(Schema):
    """One outcome for each inspection, in their order."""

    outcomes: list[InspectionOut]


@router.get("/phone", response={200: TasksOut, **ERRORS})
def phone(request: HttpRequest) -> dict[str, Any]:
    """The member's tasks with their checklists, for use without a connection."""
    actor = actor_of(request)
    authorise_somewhere(actor, INSPECT)
    return {**carried_by(request), **carried(actor)}


@router.post("/photos", response={200: PhotoOut, **ERRORS})
def photo(request: HttpRequest, given: Form[PhotoIn], file: File[UploadedFile]) -> dict[str, Any]:
    """One picture, under the digest of its bytes; the same one again changes nothing."""
    content = file.read(sniffing.LARGEST + 1)
    kept = keep_photo(
        given.inspection,
        given.task,
        writable(given.sha256),
        file.name or "",
        content,
        actor=actor_of(request),
    )
    return {"sha256": kept.photo.source_sha256, "repeated": kept.repeated}


@router.post("/sync", response={200: SyncOut, **ERRORS})
def sync(request: HttpRequest, given: SyncIn) -> dict[str, Any]:
    """Hand in inspections; what one is refused for does not touch the others."""
    return {
        "outcomes": [outcome_of(one.id, partial(_taken, request, one)) for one in given.inspections]
    }


def _taken(request: HttpRequest, one: InspectionIn) -> dict[str, Any]:
    received = submit_inspection(_submission(one), actor=actor_of(request))
    row = received.inspection
    return {
        "status": "repeated" if received.repeated else "accepted",
        "number": row.number,
        "url": row.get_absolute_url(),
        "hazards": row.answers.exclude(hazard=None).count(),
    }


def _submission(one: InspectionIn) -> Submission:
    return Submission(
        id=one.id,
        task=one.task,
        version=writable(one.version),
        begun_at=aware("begun_at", one.begun_at),
        finished_at=aware("finished_at", one.finished_at),
        answers=tuple(
            Given(
                writable(each.item),
                writable(each.verdict),
                writable(each.value),
                writable(each.note),
                tuple(map(writable, each.photos)),
                each.fixed,
                tuple(map(writable, each.after)),
            )
            for each in one.answers
        ),
        note=writable(one.note),
        lon=degrees("lon", one.lon),
        lat=degrees("lat", one.lat),
        accuracy=one.accuracy,
        extra=one.extra,
    )
