"""The year of projects: sums and forecast of their months, doubts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from district.kernel.base.bulk import update_many
from district.systems.projects.models import Month, Project
from district.systems.projects.rules import accounting
from district.systems.projects.selectors.settings import settings


def delay_of(row: Project) -> int:
    """By how many months its start is likely later than planned; 0 where no chance was told."""
    if row.chance is None:
        return 0
    return accounting.delay(row.planned_start, row.start_likely)


def set_years(projects: Sequence[Project], today: date) -> None:
    """Write the sums and the forecast of the year on projects in memory, and doubts on the months
    that have others now. One query, two where doubts changed."""
    if not projects:
        return
    months: dict[UUID, list[Month]] = {row.pk: [] for row in projects}
    known = Month.objects.filter(project__in=list(months)).order_by("project", "month")
    for month in known:
        months[month.project_id].append(month)
    changed: list[Month] = []
    through = accounting.full_months(today.year, today)
    for row in projects:
        lines = [line_of(month) for month in months[row.pk]]
        this = [line for line in lines if line.month.year == today.year]
        spent = sum(
            (line.done or Decimal(0) for line in lines if line.month.year < today.year), row.earlier
        )
        found = accounting.outturn(
            this, through=through, left=row.total - spent, delayed=delay_of(row),
            over=not row.is_open,
        )  # fmt: skip
        row.year, row.year_plan, row.year_due = today.year, found.plan, found.due
        row.year_done, row.year_counted = found.done, found.counted
        row.year_forecast = found.forecast
        whole = accounting.Whole(row.total, row.earlier, row.started_on, row.finished_on)
        doubted = accounting.doubts(lines, whole, settings().doubts)
        for month in months[row.pk]:
            doubt = doubted.get(month.month, "")
            if doubt != month.doubt:
                month.doubt = doubt
                changed.append(month)
    update_many(changed, ["doubt"])


def line_of(month: Month) -> accounting.Line:
    """A month as the rules take it; its progress is what follow-ups saw where none was filed."""
    progress = month.seen if month.progress is None else month.progress
    return accounting.Line(month.month, month.planned, month.done, month.counted, progress)
