"""Demands and parcels as other systems see them: plain values, by the rights of whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import permitted, visible
from district.kernel.registers.public import Figure
from district.systems.spaces.models import Demand, LandParcel
from district.systems.spaces.names import SAVE_DEMAND, VIEW_DEMAND
from district.systems.spaces.selectors.demands import matched, offers_of
from district.systems.spaces.services.demands import owned_demand

_VALUES = (
    "use", "area_from", "area_to", "load", "height", "lift_load", "power", "hazard", "drainage",
    "budget", "wanted_on", "streets",
)  # fmt: skip


@dataclass(frozen=True)
class SpaceDemand:
    """A demand: what it asks for by the names of its form, and its page."""

    key: UUID
    number: str
    state: str
    url: str
    is_open: bool
    may_save: bool
    values: Mapping[str, Any]


@dataclass(frozen=True)
class SpaceFit:
    """A unit that fits, the best first: its name, park, street, area in m2, rent in yuan a m2 and
    month (None: not told), score of a hundred, and whether it has been offered."""

    key: str
    name: str
    park: str
    street: str
    area: Decimal
    price: Decimal | None
    score: str
    offered: bool
    url: str


@dataclass(frozen=True)
class SpaceOutlook:
    """A demand with what fits it and what became of its offers (unit, stage in words)."""

    demand: SpaceDemand
    fits: Figure | None
    best: tuple[SpaceFit, ...]
    offers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Parcel:
    """A parcel that is not transferred yet; `area` in hectares, `street` its short name."""

    code: str
    name: str
    street: str
    area: Decimal
    use: str
    state: str


def demand_as_told(row: Demand, actor: Actor) -> SpaceDemand:
    """A demand as other systems see it."""
    return SpaceDemand(
        row.pk,
        row.number,
        str(row.get_state_display()),
        row.get_absolute_url(),
        row.state == Demand.State.OPEN,
        permitted(actor, SAVE_DEMAND, owned_demand(row)),
        {name: getattr(row, name) for name in _VALUES},
    )


def demand_seen(key: UUID | str, actor: Actor) -> Demand:
    """The demand; NotFound where the actor may not see it."""
    rows = Demand.objects.filter(visible(actor, VIEW_DEMAND).q("lead_unit"), pk=key)
    found = rows.select_related("lead_unit").first()
    if found is None:
        raise NotFound()
    return found


def space_outlook(key: UUID | str, actor: Actor, most: int = 5) -> SpaceOutlook | None:
    """A demand, the best units for it, how its offers stand; None where the actor does not see it.

    Six statements at most.
    """
    try:
        row = demand_seen(key, actor)
    except NotFound:
        return None
    told = demand_as_told(row, actor)
    offers = tuple((one.unit.name, stage) for one, stage, _seen in offers_of(row, actor))
    if not told.is_open:
        return SpaceOutlook(told, None, (), offers)
    found = matched(row, actor, most=most)
    best = tuple(
        SpaceFit(
            str(one.unit.pk),
            one.unit.name,
            one.unit.floor.building.park.name,
            one.unit.floor.building.park.street_unit.display_short,
            one.unit.area,
            one.unit.price,
            one.percent,
            one.offer is not None,
            one.unit.get_absolute_url(),
        )
        for one in found.fitting
    )
    return SpaceOutlook(told, found.fits, best, offers)


def _parcels(area: Decimal | None) -> Any:
    rows = LandParcel.objects.exclude(state=LandParcel.State.TRANSFERRED)
    if area is not None:
        rows = rows.filter(area__gte=area)
    return rows.select_related("street_unit").order_by("area", "code")


def _parcel(row: LandParcel) -> Parcel:
    return Parcel(
        row.code,
        row.name,
        row.street_unit.display_short,
        row.area,
        str(row.get_use_display()),
        str(row.get_state_display()),
    )


def parcels_offered(area: Decimal | None, most: int = 10) -> list[Parcel]:
    """The parcels not transferred yet of at least so many hectares, the smallest first; one
    statement. Everybody may see parcels."""
    return [_parcel(row) for row in _parcels(area)[:most]]


def parcel_offered(code: str, area: Decimal | None) -> Parcel | None:
    """Such a parcel by its code; None where it is transferred or too small."""
    row = _parcels(area).filter(code=code).first()
    return _parcel(row) if row is not None else None
