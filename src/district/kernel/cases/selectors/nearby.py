"""Cases that are likely the same thing as a report, for intake and triage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.db.models import Field, QuerySet

from district.kernel.base import clock
from district.kernel.base.prepared import Prepared
from district.kernel.cases.models import Case
from district.kernel.cases.rules.forms import writable
from district.kernel.cases.rules.nearness import (
    LONG,
    OFFERED,
    Spot,
    cell_of,
    cells_around,
    likeness,
    metres,
    phrases_in_common,
)

#: So many of the newest around a place are compared letter by letter; a burst has more, and any
#: of them will do.
_MOST = 60


@dataclass(frozen=True, slots=True)
class Near:
    """A case that may be the same thing, and how likely (0 to 1).

    `title` is another person's words: for members alone. `alike` are phrases of the asker's own
    text that the case holds too; `metres` is how far it lies, None where a point is missing.
    """

    id: UUID
    number: str
    title: str
    stage: str
    reported_at: datetime
    reporters: int
    likeness: float
    matter: str = ""
    metres: int | None = None
    alike: tuple[str, ...] = ()
    #: The key that it was reported with: whoever reports again with it is met by their own.
    key: str = ""


def near_cases(
    type_key: str,
    text: str,
    *,
    lon: Decimal | float | None = None,
    lat: Decimal | float | None = None,
    community: str = "",
    matter: str = "",
    at: datetime | None = None,
    exclude: UUID | None = None,
    limit: int = 3,
) -> list[Near]:
    """The open cases most like a report, likeliest first; one query.

    Near by the square that the point lies in and its neighbours, else by the community named.
    Cases that others must not hear of (sensitive, confidential, about a unit) never appear, and a
    case that was merged stands for the one that it was merged into.
    """
    moment = at or clock.now()
    cell = cell_of(lon, lat)
    if not cell and not community:
        return []
    spot = Spot(text, moment, _float(lon), _float(lat), matter)
    same = {"type_key": type_key, "since": moment - LONG, "but": exclude or _NO_CASE}
    newest = (
        _BY_CELL.rows(cells=cells_around(cell), **same)
        if cell
        else _BY_COMMUNITY.rows(community=writable(community), **same)
    )
    return _best(spot, newest, limit)


def _may_be_named(type_key: str, since: datetime, but: UUID) -> QuerySet[Case]:
    """The open cases of a type since a moment that others may hear of, the newest first."""
    return (
        Case.objects.filter(
            type_key=type_key,
            merged_into=None,
            is_sensitive=False,
            is_confidential=False,
            complained_unit=None,
            reported_at__gte=since,
        )
        .exclude(category=Case.Category.DONE)
        .exclude(pk=but)
        .order_by("-reported_at")
    )


_NO_CASE = UUID(int=0)
_READ = (
    "pk", "number", "title", "stage", "reported_at", "reporter_count", "text", "lon", "lat",
    "matter", "key",
)  # fmt: skip

_SAMPLES = {"type_key": "?", "since": datetime(1, 1, 2, tzinfo=UTC), "but": UUID(int=1)}


def _field(name: str) -> Field[Any, Any]:
    return cast("Field[Any, Any]", Case._meta.get_field(name))


_COMPARED = {
    name: _field(field)
    for name, field in (("type_key", "type_key"), ("since", "reported_at"), ("but", "id"))
}
_BY_CELL = Prepared(
    lambda cells, **same: _may_be_named(**same).filter(cell__in=cells).values_list(*_READ)[:_MOST],
    {**_SAMPLES, "cells": [f"?{at}" for at in range(9)]},
    {**_COMPARED, "cells": _field("cell")},
)
_BY_COMMUNITY = Prepared(
    lambda community, **same: (
        _may_be_named(**same).filter(community_unit=community).values_list(*_READ)[:_MOST]
    ),
    {**_SAMPLES, "community": "?0"},
    {**_COMPARED, "community": _field("community_unit")},
)


def _best(spot: Spot, rows: Iterable[tuple[Any, ...]], limit: int) -> list[Near]:
    found = []
    for pk, number, title, stage, at, reporters, text, lon, lat, about, key in rows:
        other = Spot(text, at, _float(lon), _float(lat), about)
        like = likeness(spot, other)
        if like >= OFFERED:
            apart = metres(spot, other)
            found.append(
                Near(
                    pk,
                    number,
                    title,
                    stage,
                    at,
                    reporters,
                    round(like, 3),
                    about,
                    None if apart is None else round(apart),
                    phrases_in_common(spot.text, text),
                    key or "",
                )
            )
    return sorted(found, key=lambda near: (-near.likeness, near.number))[:limit]


def _float(value: Decimal | float | None) -> float | None:
    return None if value is None else float(value)
