"""Where the money of a project comes from, and how it stands in statistics."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.systems.projects.models import Fund, Project
from district.systems.projects.names import COUNT, SAVE
from district.systems.projects.selectors.rights import (
    locked_project,
    owned_count,
    owned_project,
    project_subject,
)
from district.systems.projects.selectors.settings import settings
from district.systems.projects.services.measuring import tell_counts

Stage = Project.Stage


@transaction.atomic
def set_fund(
    key: UUID | str, source: str, planned: Decimal, arrived: Decimal, *, actor: Actor
) -> Fund:
    """Note how much of a source a project is to get and has got, in 万元.

    Raises NotFound, NotPermitted, Invalid naming the field.
    """
    row = locked_project(key)
    authorise(actor, SAVE, owned_project(row))
    if source not in settings().sources:
        raise Invalid("source", _("没有这种资金来源。"), _("请从列表中选择。"))
    if not 0 < planned <= row.total:
        raise Invalid("planned", _("计划金额不对。"), _("请填写不超过总投资的金额，单位是万元。"))
    if not 0 <= arrived <= planned:
        raise Invalid("arrived", _("到位金额超过计划金额。"), _("请核对，单位是万元。"))
    others = Fund.objects.filter(project=row).exclude(source=source)
    if sum((one.planned for one in others), planned) > row.total:
        raise Invalid("planned", _("各项资金合计超过总投资。"), _("请核对各项资金。"))
    values = {"planned": planned, "arrived": arrived}
    made, _new = Fund.objects.update_or_create(project=row, source=source, defaults=values)
    told = {"source": source, "planned": str(planned), "arrived": str(arrived)}
    record(project_subject(row.pk), "projects.project.funded", told, actor=actor)
    return made


@transaction.atomic
def set_counted(key: UUID | str, state: str, on: date | None = None, *, actor: Actor) -> Project:
    """Say how a project stands in statistics (纳统). Raises NotFound, NotPermitted, Conflict before
    construction, Invalid naming the field."""
    row = locked_project(key)
    applied = state in (Project.Counted.NO, Project.Counted.APPLIED)
    authorise(actor, SAVE if applied else COUNT, owned_project(row) if applied else owned_count())
    if state not in Project.Counted.values:
        raise Invalid("counted", _("没有这种纳统状态。"), _("请从列表中选择。"))
    if state == Project.Counted.COUNTED and row.stage not in (Stage.BUILDING, Stage.COMPLETED):
        raise Conflict(_("项目还没有开工，不能纳统。"))
    before, counted_on = row.counted, row.counted_on
    row.counted = state
    row.counted_on = (on or clock.today()) if state == "counted" else None
    save_versioned(row, ["counted", "counted_on"])
    told = {"before": before, "after": state}
    record(project_subject(row.pk), "projects.project.counted", told, actor=actor)
    tell_counts(row.pk, counted_on, row.counted_on)
    return row
