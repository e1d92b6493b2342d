"""Gas points for their pages, and the one that a case is about."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.cases.public import Case, visible_cases
from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible
from district.systems.early_warning.models import GasPoint
from district.systems.early_warning.names import GAS, VIEW_GAS
from district.systems.early_warning.selectors.rights import with_street_q


def gas_point_for(key: UUID | str, actor: Actor) -> GasPoint:
    """A gas point with its newest reading; NotFound where the actor may not see it."""
    rows = GasPoint.objects.filter(with_street_q(visible(actor, VIEW_GAS)))
    found = rows.select_related("lead_unit", "street_unit", "concentration__latest")
    row = found.filter(pk=key).first()
    if row is None:
        raise NotFound(_("没有这个燃气监测点，或您没有查看的权限。"))
    return row


def leaks_at(point: GasPoint, actor: Actor, most: int = 12) -> list[Case]:
    """The leaks at a point that the actor may see, newest first. One query."""
    rows = visible_cases(actor, GAS).filter(episodes__thing=point.concentration.thing_id)
    return list(rows.select_related("lead_unit", "clock").distinct()[:most])


def points_of_case(case: Case) -> list[GasPoint]:
    """The gas points whose alarms a case came from. One query."""
    rows = GasPoint.objects.filter(concentration__thing__episodes__case=case)
    return list(rows.select_related("concentration__latest").distinct().order_by("code"))
