"""Cases that are likely the same thing as a report, for intake and triage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from district.kernel.base import clock
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
    rows = Case.objects.filter(
        type_key=type_key,
        reported_at__gte=moment - LONG,
        merged_into=None,
        is_sensitive=False,
        is_confidential=False,
        complained_unit=None,
    ).exclude(category=Case.Category.DONE)
    rows = (
        rows.filter(cell__in=cells_around(cell))
        if cell
        else rows.filter(community_unit=writable(community))
    )
    if exclude is not None:
        rows = rows.exclude(pk=exclude)
    spot = Spot(text, moment, _float(lon), _float(lat), matter)
    return _best(spot, rows.order_by("-reported_at")[:_MOST], limit)


def _best(spot: Spot, rows: Iterable[Case], limit: int) -> list[Near]:
    found = []
    for row in rows:
        other = Spot(row.text, row.reported_at, _float(row.lon), _float(row.lat), row.matter)
        like = likeness(spot, other)
        if like >= OFFERED:
            apart = metres(spot, other)
            found.append(
                Near(
                    row.pk,
                    row.number,
                    row.title,
                    row.stage,
                    row.reported_at,
                    row.reporter_count,
                    round(like, 3),
                    row.matter,
                    None if apart is None else round(apart),
                    phrases_in_common(spot.text, row.text),
                    row.key or "",
                )
            )
    return sorted(found, key=lambda near: (-near.likeness, near.number))[:limit]


def _float(value: Decimal | float | None) -> float | None:
    return None if value is None else float(value)
