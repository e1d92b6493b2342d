"""A tracked row goes on as another one: parts that hang on rows say here how theirs follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from django.db import transaction

from district.kernel.history.public import Actor
from district.kernel.registry.ledger import note
from district.kernel.tracking.services.rows import own

# (row that ends -> row that goes on with it, who caused it): moves what hangs on the first ones,
# inside the caller's transaction.
Following = Callable[[Mapping[UUID, UUID], Actor], None]

_DECLARED: dict[str, Following] = {}


def declare_following(key: str, following: Following) -> None:
    """Have `following` move what a part keeps by tracked rows when rows go on as others.

    Raises ValueError when another function has the key.
    """
    if _DECLARED.setdefault(key, following) is not following:
        raise ValueError(f"following {key!r} is declared twice")
    note("following", key)


@transaction.atomic
def hand_on(rows: Mapping[UUID, UUID], subject_type: str, *, by: Actor, actor: Actor) -> None:
    """Move what hangs on tracked rows of a subject type to those that go on with them, by key.

    `actor` is the part that the subjects belong to, else NotPermitted; `by` caused it.
    """
    own(actor, subject_type)
    if rows:
        for key in sorted(_DECLARED):
            _DECLARED[key](rows, by)
