"""The system's part of a demo: the tables that the file `spaces` of `[demo]` names, through the
services in the order of their days. Where a park is there already, nothing is added.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime, declare_demo
from district.kernel.cases.public import perform
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Role, Unit, actor_for, members_acting
from district.kernel.tracking.public import refresh_lights
from district.systems.spaces.models import Demand, Lease, Offer, Park, SpaceUnit
from district.systems.spaces.selectors.demands import matched
from district.systems.spaces.selectors.vacancy import PARK
from district.systems.spaces.services import saving
from district.systems.spaces.services.demands import save_demand
from district.systems.spaces.services.leases import save_lease
from district.systems.spaces.services.offers import make_offers, sign_offer

LOADER = Actor.system("demo")
#: Every name of a demo says what it is.
MARK = "（演示）"
_FILE = "spaces"
_NUMBERS = frozenset(
    {"area", "factory_area", "load", "height", "lift_load", "power", "price", "lon", "lat"}
    | {"area_from", "area_to", "budget"}
)
_COUNTS = frozenset({"storeys", "storey", "number", "lifts"})
_TRUTHS = frozenset({"upstairs", "drainage"})
Row = Mapping[str, str]


def play(time_: DemoTime) -> Iterator[str]:
    """Play it before `time_.starts_at`; twice adds nothing, and without its file there is none."""
    path = time_.files.get(_FILE)
    if path is None or Park.objects.exists():
        return
    named = tomllib.loads(path.read_text(encoding="utf-8"))
    tables = {name: _read(path.parent / table) for name, table in named.items()}
    known = set(Unit.objects.filter(is_active=True).values_list("pk", flat=True))
    with clock.moved_to(time_.begins_at):
        _supply(tables, known)
    told = [(row["on"], 0, row) for row in tables.get("demands", ()) if row["lead_unit"] in known]
    told += [(row["on"], 1, row) for row in tables.get("story", ())]
    for day, kind, row in sorted(told, key=lambda one: one[:2]):
        at = timezone.make_aware(datetime.combine(date.fromisoformat(day), time(10, 0)))
        if at < time_.starts_at:
            with clock.moved_to(at):
                _act(row) if kind else _demand(row)
    with clock.moved_to(time_.starts_at):
        refresh_lights()
    yield (
        f"spaces: {SpaceUnit.objects.count()} units, {Lease.objects.count()} leases, "
        f"{Demand.objects.count()} demands, {Offer.objects.count()} offers"
    )


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _typed(row: Row) -> dict[str, Any]:
    """A file's texts as the register's values."""
    found: dict[str, Any] = {}
    for key, text in row.items():
        if key in _NUMBERS:
            found[key] = Decimal(text) if text else None
        elif key in _COUNTS:
            found[key] = int(text) if text else None
        elif key in _TRUTHS:
            found[key] = text == "true" if text else None
        elif key.endswith("_on"):
            found[key] = date.fromisoformat(text) if text else None
        else:
            found[key] = text
    return found


def _supply(tables: Mapping[str, list[Row]], known: set[str]) -> None:
    """Parks to leases, and land; what belongs to a unit that the district has not is left out."""
    made: dict[str, set[str]] = {}
    for name, kind, above in (
        ("parks", saving.PARK, ""),
        ("buildings", saving.BUILDING, "park"),
        ("floors", saving.FLOOR, "building"),
        ("units", saving.UNIT, "building"),
        ("parcels", saving.PARCEL, ""),
    ):
        for row in tables.get(name, ()):
            if above and row[above] not in made.get(f"{above}s", set()):
                continue
            if not above and not {row["street"], row["lead_unit"]} <= known:
                continue
            values = _typed(row)
            if "name" in values:
                values["name"] += MARK
            if values.get("transferee"):
                values["transferee"] += MARK
            if row.get("service_unit") not in known:
                values.pop("service_unit", None)
            saving.save_row(kind, values, None, LOADER)
            made.setdefault(name, set()).add(row.get("code", ""))
    for row in tables.get("leases", ()):
        if row["unit"] in made.get("units", set()):
            values = _typed(row)
            save_lease({**values, "tenant": values["tenant"] + MARK}, None, LOADER)


def _demand(row: Row) -> None:
    values = _typed({key: text for key, text in row.items() if key != "on"})
    values["streets"] = [code for code in row["streets"].split(";") if code]
    values["firm"] += MARK
    save_demand(values, None, LOADER)


def _officer(unit: str) -> Actor | None:
    who = members_acting([unit], [Role.OFFICER]).order_by("name").first()
    return None if who is None else actor_for(who)


def _act(row: Row) -> None:
    """What an officer of the handling unit or of the operator did with a demand."""
    demand = Demand.objects.filter(firm=row["firm"] + MARK).first()
    handler = _officer(demand.lead_unit_id) if demand is not None else None
    if demand is None or handler is None:
        return
    if row["do"] == "offer":
        found = matched(demand, handler)
        chosen = [one.unit.pk for one in found.fitting if one.offer is None]
        if chosen:
            make_offers(demand.pk, chosen[: int(row["rank"])], actor=handler)
        return
    offers = list(Offer.objects.filter(demand=demand).order_by("-score", "pk"))
    if len(offers) < int(row["rank"]):
        return
    offer = offers[int(row["rank"]) - 1]
    operator = _officer(
        SpaceUnit.objects.values_list(f"{PARK}__lead_unit_id").get(pk=offer.unit_id)[0]
    )
    if operator is not None:
        _go_on(row, offer, operator)


def _go_on(row: Row, offer: Offer, operator: Actor) -> None:
    today = clock.today()
    if row["do"] == "sign":
        let = Lease.objects.filter(unit=offer.unit_id, ends_on__gte=today).order_by("-ends_on")
        until = let.values_list("ends_on", flat=True).first() or today
        starts = max(until, today + timedelta(days=13)) + timedelta(days=1)
        ends = starts + timedelta(days=int(row["days"]))
        sign_offer(offer.pk, starts, ends, offer.unit.price, actor=operator)
        return
    text = f"{row['text']}。{MARK}"
    data: dict[str, Any] = {"text": text}
    if row["do"] == "visit":
        data["visit_on"] = today.isoformat()
    elif row["do"] == "decline":
        data = {"decline_reason": "place", "result": text}
    perform(offer.pk, row["do"], actor=operator, data=data)


declare_demo("spaces", play, file=_FILE)
