"""Space and land for a project: its demand in `spaces`, units and parcels put forward."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import Case
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.systems.investment_promotion.models import LandOffer, Project
from district.systems.investment_promotion.names import SAVE
from district.systems.investment_promotion.selectors.rights import (
    owned_project,
    project_for,
    project_subject,
)
from district.systems.investment_promotion.services.projects import locked_project
from district.systems.spaces.public import SpaceDemand, parcel_offered, save_demand_for


def _changing(key: UUID | str, actor: Actor) -> Project:
    project_for(key, actor)
    row = locked_project(key)
    row.case = Case.objects.select_related("lead_unit").get(pk=row.pk)
    authorise(actor, SAVE, owned_project(row.case))
    if row.case.category == Case.Category.DONE:
        raise Conflict(_("项目已经落户或流失，不能再修改。"))
    return row


@transaction.atomic
def ask_for_space(key: UUID | str, values: Mapping[str, Any], *, actor: Actor) -> SpaceDemand:
    """Write the project's demand for space down in `spaces`, or change it; by that system's own
    rights and rules.

    Of a confidential project the number stands for the investor, for others read demands. Raises
    NotFound, NotPermitted, Invalid naming the field, Conflict.
    """
    row = _changing(key, actor)
    secret = row.case.is_confidential
    firm = _("保密项目%(number)s") % {"number": row.case.number} if secret else row.organisation
    given = {
        **values,
        "firm": firm,
        "firm_code": "" if secret else row.code,
        "lead_unit": row.case.lead_unit_id,
    }
    made = save_demand_for(given, row.demand, actor=actor)
    if row.demand != made.key:
        row.demand = made.key
        save_versioned(row, ["demand"])
    data = {"demand": made.number}
    record(project_subject(row.pk), "investment_promotion.project.space_asked", data, actor=actor)
    return made


@transaction.atomic
def offer_parcel(key: UUID | str, code: str, *, actor: Actor) -> LandOffer:
    """Put a parcel forward that is not transferred and large enough; once each.

    Raises NotFound, NotPermitted, Conflict.
    """
    row = _changing(key, actor)
    parcel = parcel_offered(code, row.land_area)
    if parcel is None:
        raise NotFound(_("没有这块可以推荐的用地：已经出让，或面积不够。"))
    if LandOffer.objects.filter(project=row, parcel=parcel.code).exists():
        raise Conflict(_("这块用地已经推荐过。"))
    made = LandOffer.objects.create(
        project=row,
        parcel=parcel.code,
        name=parcel.name,
        area=parcel.area,
        at=clock.now(),
        by=actor.name[:80],
    )
    data = {"parcel": parcel.code}
    record(project_subject(row.pk), "investment_promotion.project.land_offered", data, actor=actor)
    return made
