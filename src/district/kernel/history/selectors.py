"""Reads of history. The caller has authorised the subject that it reads of."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, QuerySet

from district.kernel.history.consumers import waiting
from district.kernel.history.kinds import label_of
from district.kernel.history.models import (
    Event,
    ParkedMessage,
    PendingSeal,
)
from district.kernel.history.records import Actor, EventView, Subject


def _view(event: Event) -> EventView:
    return EventView(
        id=event.pk,
        subject=Subject(event.subject_type, event.subject_id),
        sequence=event.sequence,
        kind=event.kind,
        label=label_of(event.kind),
        data=event.data,
        personal_fields=tuple(sorted(event.personal)),
        note=event.note,
        actor=Actor(event.actor_kind, event.actor_id, event.actor_name),  # type: ignore[arg-type]  # the column holds only ActorKind words
        at=event.at,
        hash=event.hash,
    )


def events_of(subject: Subject, limit: int = 200, *, kinds: Iterable[str] = ()) -> list[EventView]:
    """The newest events of one aggregate (only of `kinds`, if given), newest first. One query."""
    rows = Event.objects.filter(subject_type=subject.type, subject_id=subject.id)
    wanted = tuple(kinds)
    if wanted:
        rows = rows.filter(kind__in=wanted)
    return [_view(event) for event in rows.order_by("-sequence")[:limit]]


def events_of_many(subjects: Iterable[Subject], limit: int = 200) -> list[EventView]:
    """The newest events of several aggregates of one or more types, newest first."""
    rows: QuerySet[Event] = Event.objects.none()
    by_type: dict[str, list[str]] = {}
    for subject in subjects:
        by_type.setdefault(subject.type, []).append(subject.id)
    for kind, ids in by_type.items():
        rows = rows | Event.objects.filter(subject_type=kind, subject_id__in=ids)
    return [_view(event) for event in rows.order_by("-at", "-id")[:limit]]


def recent_events(
    *, kind_prefix: str = "", actor_id: str = "", before_id: int | None = None, limit: int = 50
) -> list[EventView]:
    """The newest events of all aggregates, for the audit page; page on with `before_id`."""
    rows = Event.objects.all()
    if kind_prefix:
        rows = rows.filter(kind__startswith=kind_prefix)
    if actor_id:
        rows = rows.filter(actor_id=actor_id)
    if before_id is not None:
        rows = rows.filter(pk__lt=before_id)
    return [_view(event) for event in rows.order_by("-id")[:limit]]


def backlog() -> dict[str, dict[str, int]]:
    """What waits, for whoever watches the installation: events to be sealed (`unsealed`), and of
    each consumer of the outbox the messages that wait for it (`behind`) and given up (`parked`)."""
    parked = dict(
        ParkedMessage.objects.values_list("consumer").annotate(number=Count("pk")).order_by()
    )
    unsealed = PendingSeal.objects.count()
    return {"unsealed": {"": unsealed}, "behind": waiting(), "parked": parked}
