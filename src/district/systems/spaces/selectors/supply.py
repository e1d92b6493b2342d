"""A park, a building, a floor, a unit: what a page shows of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible
from district.kernel.registers.public import Figure
from district.systems.spaces.models import Building, Floor, Lease, Park, SpaceUnit
from district.systems.spaces.names import UNITS, VIEW_LEASE
from district.systems.spaces.rules.plans import Plan, path, plan_of
from district.systems.spaces.selectors.overview import units_seen
from district.systems.spaces.selectors.rights import of_park, seen
from district.systems.spaces.selectors.vacancy import PARK, with_standing


def park_for(key: UUID | str, actor: Actor) -> Park:
    """A park; NotFound where the actor may not see it."""
    rows = Park.objects.filter(seen(actor), pk=key)
    found = rows.select_related("lead_unit", "street_unit", "service_unit").first()
    if found is None:
        raise NotFound(_("没有这个园区，或您没有查看的权限。"))
    return found


def building_for(key: UUID | str, actor: Actor) -> Building:
    """A building with its park; NotFound where the actor may not see it."""
    rows = Building.objects.filter(seen(actor, "park__"), pk=key)
    found = rows.select_related("park__lead_unit", "park__street_unit").first()
    if found is None:
        raise NotFound(_("没有这栋楼，或您没有查看的权限。"))
    return found


def floor_for(key: UUID | str, actor: Actor) -> Floor:
    """A floor with building and park; NotFound where the actor may not see it."""
    rows = Floor.objects.filter(seen(actor, "building__park__"), pk=key)
    found = rows.select_related("building__park").first()
    if found is None:
        raise NotFound(_("没有这一层，或您没有查看的权限。"))
    return found


def unit_for(key: UUID | str, actor: Actor) -> Any:
    """A unit with its standing; NotFound where the actor may not see it."""
    rows = with_standing(SpaceUnit.objects.filter(seen(actor, f"{PARK}__"), pk=key))
    found = rows.select_related(f"{PARK}__lead_unit", f"{PARK}__street_unit").first()
    if found is None:
        raise NotFound(_("没有这个空间单元，或您没有查看的权限。"))
    return found


@dataclass(frozen=True)
class Group:
    """Units of a building or floor: the numbers in all, vacant and soon."""

    row: Any
    area: Figure
    vacant: Figure
    soon: Figure


def groups_of(units: list[Any], rows: list[Any], which: str) -> list[Group]:
    """Buildings (`which` is "building") or floors of one building ("storey") with their sums."""
    found = []
    for row in rows:
        if which == "building":
            mine = [unit for unit in units if unit.floor.building_id == row.pk]
            where = f'building = "{row.code}"'
        else:
            mine = [unit for unit in units if unit.floor_id == row.pk]
            where = f'building = "{row.building.code}" and storey = {row.number}'
        where += " and active = true"

        def figure(more: str, chosen: list[Any], where: str = where) -> Figure:
            area = sum((unit.area for unit in chosen), Decimal(0))
            return Figure(UNITS, f"{where}{more}", "total:area", area, "㎡", _("面积"))

        found.append(
            Group(
                row,
                figure("", mine),
                figure(" and vacant = true", [unit for unit in mine if unit.vacant]),
                figure(" and soon = true", [unit for unit in mine if unit.soon]),
            )
        )
    return found


def units_of(actor: Actor, **which: Any) -> list[Any]:
    """The units in use of a park, building or floor, by floor and code; one query."""
    rows = units_seen(actor).filter(**which).select_related(PARK)
    return list(rows.order_by("floor__number", "code"))


@dataclass(frozen=True)
class Drawn:
    """A unit on the plan: its polygon, where its name stands, and how it stands."""

    unit: Any
    #: The last word of its code, which is how people call it on its floor.
    label: str
    points: str
    x: str
    y: str
    standing: str
    words: str


@dataclass(frozen=True)
class FloorPlan:
    """A floor's plan in metres for an SVG of `width` x `depth`, with a margin."""

    plan: Plan
    view_box: str
    floor: str
    units: tuple[Drawn, ...]
    text: str
    scale: str


def floor_plan(floor: Floor, units: list[Any]) -> FloorPlan | None:
    """The plan of a floor; None where it has neither outline nor units."""
    plan = plan_of(
        tuple((float(x), float(y)) for x, y in floor.outline),
        [
            (str(unit.pk), float(unit.area), tuple((float(x), float(y)) for x, y in unit.outline))
            for unit in units
        ],
    )
    if not plan.units and not plan.floor:
        return None
    by_key = {str(unit.pk): unit for unit in units}
    margin = max(plan.width, plan.depth) * 0.02
    top = plan.bottom + plan.depth
    drawn = tuple(
        Drawn(
            by_key[one.key],
            by_key[one.key].code.rsplit("-", 1)[-1],
            path(one.outline, plan),
            f"{one.middle[0] - plan.left:.2f}",
            f"{top - one.middle[1]:.2f}",
            *standing_of(by_key[one.key]),
        )
        for one in plan.units
    )
    size = max(plan.width / 46, 0.4)
    return FloorPlan(
        plan,
        f"{-margin:.2f} {-margin:.2f} {plan.width + 2 * margin:.2f} {plan.depth + 2 * margin:.2f}",
        path(plan.floor, plan) if plan.floor else "",
        drawn,
        f"{size:.2f}",
        _("%(wide)s米 × %(deep)s米") % {"wide": f"{plan.width:.0f}", "deep": f"{plan.depth:.0f}"},
    )


def standing_of(unit: Any) -> tuple[str, str]:
    """How a unit stands: its key, and in words."""
    if unit.vacant:
        return "vacant", _("空置")
    if unit.soon:
        return "soon", _("近期空置")
    return "leased", _("已租")


def leases_of(unit: SpaceUnit, actor: Actor) -> list[Lease] | None:
    """A unit's leases, the newest first; None where the actor may not see them."""
    scope = visible(actor, VIEW_LEASE)
    if scope.nothing:
        return None
    rows = Lease.objects.filter(of_park(f"unit__{PARK}__")(scope), unit=unit)
    return list(rows.order_by("-starts_on"))


def today_words(unit: Any, today: date | None = None) -> str:
    """From when a unit is free, in words."""
    day = today or clock.today()
    if unit.leased_until is None:
        return _("现已空置")
    left = (unit.leased_until - day).days
    return _("租约至%(day)s，还有%(left)s天") % {
        "day": unit.leased_until.isoformat(),
        "left": left,
    }
