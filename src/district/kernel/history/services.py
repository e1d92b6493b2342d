"""Writes of history: recording events, personal fields, the outbox's messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict
from district.kernel.base.inserting import insert, insert_now
from district.kernel.history import persons, rules
from district.kernel.history.models import Event, OutboxMessage, PendingSeal, PersonKey
from district.kernel.history.records import Actor, Entry, Personal, Subject

_CHUNK = 300


def record(
    subject: Subject,
    kind: str,
    data: Mapping[str, Any],
    *,
    actor: Actor,
    personal: Mapping[str, Personal] | None = None,
    note: str = "",
) -> Event:
    """Append one event to `subject`'s chain, in the transaction of the change it tells of.

    `data` becomes JSON (decimals and times as strings) and must hold nothing personal; that
    goes to `personal`. Raises Conflict when another transaction appended at the same place.
    """
    return record_many([Entry(subject, kind, data, personal, note)], actor=actor)[0]


def record_many(entries: Sequence[Entry], *, actor: Actor, fresh: bool = False) -> list[Event]:
    """Append many events in order, in few statements; see `record`.

    `fresh` says that every subject was made in this very transaction under a key that nobody
    else has: then there is no chain to look up and nobody to meet at its end.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("history is written inside the transaction of the change")
    if not entries:
        return []
    heads = {} if fresh else _heads({entry.subject for entry in entries})
    at = clock.now()
    events = []
    for entry in entries:
        sequence, previous = heads.get(entry.subject, (0, rules.GENESIS))
        event = _event(entry, actor, sequence + 1, previous, at)
        heads[entry.subject] = (event.sequence, event.hash)
        events.append(event)
    seals = [PendingSeal(event=event) for event in events]
    if fresh and len(events) == 1:
        insert([*events, *seals])
        return events
    # No savepoint of its own: whoever meets another at the end of a chain gives up the whole
    # service, which is one.
    try:
        with nullcontext() if fresh else transaction.atomic(savepoint=False):
            if len(events) == 1:
                insert_now([*events, *seals])
            else:
                Event.objects.bulk_create(events, batch_size=500)
    except IntegrityError as error:
        raise Conflict(_("这一条刚被别人修改过。请刷新后再试。")) from error
    if len(events) > 1:
        insert(seals)
    return events


def _event(entry: Entry, actor: Actor, sequence: int, previous: str, at: Any) -> Event:
    tokens = {
        field: protect(item.person_id, item.value) for field, item in (entry.personal or {}).items()
    }
    data_text, personal_text = rules.canonical(entry.data), rules.canonical(tokens)
    digest = rules.event_hash(
        previous_hash=previous,
        subject=str(entry.subject),
        sequence=sequence,
        kind=entry.kind,
        data_text=data_text,
        personal_text=personal_text,
        note=entry.note,
        actor=(actor.kind, actor.id, actor.name),
        at=at,
    )
    return Event(
        subject_type=entry.subject.type,
        subject_id=entry.subject.id,
        sequence=sequence,
        kind=entry.kind,
        data_text=data_text,
        personal_text=personal_text,
        note=entry.note,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        at=at,
        previous_hash=previous,
        hash=digest,
    )


def _heads(subjects: Iterable[Subject]) -> dict[Subject, tuple[int, str]]:
    """The last sequence and hash of each subject that has events."""
    heads: dict[Subject, tuple[int, str]] = {}
    by_type: dict[str, list[str]] = {}
    wanted = set(subjects)
    if len(wanted) == 1:
        subject = wanted.pop()
        own = Event.objects.filter(subject_type=subject.type, subject_id=subject.id)
        last = own.order_by("-sequence").values_list("sequence", "hash").first()
        return {subject: last} if last else {}
    for subject in wanted:
        by_type.setdefault(subject.type, []).append(subject.id)
    own = Event.objects.filter(
        subject_type=OuterRef("subject_type"), subject_id=OuterRef("subject_id")
    ).order_by("-sequence")
    for kind, ids in by_type.items():
        for start in range(0, len(ids), _CHUNK):
            # From its first event, which every chain has, to its last by the index: chains of
            # years are not read, and nothing is compared over the whole table.
            firsts = Event.objects.filter(
                subject_type=kind, subject_id__in=ids[start : start + _CHUNK], sequence=1
            )
            ends = firsts.annotate(
                last=Subquery(own.values("sequence")[:1]), digest=Subquery(own.values("hash")[:1])
            )
            for key, sequence, digest in ends.values_list("subject_id", "last", "digest"):
                heads[Subject(kind, key)] = (sequence, digest)
    return heads


@transaction.atomic
def protect(person_id: str, text: str) -> str:
    """Encrypt `text` under the person's key (made at first use); returns a token.

    Raises Conflict when the person has been erased.
    """
    key = PersonKey.objects.filter(pk=person_id).first()
    if key is None:
        key, _made = PersonKey.objects.get_or_create(
            pk=person_id,
            defaults={
                "wrapped": persons.new_wrapped_key(person_id),
                "created_at": clock.now(),
            },
        )
    if key.erased_at is not None:
        raise Conflict(_("此人的个人信息已按规定清除，不能再写入。"))
    return persons.seal(key.wrapped, person_id, text)


def protect_new(person_id: str, texts: Mapping[str, str]) -> dict[str, str]:
    """Encrypt several fields of a person who is met for the first time; tokens by field.

    One statement. `person_id` was made in this very transaction. Empty texts stay empty.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a person's key is made inside the transaction of the change")
    if not any(texts.values()):
        return dict(texts)
    wrapped = persons.new_wrapped_key(person_id)
    insert([PersonKey(person_id=person_id, wrapped=wrapped, created_at=clock.now())])
    return {
        field: persons.seal(wrapped, person_id, text) if text else ""
        for field, text in texts.items()
    }


@transaction.atomic
def reveal(token: str, *, actor: Actor, subject: Subject, reason: str) -> str | None:
    """The plaintext of a token, and an event on `subject` that says who looked and why.

    None when the person has been erased. The caller has authorised the viewing. Raises
    ValueError when the token was altered.
    """
    person = persons.person_of(token)
    key = PersonKey.objects.filter(pk=person).first()
    if key is None or key.erased_at is not None:
        return None
    text = persons.unseal(key.wrapped, token)
    record(subject, "history.personal.viewed", {"person": person, "reason": reason}, actor=actor)
    return text


@transaction.atomic
def open_for_delivery(token: str) -> str | None:
    """The plaintext of a token for a machine that needs it (sending a message), unrecorded.

    Never for showing to a person: that is `reveal`.
    """
    key = PersonKey.objects.filter(pk=persons.person_of(token), erased_at=None).first()
    return None if key is None else persons.unseal(key.wrapped, token)


def open_for_counting(tokens: Sequence[str]) -> list[str | None]:
    """The plaintexts of tokens, in their order, for a machine that adds them up; one statement.

    Nothing is recorded: what a person is shown of a single one goes by `reveal`. None for those
    whose person has been erased. Raises ValueError when a token was altered.
    """
    people = [persons.person_of(token) for token in tokens]
    keys = dict(
        PersonKey.objects.filter(pk__in=set(people), erased_at=None).values_list("pk", "wrapped")
    )
    return [
        persons.unseal(keys[person], token) if person in keys else None
        for person, token in zip(people, tokens, strict=True)
    ]


@transaction.atomic
def erase_person(person_id: str, *, actor: Actor, reason: str) -> None:
    """Destroy a person's key: every personal field of theirs becomes unreadable for good."""
    now = clock.now()
    changed = PersonKey.objects.filter(pk=person_id, erased_at=None).update(
        wrapped="", erased_at=now
    )
    if changed:
        record(
            Subject("history.person", person_id),
            "history.person.erased",
            {"reason": reason},
            actor=actor,
        )


def publish(topic: str, payload: Mapping[str, Any], subject: Subject) -> None:
    """Leave a message for consumers, delivered at least once after this transaction commits.

    Payloads carry ids, never personal data: consumers fetch and re-authorise.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("messages are published inside the transaction of the change")
    message = OutboxMessage(
        topic=topic,
        subject=str(subject),
        payload=rules.plain(payload),
        created_at=clock.now(),
    )
    insert([message])
