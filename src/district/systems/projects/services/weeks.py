"""The weeks in which projects owe a follow-up: opened, missed, not needed any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from district.kernel.base import clock
from district.kernel.base.bulk import update_many
from district.kernel.history.public import Entry, record_many
from district.kernel.tracking.public import (
    ClockSpec,
    Owner,
    Tracking,
    cancel,
    reassign,
    running,
    track_many,
)
from district.systems.projects.models import Project, Week
from district.systems.projects.names import SYSTEM, WEEK_LADDER
from district.systems.projects.rules.following import due, monday, owes
from district.systems.projects.selectors.network import CALENDAR
from district.systems.projects.selectors.rights import project_subject, week_subject
from district.systems.projects.selectors.settings import settings

State = Week.State
#: So many weeks are looked back.
_MOST = 20


def open_weeks() -> int:
    """Bring the weeks up to date; returns how many follow-ups are newly owed. Again changes
    nothing.

    Weeks that are over without a follow-up are missed, those of projects that left their stage are
    not needed any more, those of a project with another unit are that unit's; then each project
    that owes one this week gets its week and clock.
    """
    first = monday(clock.today())
    _miss(first)
    _follow(first)
    return _open(first)


@transaction.atomic
def _miss(first: date) -> None:
    rows = Week.objects.select_for_update(of=("self",)).filter(state=State.OWED, first__lt=first)
    _end(rows.order_by("pk"), State.MISSED)


@transaction.atomic
def _follow(first: date) -> None:
    """Units and stages may have changed since the week was opened."""
    rows = Week.objects.select_for_update(of=("self",)).filter(state=State.OWED, first=first)
    known = list(rows.select_related("project").order_by("pk"))
    stages = settings().follow_ups.stages
    _end([row for row in known if row.project.stage not in stages], State.DROPPED)
    for row in known:
        project = row.project
        if project.stage not in stages or row.unit_id == project.lead_unit_id:
            continue
        row.unit_id = project.lead_unit_id
        row.save(update_fields=["unit"])
        one = running(row.clock_id)
        if one is not None:
            reassign(one, Owner(row.unit_id, leader=project.leader_id), actor=SYSTEM)


def _end(rows: Iterable[Week], state: Week.State) -> None:
    """Close weeks that nothing came of."""
    found = list(rows)
    for row in found:
        row.state = state
        one = running(row.clock_id)
        if one is not None:
            cancel(one, actor=SYSTEM)
    update_many(found, ["state"])
    told = [
        Entry(
            project_subject(row.project_id),
            "projects.week.closed",
            {"week": f"{row.first:%G-W%V}", "state": state},
        )
        for row in found
    ]
    if told:
        record_many(told, actor=SYSTEM)


@transaction.atomic
def _open(first: date) -> int:
    rules = settings().follow_ups
    rows = Project.objects.filter(stage__in=list(rules.stages)).exclude(weeks__first=first)
    projects = [
        row for row in rows.order_by("pk") if owes(row.stage, row.stage_since, first, rules)
    ]
    missed = missed_in_a_row([row.pk for row in projects], first)
    made = [
        Week(
            project=row, first=first, unit_id=row.lead_unit_id, due_at=due_moment(first),
            missed_before=missed.get(row.pk, 0),
        )
        for row in projects
    ]  # fmt: skip
    # Lights are asked of the weeks, so these are there before their clocks.
    Week.objects.bulk_create(made)
    tracked = track_many([_tracking(row) for row in made], actor=SYSTEM) if made else []
    for row, one in zip(made, tracked, strict=True):
        row.clock = one
    update_many(made, ["clock"])
    return len(made)


def due_moment(first: date) -> datetime:
    """By when the follow-up of a week is due."""
    return timezone.make_aware(due(first, settings().follow_ups))


def _tracking(row: Week) -> Tracking:
    assert row.due_at is not None  # noqa: S101  # an owed week has a due time
    start = timezone.make_aware(datetime.combine(row.first, datetime.min.time()))
    return Tracking(
        week_subject(row.pk),
        f"{row.project.name}：{row.label}",
        Owner(row.unit_id, leader=row.project.leader_id),
        ClockSpec(CALENDAR, starts_at=start, due_at=row.due_at),
        url=row.project.get_absolute_url(),
        ladder=WEEK_LADDER,
    )


def missed_in_a_row(projects: list[UUID], first: date) -> dict[UUID, int]:
    """How many owed weeks in a row each project has missed before the week of `first`, in the
    last twenty weeks. One query."""
    back = first - timedelta(weeks=_MOST)
    rows = Week.objects.filter(project__in=projects, first__gte=back, first__lt=first)
    rows = rows.exclude(state=State.DROPPED)
    found: dict[UUID, int] = {}
    over: set[UUID] = set()
    for project, state in rows.order_by("-first").values_list("project_id", "state"):
        if project in over:
            continue
        if state == State.MISSED:
            found[project] = found.get(project, 0) + 1
        else:
            over.add(project)
    return found
