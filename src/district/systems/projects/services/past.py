"""The past of projects that were under way before the book, entered at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.bulk import update_many
from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor, Entry, record_many
from district.kernel.organisation.public import authorise
from district.kernel.tracking.public import (
    ClockSpec,
    Owner,
    Term,
    Tracking,
    finish,
    row_by_id,
    track_many,
)
from district.systems.projects.models import Item, ItemEvent, Month, Project, StageStep
from district.systems.projects.names import LADDER, SAVE, SYSTEM
from district.systems.projects.selectors.rights import (
    item_subject,
    owned_project,
    project_subject,
)
from district.systems.projects.services.computing import recompute
from district.systems.projects.services.measuring import tell_counts


@dataclass(frozen=True)
class Past:
    """How a project stood on the day of its entry.

    `items`: by key the days of acceptance and of approval (None: it still runs). `months`: their
    first day, planned, done, counted (万元) and progress (percent), None where not filed.
    """

    project: UUID
    stage: str
    since: date
    started_on: date | None = None
    finished_on: date | None = None
    counted: str = "no"
    items: Mapping[str, tuple[date, date | None]] = field(default_factory=dict)
    months: Sequence[tuple[date, Decimal, Decimal | None, Decimal | None, Decimal | None]] = ()


@transaction.atomic
def load_past(entries: Sequence[Past], *, actor: Actor) -> int:
    """Enter the past of projects that have none yet; returns how many approvals were entered.

    Raises NotPermitted, Invalid where a project or an approval is not there or has begun already.
    """
    projects = {
        row.pk: row
        for row in Project.objects.select_for_update().filter(pk__in=[e.project for e in entries])
    }
    items: dict[tuple[UUID, str], Item] = {
        (item.project_id, item.key): item
        for item in Item.objects.filter(project__in=list(projects))
    }
    for row in projects.values():
        authorise(actor, SAVE, owned_project(row))
    begun = [one for entry in entries for one in _begin(entry, projects, items)]
    update_many(
        list(projects.values()), ["stage", "stage_since", "started_on", "finished_on", "progress",
                                  "counted", "counted_on"],
    )  # fmt: skip
    _follow(begun, projects)
    update_many([item for item, _a, _e in begun], ["state", "accepted_on", "ended_on", "round",
                                                   "clock"])  # fmt: skip
    _note(begun, actor)
    _steps(entries, projects, actor)
    Month.objects.bulk_create(
        [
            Month(
                project=projects[entry.project], month=m, planned=p, done=d, counted=c, progress=g
            )
            for entry in entries
            for m, p, d, c, g in entry.months
        ]
    )
    recompute(list(projects))
    for key in list(projects)[:1]:  # one message a year, whatever project it names
        tell_counts(key, *(month for entry in entries for month, *_numbers in entry.months))
    return len(begun)


_Begun = tuple[Item, date, date | None]


def _begin(
    entry: Past, projects: Mapping[UUID, Project], items: Mapping[tuple[UUID, str], Item]
) -> list[_Begun]:
    row = projects.get(entry.project)
    if row is None or entry.stage not in Project.Stage.values:
        raise Invalid("project", _("没有这个项目或阶段。"), _("请先登记项目。"))
    row.stage, row.stage_since = entry.stage, entry.since
    row.started_on, row.finished_on = entry.started_on, entry.finished_on
    row.counted = entry.counted or Project.Counted.NO
    row.counted_on = entry.started_on if row.counted == Project.Counted.COUNTED else None
    known = [progress for *_more, progress in entry.months if progress is not None]
    row.progress = Decimal(100) if entry.finished_on else (known[-1] if known else row.progress)
    found: list[_Begun] = []
    for key, (accepted, ended) in entry.items.items():
        item = items.get((row.pk, key))
        if item is None or item.state != Item.State.WAITING:
            raise Invalid("items", _("没有这个审批事项，或已经办理：%s。") % key, _("请核对。"))
        item.state = Item.State.APPROVED if ended else Item.State.RUNNING
        item.accepted_on, item.ended_on, item.round = accepted, ended, 1
        item.project = row
        found.append((item, accepted, ended))
    return found


def _follow(begun: Sequence[_Begun], projects: Mapping[UUID, Project]) -> None:
    """Track what still runs, and close what is completed."""
    running = [(item, accepted) for item, accepted, ended in begun if ended is None]
    tracked = track_many(
        [
            Tracking(
                item_subject(item.pk),
                f"{item.project.name}：{item.name}",
                Owner(item.unit_id, leader=item.project.leader_id),
                ClockSpec(
                    "working_days",
                    starts_at=_at(accepted),
                    term=Term(item.promised, "working_days"),
                ),
                url=item.project.get_absolute_url(),
                ladder=LADDER,
            )
            for item, accepted in running
        ],
        actor=SYSTEM,
    )
    for (item, _accepted), one in zip(running, tracked, strict=True):
        item.clock = one
    for row in projects.values():
        if row.stage == Project.Stage.COMPLETED and row.clock_id:
            finish(row_by_id(row.clock_id), actor=SYSTEM)


def _at(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(10)))


def _note(begun: Sequence[_Begun], actor: Actor) -> None:
    events = []
    for item, accepted, ended in begun:
        for kind, on in (("accepted", accepted), ("approved", ended)):
            if on is not None:
                events.append(
                    ItemEvent(item=item, kind=kind, on=on, by=actor.name[:80], at=clock.now())
                )
    ItemEvent.objects.bulk_create(events)


def _steps(entries: Sequence[Past], projects: Mapping[UUID, Project], actor: Actor) -> None:
    now, told = clock.now(), []
    steps = []
    for entry in entries:
        row = projects[entry.project]
        if entry.stage != Project.Stage.PLANNING:
            steps.append(
                StageStep(
                    project=row, before="planning", after=entry.stage, on=entry.since,
                    by=actor.name[:80], at=now,
                )
            )  # fmt: skip
        data: dict[str, Any] = {
            "stage": entry.stage,
            "since": entry.since,
            "items": {k: [str(a), str(e or "")] for k, (a, e) in entry.items.items()},
            "months": [[str(value) for value in month] for month in entry.months],
        }
        told.append(Entry(project_subject(row.pk), "projects.project.past", data))
    StageStep.objects.bulk_create(steps)
    record_many(told, actor=actor)
