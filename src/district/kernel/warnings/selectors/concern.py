"""Which units a warning concerns, and who answers for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from district.kernel.organisation.public import (
    Member,
    Role,
    Unit,
    assignments_today,
    root_unit,
)
from district.kernel.places.public import AreaLevel, area_codes_touching, areas
from district.kernel.warnings.answering import providers
from district.kernel.warnings.rules.catalogue import Catalogue
from district.kernel.warnings.rules.ground import Ground, concern_of, shape_of

_FALLBACK = (Role.UNIT_HEAD, Role.OFFICER, Role.DUTY_OFFICER)


def units_concerned(ground: Ground, kind: str, catalogue: Catalogue) -> list[Unit] | None:
    """The units that a warning of this ground and kind concerns, in their order; None where it
    lies outside of the district. At most eight queries."""
    root = root_unit()
    shape, touched = shape_of(ground), set[str]()
    if shape is not None:
        if not ground.codes and not areas().exists():
            # Without a map nobody can say that it is elsewhere.
            touched.add(root.pk)
        for level in (AreaLevel.DISTRICT, *catalogue.levels):
            touched |= set(area_codes_touching(shape, level))
    ours = Unit.objects.filter(pk__in=ground.codes, path__startswith=root.path)
    concern = concern_of(ground, root.pk, ours.values_list("pk", flat=True), sorted(touched))
    if concern.nowhere:
        return None
    local = Q(level__in=catalogue.levels, path__startswith=root.path)
    below = concern.codes - {root.pk}
    # The whole district touched, and none of its parts known: all of it is meant.
    if not concern.everywhere and below:
        local &= _around(below)
    wanted = local | Q(pk__in=catalogue.kind(kind).units)
    return list(Unit.objects.filter(wanted, is_active=True).order_by("sort", "code"))


def _around(codes: Iterable[str]) -> Q:
    """The units of these codes, those above and those below them."""
    found = Q(pk__in=[])
    for code, path in Unit.objects.filter(pk__in=codes).values_list("pk", "path"):
        found |= Q(pk__in=[code, *(each for each in path.split("/") if each)])
        found |= Q(path__startswith=path)
    return found


def answering_for(units: Sequence[str], now: datetime) -> dict[str, list[UUID]]:
    """Who answers for each unit at a moment: as a system says that knows it, else its head and
    officers, else its leaders; nobody where it has nobody. Few queries for all units."""
    found: dict[str, list[UUID]] = {}
    for provider in providers():
        missing = [unit for unit in units if unit not in found]
        for unit, members in (provider(missing, now) if missing else {}).items():
            if members:
                found[unit] = list(dict.fromkeys(members))
    told = {member for members in found.values() for member in members}
    active = set(Member.objects.filter(pk__in=told, is_active=True).values_list("pk", flat=True))
    found = {unit: [each for each in members if each in active] for unit, members in found.items()}
    missing = [unit for unit in units if not found.get(unit)]
    if missing:
        found |= _by_post(missing)
    return found


def _by_post(units: Sequence[str]) -> dict[str, list[UUID]]:
    rows = assignments_today().filter(unit__in=units, role__in=[*_FALLBACK, Role.LEADER])
    people: dict[str, dict[str, list[UUID]]] = {}
    for unit, role, member in rows.values_list("unit_id", "role", "member_id"):
        group = "leader" if role == Role.LEADER else "own"
        people.setdefault(unit, {}).setdefault(group, []).append(member)
    return {
        unit: list(dict.fromkeys(groups.get("own") or groups["leader"]))
        for unit, groups in people.items()
    }
