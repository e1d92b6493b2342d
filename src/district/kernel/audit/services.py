"""Writes of audit: asking for a verification, and recording what it found."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django_tasks import task

from district.kernel.audit.declare import VERIFY
from district.kernel.history.public import Actor, Subject, record, seal_all, verify
from district.kernel.organisation.public import authorise

CHAIN = Subject("history.chain", "all")
_MOST_PROBLEMS = 20


@transaction.atomic
def request_verification(*, actor: Actor) -> None:
    """Have the worker verify all of history; what it finds becomes an event of the chain."""
    authorise(actor, VERIFY)
    verify_in_background.enqueue(actor.kind, actor.id, actor.name)


@task()
def verify_in_background(kind: str, actor_id: str, name: str) -> dict[str, Any]:
    """Seal what is pending, verify, record the outcome; returns it."""
    seal_all()
    report = verify()
    outcome: dict[str, Any] = {
        "sound": report.sound,
        "events": report.events,
        "subjects": report.subjects,
        "batches": report.batches,
        "head": report.head,
        "problems": [f"{p.where}: {p.what}" for p in report.problems[:_MOST_PROBLEMS]],
        "problem_count": len(report.problems),
    }
    with transaction.atomic():
        record(CHAIN, "audit.history.verified", outcome, actor=Actor(kind, actor_id, name))  # type: ignore[arg-type]  # a task's arguments are JSON
    return outcome
