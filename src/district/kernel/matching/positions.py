"""How far into the changes of a population a copy has read."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q

from district.kernel.matching.models import Change
from district.kernel.matching.rules.population import Position


@dataclass(frozen=True)
class Moved:
    """The position after a look, and the keys (as texts) that changed since; None: read anew."""

    position: Position
    entities: frozenset[str] | None


def position_now(key: str) -> Position:
    """Where a copy stands whose rows are read after this call; in two short queries at most."""
    floor = _floor()
    newest = Change.objects.filter(population=key).order_by("-pk").first()
    if newest is None:
        return Position(floor=floor)
    open_ones = Change.objects.filter(population=key, transaction__gte=floor) if floor else ()
    return Position(newest.pk, newest.nonce, floor, frozenset(one.pk for one in open_ones))


def moved_since(key: str, position: Position) -> Moved:
    """What changed since `position`, in two short queries at most.

    Rows must be read after this call: then a change is either in them or found by a later look.
    """
    floor = _floor()
    wanted = Q(pk__gte=position.last)
    if floor:
        wanted |= Q(transaction__gte=position.floor)
    rows = list(Change.objects.filter(wanted, population=key).order_by("pk"))
    put_back = floor < position.floor or (
        position.last and not any((r.pk, r.nonce) == (position.last, position.nonce) for r in rows)
    )
    newest = rows[-1] if rows else None
    now = Position(
        newest.pk if newest else 0,
        newest.nonce if newest else "",
        floor,
        frozenset(row.pk for row in rows if floor and row.transaction >= floor),
    )
    if put_back:
        return Moved(now, None)
    entities: set[str] = set()
    for row in rows:
        if row.pk == position.last or row.pk in position.beyond:
            continue
        if row.entities is None:
            return Moved(now, None)
        entities.update(row.entities)
    return Moved(now, frozenset(entities))


def _floor() -> int:
    """The least number of an open transaction on PostgreSQL; 0 on SQLite, which has one writer."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


class _Unfinished:
    """Stands among what Django does after the commit; a rollback takes it away."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __call__(self) -> None:
        """Nothing: that it stands there is what counts."""


def mark_unfinished(key: str) -> None:
    """Note on this connection that its transaction has changed the population."""
    transaction.on_commit(_Unfinished(key))


def is_unfinished(key: str) -> bool:
    """Whether the open transaction of this connection has changed the population.

    What it sees may be rolled back, so it must not get into a copy that others use.
    """
    return any(
        isinstance(one[1], _Unfinished) and one[1].key == key for one in connection.run_on_commit
    )
