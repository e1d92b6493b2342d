"""What a phone asks and hands in of weekly follow-ups; with the session's rights, as the pages."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, File, Form, Router, Schema
from ninja.files import UploadedFile

from district.kernel.base import sniffing
from district.kernel.base.sent import aware, degrees, outcome_of
from district.kernel.base.sent_photos import Sent
from district.kernel.cases.public import writable
from district.kernel.organisation.public import actor_of, authorise_somewhere
from district.kernel.registers.public import ERRORS
from district.systems.projects.names import FOLLOW
from district.systems.projects.selectors.following import carried
from district.systems.projects.services.follow_photos import keep_follow_photo
from district.systems.projects.services.follow_ups import Given, take_follow_up
from district.ui.field_api import CarriedOut, OutcomeOut, PhotoOut, carried_by

router = Router(tags=["projects"])

#: A phone hands in so many at once; the rest with the next request.
MOST_AT_ONCE = 20


class ProjectsOut(CarriedOut):
    """What a phone takes along: the week, its projects, and what there is to choose from."""

    week: dict[str, str]
    utc_offset: int
    kinds: list[dict[str, str]]
    levels: list[dict[str, str]]
    phrases: list[str]
    projects: list[dict[str, Any]]


class PhotoIn(Schema):
    """Of which follow-up (the phone's id) and project a picture is, and the digest of its bytes."""

    follow_up: UUID
    project: UUID
    sha256: str = Field(max_length=64)


class ProblemIn(Schema):
    """A problem that is raised with the follow-up."""

    title: str = Field(max_length=400)
    kind: str = Field(max_length=40)
    level: str = Field(max_length=10)


class FollowUpIn(Schema):
    """A follow-up under the id that the phone made; see services.follow_ups."""

    id: UUID
    project: UUID
    seen_at: datetime
    finished_at: datetime
    progress: Decimal = Field(max_digits=9, decimal_places=6)
    text: str = Field(max_length=4000)
    photos: list[str] = Field([], max_length=20)
    lon: str | float | None = None
    lat: str | float | None = None
    accuracy: int | None = Field(None, ge=0, le=10_000_000)
    problem: ProblemIn | None = None
    replaces: UUID | None = None


class SyncIn(Schema):
    """Follow-ups to be handed in, each by itself."""

    follow_ups: list[FollowUpIn] = Field(max_length=MOST_AT_ONCE)


class FollowUpOut(OutcomeOut):
    """What became of one: `doubt` says what cannot be believed of it, `problem` is the number of
    the one that it raised. Codes are also made (`latest` is the one that came meanwhile), changed,
    over and photos."""

    doubt: str = ""
    problem: str = ""
    latest: str = ""


class SyncOut(Schema):
    """One outcome for each follow-up, in their order."""

    outcomes: list[FollowUpOut]


@router.get("/phone", response={200: ProjectsOut, **ERRORS})
def phone(request: HttpRequest) -> dict[str, Any]:
    """The member's projects of the week, for use without a connection."""
    actor = actor_of(request)
    authorise_somewhere(actor, FOLLOW)
    return {**carried_by(request), **carried(actor)}


@router.post("/photos", response={200: PhotoOut, **ERRORS})
def photo(request: HttpRequest, given: Form[PhotoIn], file: File[UploadedFile]) -> dict[str, Any]:
    """One picture, under the digest of its bytes; the same one again changes nothing."""
    sent = Sent(writable(given.sha256), file.name or "", file.read(sniffing.LARGEST + 1))
    kept = keep_follow_photo(given.follow_up, given.project, sent, actor=actor_of(request))
    return {"sha256": kept.photo.source_sha256, "repeated": kept.repeated}


@router.post("/sync", response={200: SyncOut, **ERRORS})
def sync(request: HttpRequest, given: SyncIn) -> dict[str, Any]:
    """Hand in follow-ups; what one is refused for does not touch the others."""
    taken = [outcome_of(one.id, partial(_taken, request, one)) for one in given.follow_ups]
    return {"outcomes": taken}


def _taken(request: HttpRequest, one: FollowUpIn) -> dict[str, Any]:
    received = take_follow_up(_given(one), actor=actor_of(request))
    row = received.row
    return {
        "status": "repeated" if received.repeated else "accepted",
        "url": row.get_absolute_url(),
        "doubt": row.get_doubt_display() if row.doubt else "",
        "problem": row.problem.number if row.problem else "",
    }


def _given(one: FollowUpIn) -> Given:
    problem = one.problem
    return Given(
        id=one.id,
        project=one.project,
        seen_at=aware("seen_at", one.seen_at),
        finished_at=aware("finished_at", one.finished_at),
        progress=one.progress,
        text=writable(one.text),
        photos=tuple(dict.fromkeys(map(writable, one.photos))),
        lon=degrees("lon", one.lon),
        lat=degrees("lat", one.lat),
        accuracy=one.accuracy,
        problem={name: writable(value) for name, value in problem.dict().items()}
        if problem
        else None,
        replaces=one.replaces,
    )
