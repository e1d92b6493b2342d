"""The sealer: puts committed events and messages into one order and chains batch roots."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from district.kernel.base import clock
from district.kernel.base.bulk import update_many
from district.kernel.history import rules
from district.kernel.history.models import (
    Event,
    OutboxMessage,
    PendingSeal,
    SealBatch,
    SealedEvent,
    SealerLock,
)
from district.kernel.history.records import Problem, VerificationReport

BATCH = 1000


def _hold_lock() -> None:
    SealerLock.objects.get_or_create(name="sealer")
    SealerLock.objects.select_for_update().get(name="sealer")


@transaction.atomic
def seal_pending(limit: int = BATCH) -> int:
    """Seal up to `limit` committed events and place as many messages; returns how many.

    PostgreSQL may commit a lower id after a higher one; since only committed rows are seen here
    and positions are given here, a consumer that follows positions misses nothing.
    """
    _hold_lock()
    return _seal_events(limit) + _place_messages(limit)


def _seal_events(limit: int) -> int:
    ids = list(PendingSeal.objects.order_by("event_id").values_list("event_id", flat=True)[:limit])
    if not ids:
        return 0
    hashes = dict(Event.objects.filter(pk__in=ids).values_list("pk", "hash"))
    last = SealBatch.objects.order_by("-last_position").first()
    first_position = last.last_position + 1 if last else 1
    previous = last.root if last else rules.GENESIS
    batch = SealBatch.objects.create(
        first_position=first_position,
        last_position=first_position + len(ids) - 1,
        previous_root=previous,
        root=rules.batch_root(previous, first_position, (hashes[i] for i in ids)),
        at=clock.now(),
    )
    SealedEvent.objects.bulk_create(
        SealedEvent(position=first_position + n, event_id=i, event_hash=hashes[i], batch=batch)
        for n, i in enumerate(ids)
    )
    PendingSeal.objects.filter(pk__in=ids).delete()
    return len(ids)


def _place_messages(limit: int) -> int:
    waiting = list(OutboxMessage.objects.filter(position=None).order_by("id")[:limit])
    if not waiting:
        return 0
    last = (
        OutboxMessage.objects.exclude(position=None)
        .order_by("-position")
        .values_list("position", flat=True)
        .first()
    ) or 0
    for number, message in enumerate(waiting, start=last + 1):
        message.position = number
    update_many(waiting, ["position"])
    return len(waiting)


def seal_all() -> int:
    """Seal until nothing is pending; returns how many rows were sealed or placed."""
    total = 0
    while done := seal_pending():
        total += done
    return total


def export_roots() -> list[dict[str, object]]:
    """Every batch root, to be kept outside: the proof that verification alone cannot give."""
    return [
        {"last_position": last, "root": root, "at": rules.moment(at)}
        for last, root, at in SealBatch.objects.order_by("last_position").values_list(
            "last_position", "root", "at"
        )
    ]


def verify(outside: Mapping[int, str] | None = None) -> VerificationReport:
    """Walk every chain and every batch and say what does not agree.

    `outside` maps last positions to roots that were exported earlier; with it, a rewritten
    history is found even when it is consistent in itself.
    """
    problems: list[Problem] = []
    events, subjects, by_id = _verify_chains(problems)
    batches, head = _verify_batches(problems, by_id, outside or {})
    pending = PendingSeal.objects.count()
    sealed = SealedEvent.objects.count()
    if sealed + pending != events:
        problems.append(
            Problem("history", f"{events} events, but {sealed} sealed and {pending} pending")
        )
    return VerificationReport(events, subjects, batches, pending, head, tuple(problems))


def _verify_chains(problems: list[Problem]) -> tuple[int, int, dict[int, str]]:
    """Check each aggregate's chain; the hash of each event by id, as recomputed."""
    by_id: dict[int, str] = {}
    subjects = 0
    current, sequence, previous = "", 0, rules.GENESIS
    rows = Event.objects.order_by("subject_type", "subject_id", "sequence")
    for event in rows.iterator(chunk_size=2000):
        subject = f"{event.subject_type}:{event.subject_id}"
        if subject != current:
            current, sequence, previous = subject, 0, rules.GENESIS
            subjects += 1
        where = f"{subject}#{event.sequence}"
        if event.sequence != sequence + 1:
            problems.append(Problem(where, f"follows #{sequence}: events are missing"))
        elif event.previous_hash != previous:
            problems.append(Problem(where, "does not chain to the event before it"))
        digest = _recompute(event)
        if digest != event.hash:
            problems.append(Problem(where, "was altered: its hash is not that of its content"))
        by_id[event.pk] = digest
        sequence, previous = event.sequence, event.hash
    return len(by_id), subjects, by_id


def _recompute(event: Event) -> str:
    return rules.event_hash(
        previous_hash=event.previous_hash,
        subject=f"{event.subject_type}:{event.subject_id}",
        sequence=event.sequence,
        kind=event.kind,
        data_text=event.data_text,
        personal_text=event.personal_text,
        note=event.note,
        actor=(event.actor_kind, event.actor_id, event.actor_name),
        at=event.at,
    )


def _verify_batches(
    problems: list[Problem], by_id: dict[int, str], outside: Mapping[int, str]
) -> tuple[int, str]:
    previous, expected, count = rules.GENESIS, 1, 0
    roots: dict[int, str] = {}
    for batch in SealBatch.objects.order_by("last_position").iterator():
        count += 1
        where = f"batch {batch.first_position}-{batch.last_position}"
        if batch.first_position != expected or batch.previous_root != previous:
            problems.append(Problem(where, "does not chain to the batch before it"))
        hashes = []
        sealed = SealedEvent.objects.filter(batch=batch).order_by("position")
        for position, event_id, kept in sealed.values_list("position", "event_id", "event_hash"):
            if by_id.get(event_id) != kept:
                word = "is gone" if event_id not in by_id else "is not what was sealed"
                problems.append(Problem(f"position {position}", f"event {event_id} {word}"))
            hashes.append(kept)
        if rules.batch_root(batch.previous_root, batch.first_position, hashes) != batch.root:
            problems.append(Problem(where, "root is not that of its events"))
        roots[batch.last_position] = batch.root
        previous, expected = batch.root, batch.last_position + 1
    for position, root in sorted(outside.items()):
        if roots.get(position) != root:
            problems.append(
                Problem(f"root at {position}", "differs from the copy that was kept outside")
            )
    return count, previous
