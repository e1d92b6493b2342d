"""The numbers of the overview: vacancy in all and by street, demands, offers; each opens rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.cases.public import register_key, visible_cases
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Unit, visible
from district.kernel.places.public import marked, points_on_streets
from district.kernel.registers.public import Figure
from district.systems.spaces.models import Demand, Park, SpaceUnit
from district.systems.spaces.names import DEMANDS, OFFER, UNITS, VIEW, VIEW_DEMAND
from district.systems.spaces.rules.vacancy import month_starts
from district.systems.spaces.selectors.rights import seen
from district.systems.spaces.selectors.vacancy import PARK, with_standing

_ACTIVE = "active = true"
_MONTHS = 12
_VACANT, _SOON = f"{_ACTIVE} and vacant = true", f"{_ACTIVE} and soon = true"


@dataclass(frozen=True)
class VacancyLine:
    """A street or a park: what it has, what of it is vacant or soon will be, the vacant share."""

    key: str
    name: str
    url: str
    units: Figure
    area: Figure
    vacant: Figure
    vacant_area: Figure
    soon_area: Figure
    share: str


@dataclass(frozen=True)
class Overview:
    """What the page shows."""

    stats: tuple[Figure, ...]
    streets: tuple[VacancyLine, ...]
    parks: tuple[VacancyLine, ...]
    map: dict[str, Any]
    #: The chart of what will be free at the beginning of each of the next months; None without.
    ahead: dict[str, Any] | None


def units_seen(actor: Actor) -> QuerySet[SpaceUnit]:
    """The units in use that the actor may see, with how they stand."""
    return with_standing(SpaceUnit.objects.filter(seen(actor, f"{PARK}__"), is_active=True))


def _summed(rows: QuerySet[Any], *by: str) -> list[dict[str, Any]]:
    """Units and areas by some columns, in all, vacant, soon vacant; one query."""
    return list(
        rows.order_by()
        .values(*by)
        .annotate(
            n=Count("pk"),
            area_sum=Sum("area"),
            n_vacant=Count("pk", filter=Q(vacant=True)),
            vacant_sum=Sum("area", filter=Q(vacant=True)),
            soon_sum=Sum("area", filter=Q(soon=True)),
        )
    )


def vacancy_lines(
    rows: Sequence[dict[str, Any]], field: str, named: dict[str, tuple[str, str]]
) -> tuple[VacancyLine, ...]:
    """Lines of sums, the largest vacant area first; `named` gives name and address by key."""
    found = []
    for row in rows:
        key = row["key"]
        where = f'{field} = "{key}" and '
        vacant, area = row["vacant_sum"] or Decimal(0), row["area_sum"] or Decimal(0)
        name, url = named.get(key, (key, ""))
        share = f"{vacant * 100 / area:.1f}%" if area else "—"
        found.append(
            (
                vacant,
                VacancyLine(
                    key,
                    name,
                    url,
                    Figure(UNITS, where + _ACTIVE, value=row["n"], unit=_("个单元"), label=name),
                    Figure(UNITS, where + _ACTIVE, "total:area", area, "㎡", name),
                    Figure(
                        UNITS, where + _VACANT, value=row["n_vacant"], unit=_("个单元"), label=name
                    ),
                    Figure(UNITS, where + _VACANT, "total:area", vacant, "㎡", name),
                    Figure(
                        UNITS,
                        where + _SOON,
                        "total:area",
                        row["soon_sum"] or Decimal(0),
                        "㎡",
                        name,
                    ),
                    share,
                ),
            )
        )
    return tuple(line for _vacant, line in sorted(found, key=lambda one: (-one[0], one[1].key)))


def overview(actor: Actor) -> Overview:
    """Spaces as the actor may see them; at most seven queries."""
    rows = units_seen(actor)
    by_park = _summed(rows, f"{PARK}__code", f"{PARK}__street_unit_id")
    parks = list(Park.objects.filter(seen(actor), is_active=True).select_related("street_unit"))
    streets = {park.street_unit_id: park.street_unit for park in parks}
    for row in by_park:
        row["key"] = row[f"{PARK}__code"]
    of_parks = vacancy_lines(
        by_park, "park", {park.code: (park.name, park.get_absolute_url()) for park in parks}
    )
    of_streets = vacancy_lines(
        _together(by_park), "street", {code: _named(unit) for code, unit in streets.items()}
    )
    return Overview(
        (*_totals(by_park), *_demands(actor)),
        of_streets,
        of_parks,
        _map(parks, of_parks),
        _ahead(rows) if by_park else None,
    )


def _ahead(rows: QuerySet[Any]) -> dict[str, Any]:
    """The area that nobody has for good at the beginning of each month, as leases stand now; every
    point opens its units. One query."""
    kept = list(rows.order_by().values_list("area", "leased_until"))
    days = month_starts(clock.today(), _MONTHS)
    figures = []
    for day in days:
        area = sum((one for one, until in kept if until is None or until < day), Decimal(0))
        where = f"{_ACTIVE} and (leased_until < {day.isoformat()} or not leased_until known)"
        label = _("%(day)s空置") % {"day": day.isoformat()}
        figures.append(Figure(UNITS, where, "total:area", area, "㎡", label))
    return {
        "kind": "bar",
        "categories": [day.strftime("%Y-%m") for day in days],
        "series": [
            {
                "name": _("月初空置面积"),
                "values": [float(one.value) for one in figures],
                "urls": [one.url for one in figures],
            }
        ],
        "unit": "㎡",
        "fromZero": True,
    }


def _named(unit: Unit) -> tuple[str, str]:
    return unit.display_short, ""


def _together(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sums of parks added up by street."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        key = row[f"{PARK}__street_unit_id"]
        into = found.setdefault(key, {"key": key})
        for name in ("n", "n_vacant", "area_sum", "vacant_sum", "soon_sum"):
            into[name] = into.get(name, 0) + (row[name] or 0)
    return list(found.values())


def _totals(rows: Sequence[dict[str, Any]]) -> tuple[Figure, ...]:
    def total(name: str) -> Any:
        return sum((row[name] or 0 for row in rows), Decimal(0))

    return (
        Figure(UNITS, _VACANT, "total:area", total("vacant_sum"), "㎡", _("空置面积")),
        Figure(UNITS, _VACANT, value=int(total("n_vacant")), unit=_("个单元"), label=_("空置单元")),
        Figure(UNITS, _SOON, "total:area", total("soon_sum"), "㎡", _("90天内空置")),
        Figure(UNITS, _ACTIVE, "total:area", total("area_sum"), "㎡", _("可租总面积")),
    )


def _demands(actor: Actor) -> tuple[Figure, ...]:
    found: list[Figure] = []
    scope = visible(actor, VIEW_DEMAND)
    if not scope.nothing:
        count = Demand.objects.filter(scope.q("lead_unit"), state=Demand.State.OPEN).count()
        found.append(
            Figure(DEMANDS, 'state = "open"', value=count, unit=_("条需求"), label=_("待匹配需求"))
        )
    if not visible(actor, f"cases.{OFFER}.view").nothing:
        count = visible_cases(actor, OFFER).filter(category="open").count()
        found.append(
            Figure(
                register_key(OFFER),
                'category = "open"',
                value=count,
                unit=_("件"),
                label=_("推荐办理中"),
            )
        )
    return tuple(found)


def _map(parks: Sequence[Park], lines: Sequence[VacancyLine]) -> dict[str, Any]:
    by_code = {line.key: line for line in lines}
    points = []
    for park in parks:
        if park.lon is None or park.lat is None:
            continue
        line = by_code.get(park.code)
        vacant = line.vacant_area.value if line else Decimal(0)
        note = _("空置%(area)s㎡") % {"area": f"{vacant:,.0f}"} if vacant else _("没有空置")
        points.append(
            marked(
                park.code,
                park.name,
                park.lon,
                park.lat,
                mark="open" if vacant else "done",
                note=note,
                url=park.get_absolute_url(),
            )
        )
    return points_on_streets(points)


def may_view(actor: Actor) -> bool:
    """Whether the actor may see any space."""
    return not visible(actor, VIEW).nothing
