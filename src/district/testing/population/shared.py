"""What the steps of a population share: who acts, batches, keys from the seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from district.kernel.base import clock
from district.kernel.history.public import Actor, Entry, record_many

ACTOR = Actor.system("testing.population")
#: What commitments bring about themselves is recorded as the plan's.
PLAN = Actor.system("plan")
BATCH = 1000
_Row = TypeVar("_Row")


@transaction.atomic
def record_entries(entries: Iterator[Entry]) -> None:
    for chunk in chunks(list(entries)):
        record_many(chunk, actor=ACTOR)


def chunks(rows: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def seeded_key(rng: random.Random) -> UUID:
    """A version 7 UUID like those of the product, its random part from the seed."""
    milliseconds = int(clock.now().timestamp() * 1000)
    value = (milliseconds & ((1 << 48) - 1)) << 80 | 0x7 << 76 | rng.getrandbits(12) << 64
    return UUID(int=value | 0b10 << 62 | rng.getrandbits(62))
