"""Parcels as other systems know them: by their codes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Owned, authorise
from district.systems.spaces.models import LandParcel
from district.systems.spaces.names import VIEW_PARCEL
from district.systems.spaces.rules.land import nearest


@dataclass(frozen=True)
class KnownParcel:
    """A parcel by its code: its name, and the address of its page."""

    code: str
    name: str
    url: str


def _known(row: LandParcel) -> KnownParcel:
    return KnownParcel(row.code, row.name, row.get_absolute_url())


def parcels_known(codes: Iterable[str]) -> dict[str, KnownParcel]:
    """Those of the codes that are parcels, whether they are transferred or not; one statement.
    Everybody may see parcels."""
    rows = LandParcel.objects.filter(code__in=list(codes)).only("pk", "code", "name")
    return {row.code: _known(row) for row in rows}


def parcels_like(code: str, most: int = 3) -> list[KnownParcel]:
    """The parcels whose codes are most like a code that is none, the likest first. Two
    statements."""
    chosen = nearest(code, LandParcel.objects.order_by().values_list("code", flat=True), most)
    found = parcels_known(chosen)
    return [found[one] for one in chosen if one in found]


def parcel_for(key: UUID | str, actor: Actor) -> Any:
    """A parcel with its units; NotFound, NotPermitted."""
    authorise(actor, VIEW_PARCEL, Owned(None))
    rows = LandParcel.objects.filter(pk=key).select_related("lead_unit", "street_unit")
    found = rows.first()
    if found is None:
        raise NotFound(_("没有这块用地。"))
    return found
