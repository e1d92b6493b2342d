"""Follow-ups that were made before the book was kept, entered at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from district.kernel.base import clock
from district.kernel.base.bulk import update_many
from district.kernel.history.public import Actor, Entry, record_many
from district.kernel.organisation.public import authorise
from district.systems.projects.models import FollowUp, Month, Project, Week
from district.systems.projects.names import SAVE
from district.systems.projects.rules.following import Known, Seen, doubt_of, metres_from
from district.systems.projects.selectors.rights import owned_project, project_subject
from district.systems.projects.selectors.settings import settings
from district.systems.projects.services.weeks import due_moment


@dataclass(frozen=True)
class PastWeek:
    """What came of a week (its Monday) that a project owed; `member` None: it was missed. Progress
    in percent, `lon` and `lat` WGS-84."""

    project: UUID
    first: date
    member: UUID | None = None
    seen_at: datetime | None = None
    progress: Decimal = Decimal(0)
    text: str = ""
    lon: Decimal | None = None
    lat: Decimal | None = None


@transaction.atomic
def load_past_weeks(entries: Sequence[PastWeek], *, actor: Actor) -> int:
    """Enter weeks of projects that have none of them yet; returns how many follow-ups were made.

    Doubts are judged as of every other follow-up; months and projects know the last progress that
    was seen once they are recomputed. Raises NotPermitted.
    """
    keys = sorted({one.project for one in entries})
    projects = {row.pk: row for row in Project.objects.select_for_update().filter(pk__in=keys)}
    weeks: list[Week] = []
    made: list[FollowUp] = []
    for key, row in projects.items():
        authorise(actor, SAVE, owned_project(row))
        own = sorted((one for one in entries if one.project == key), key=lambda one: one.first)
        missed = 0
        earlier: list[Known] = []
        for one in own:
            week = _week(one, row, missed)
            weeks.append(week)
            missed = missed + 1 if one.member is None else 0
            if one.member is not None:
                made.append(_follow_up(one, row, week, earlier))
                earlier.append(Known(one.first, one.progress))
    Week.objects.bulk_create(weeks)
    FollowUp.objects.bulk_create(made)
    for follow_up in made:
        follow_up.week.latest = follow_up
    update_many([one.week for one in made], ["latest"])
    _carry_over(made, projects)
    _tell(weeks, actor)
    return len(made)


def _week(one: PastWeek, row: Project, missed: int) -> Week:
    due_at, states = due_moment(one.first), Week.State
    late = one.seen_at is not None and one.seen_at > due_at
    state = states.MISSED if one.seen_at is None else states.LATE if late else states.MADE
    return Week(
        project=row,
        first=one.first,
        state=state,
        unit_id=row.lead_unit_id,
        due_at=due_at,
        missed_before=missed,
        made_at=one.seen_at,
    )


def _follow_up(one: PastWeek, row: Project, week: Week, earlier: Sequence[Known]) -> FollowUp:
    assert one.seen_at is not None and one.member is not None  # noqa: S101, PT018  # somebody saw it
    metres = metres_from((row.lon, row.lat), (one.lon, one.lat), 0)
    building = row.stage == Project.Stage.BUILDING
    seen = Seen(one.first, one.progress, False, metres, building)
    name = f"{row.pk} {one.first}"
    return FollowUp(
        id=uuid5(row.pk, name),
        week=week,
        number=1,
        member_id=one.member,
        seen_at=one.seen_at,
        finished_at=one.seen_at,
        received_at=clock.now(),
        lon=one.lon,
        lat=one.lat,
        progress=one.progress,
        before=earlier[-1].progress if earlier else None,
        text=one.text,
        doubt=doubt_of(seen, earlier, settings().follow_ups),
        content_sha256=hashlib.sha256(f"{name} {one.progress} {one.text}".encode()).hexdigest(),
    )


def _carry_over(made: Sequence[FollowUp], projects: Mapping[UUID, Project]) -> None:
    """Months and projects know the progress that was seen last in them."""
    seen: dict[tuple[UUID, date], Decimal] = {}
    for one in made:
        month = timezone.localtime(one.seen_at).date().replace(day=1)
        seen[one.week.project_id, month] = one.progress
        projects[one.week.project_id].progress = one.progress
    months = {
        (month.project_id, month.month): month
        for month in Month.objects.filter(project__in=list(projects))
    }
    new = [
        Month(project=projects[key[0]], month=key[1], seen=progress)
        for key, progress in seen.items()
        if key not in months
    ]
    known = [months[key] for key in seen if key in months]
    for row in known:
        row.seen = seen[row.project_id, row.month]
    Month.objects.bulk_create(new)
    update_many(known, ["seen"])
    update_many([projects[key] for key in {one.week.project_id for one in made}], ["progress"])


def _tell(weeks: Sequence[Week], actor: Actor) -> None:
    told: dict[UUID, list[str]] = {}
    for week in weeks:
        told.setdefault(week.project_id, []).append(f"{week.first:%G-W%V} {week.state}")
    entries = [
        Entry(project_subject(key), "projects.week.past", {"weeks": found})
        for key, found in told.items()
    ]
    if entries:
        record_many(entries, actor=actor)
