"""Investment by month: the plan of a year, what was done, what statistics counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.bulk import update_many
from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.systems.projects.models import Month, Project
from district.systems.projects.names import COUNT, SAVE
from district.systems.projects.selectors.rights import (
    locked_project,
    owned_count,
    owned_project,
    project_subject,
)
from district.systems.projects.services.computing import recompute
from district.systems.projects.services.measuring import tell_counts

_MOST = Decimal(100_000_000)


@transaction.atomic
def plan_year(key: UUID | str, year: int, amounts: Mapping[int, Decimal], *, actor: Actor) -> None:
    """Plan a year's investment of a project: amounts in 万元 by month (1 to 12; others are 0).

    Raises NotFound, NotPermitted, Invalid naming `m<month>` or the year.
    """
    row = locked_project(key)
    authorise(actor, SAVE, owned_project(row))
    if not clock.today().year - 1 <= year <= clock.today().year + 2:
        raise Invalid("year", _("年份不对。"), _("请填写去年到后年之间的年份。"))
    for month, amount in amounts.items():
        if not (1 <= month <= 12 and 0 <= amount <= _MOST):
            raise Invalid(f"m{month}", _("金额不对。"), _("请以万元填写，不为负数。"))
    if sum(amounts.values(), Decimal(0)) > row.total:
        raise Invalid("year", _("年度计划超过总投资。"), _("请核对，单位是万元。"))
    known = {one.month.month: one for one in Month.objects.filter(project=row, month__year=year)}
    new, changed = [], []
    for month in range(1, 13):
        amount = amounts.get(month, Decimal(0))
        found = known.get(month)
        if found is None:
            new.append(Month(project=row, month=date(year, month, 1), planned=amount))
        elif found.planned != amount:
            found.planned = amount
            changed.append(found)
    Month.objects.bulk_create(new)
    update_many(changed, ["planned"])
    told = {"year": year, "planned": {str(m): str(a) for m, a in sorted(amounts.items())}}
    record(project_subject(row.pk), "projects.month.planned", told, actor=actor)
    recompute([row.pk])


@dataclass(frozen=True)
class Filed:
    """What a unit files of a month: investment done in 万元, physical progress at its end."""

    month: date
    done: Decimal
    progress: Decimal | None = None


@transaction.atomic
def file_month(key: UUID | str, filed: Filed, *, actor: Actor) -> Month:
    """File what was done in a month; filing again replaces it, and both stay in history.

    Raises NotFound, NotPermitted, Invalid naming the field. What cannot be believed is taken and
    marked (`Month.doubt`), for the figure may be right.
    """
    row = locked_project(key)
    authorise(actor, SAVE, owned_project(row))
    if filed.month.day != 1 or filed.month > clock.today():
        raise Invalid("month", _("月份不对。"), _("请选择本月或以前的月份。"))
    if not 0 <= filed.done <= _MOST:
        raise Invalid("done", _("金额不对。"), _("请以万元填写，不为负数。"))
    if filed.progress is not None and not 0 <= filed.progress <= 100:
        raise Invalid("progress", _("形象进度不对。"), _("请填写0到100。"))
    month, before = _month(row, filed.month)
    month.done, month.progress = filed.done, filed.progress
    month.save(update_fields=["done", "progress"])
    told = {
        "month": filed.month.strftime("%Y-%m"),
        "before": str(before.done if before.done is not None else ""),
        "done": str(filed.done),
        "progress": str(filed.progress if filed.progress is not None else ""),
    }
    record(project_subject(row.pk), "projects.month.filed", told, actor=actor)
    if filed.progress is not None and filed.month >= _newest(row):
        Project.objects.filter(pk=row.pk).update(progress=filed.progress)
    recompute([row.pk])
    tell_counts(row.pk, filed.month)
    month.refresh_from_db()
    return month


def _newest(row: Project) -> date:
    found = Month.objects.filter(project=row, progress__isnull=False).order_by("-month").first()
    return found.month if found else date.min


def _month(row: Project, month: date) -> tuple[Month, Month]:
    """The month to write on and a copy of it as it was."""
    found, _new = Month.objects.get_or_create(project=row, month=month)
    return found, Month(planned=found.planned, done=found.done, counted=found.counted)


@transaction.atomic
def count_month(key: UUID | str, month: date, counted: Decimal, *, actor: Actor) -> Month:
    """Note what statistics counted of a month, in 万元; said again it replaces.

    Raises NotFound, NotPermitted, Invalid naming the field.
    """
    row = locked_project(key)
    authorise(actor, COUNT, owned_count())
    if row.counted != Project.Counted.COUNTED:
        raise Invalid("month", _("项目还没有纳统。"), _("请先登记纳统状态。"))
    if month.day != 1 or month > clock.today():
        raise Invalid("month", _("月份不对。"), _("请选择本月或以前的月份。"))
    if not 0 <= counted <= _MOST:
        raise Invalid("counted", _("金额不对。"), _("请以万元填写，不为负数。"))
    found, before = _month(row, month)
    found.counted = counted
    found.save(update_fields=["counted"])
    told = {
        "month": month.strftime("%Y-%m"),
        "before": str(before.counted if before.counted is not None else ""),
        "counted": str(counted),
    }
    record(project_subject(row.pk), "projects.month.counted", told, actor=actor)
    recompute([row.pk])
    tell_counts(row.pk, month)
    found.refresh_from_db()
    return found
