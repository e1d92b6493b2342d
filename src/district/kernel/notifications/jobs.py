"""What the worker does: makes deliveries of new messages, and sends those that are due."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task

from district.kernel.base.periodic import declare_periodic
from district.kernel.history.public import Message, consumer
from district.kernel.notifications.services import TOPIC, claim_due, deliver, queue_deliveries


@consumer("notifications.deliveries", (TOPIC,))
def queue(message: Message) -> None:
    """A new message: one delivery for every channel that carries it."""
    queue_deliveries([str(key) for key in message.payload["notifications"]])


@task()
def send(delivery_ids: list[str]) -> int:
    """Send claimed deliveries one after the other; returns how many went out."""
    return sum(deliver(key) for key in delivery_ids)


def send_due() -> int:
    """Claim what is due and hand it to the task queue, so that slow services stop nobody else."""
    taken = claim_due()
    if taken:
        send.enqueue([str(key) for key in taken])
    return len(taken)


declare_periodic("notifications.send", timedelta(seconds=2), send_due)
