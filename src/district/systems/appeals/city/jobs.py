"""What the worker does for the city's orders: notes results, sends them, reads lists."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task

from district.kernel.base.periodic import declare_periodic
from district.kernel.cases.public import CHANGED
from district.kernel.history.public import Message, consumer
from district.systems.appeals.city.rules import RESULTS
from district.systems.appeals.city.services import (
    claim_pulls,
    claim_returns,
    deliver_return,
    pull_orders,
    queue_returns,
)


@consumer("appeals.city_returns", (CHANGED,))
def note_results(message: Message) -> None:
    """A case moved on: if the city sent it and this is a result, the city is owed it."""
    if message.payload.get("action") in RESULTS:
        queue_returns(str(message.payload["case"]))


@task()
def send(return_ids: list[str]) -> int:
    """Send results that were taken, one after the other; returns how many the city now has."""
    return sum(deliver_return(key) for key in return_ids)


@task()
def pull(platform_id: str) -> dict[str, int]:
    """Read one platform's list. Safe to run twice."""
    return dict(pull_orders(platform_id))


def send_due() -> int:
    """Take the results that are due and hand them to the queue: a slow city stops nobody else."""
    taken = claim_returns()
    if taken:
        send.enqueue([str(key) for key in taken])
    return len(taken)


def pull_due() -> int:
    """Hand the platforms whose list is to be read to the queue."""
    taken = claim_pulls()
    for key in taken:
        pull.enqueue(str(key))
    return len(taken)


declare_periodic("appeals.send_returns", timedelta(seconds=5), send_due)
declare_periodic("appeals.pull_orders", timedelta(seconds=15), pull_due)
