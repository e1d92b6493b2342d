"""Reads of runs and circulars, within what the actor may see."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Owned, permitted, visible
from district.kernel.supervision.flow import action_key, flow, move_label, stage_label
from district.kernel.supervision.models import Circular, CircularEntry, Run, Step
from district.kernel.tracking.public import TrackedRow

_VIEW = "supervision.run.view"


@dataclass(frozen=True, slots=True)
class MoveView:
    """An action that the actor may do on a run now: its key, label and form fields."""

    key: str
    label: str
    form: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class RunDetail:
    """A run with its steps (oldest first), circulars that name it, and the actor's actions."""

    run: Run
    stage_label: str
    steps: tuple[Step, ...]
    circulated: tuple[CircularEntry, ...]
    moves: tuple[MoveView, ...]


@dataclass(frozen=True, slots=True)
class RunCounts:
    """Open runs by stage, how many of them are late, and how many are closed."""

    by_stage: dict[str, int]
    late: int
    closed: int

    @property
    def open(self) -> int:
        """All open runs."""
        return sum(self.by_stage.values())


def visible_runs(actor: Actor) -> QuerySet[Run]:
    """The runs that the actor may see, the newest first, with unit, light and clock."""
    scope = visible(actor, _VIEW)
    return Run.objects.filter(scope.q("lead_unit")).select_related(
        "lead_unit", "supervising_unit", "tracked", "contact"
    )


def run_by_id(key: UUID | str, actor: Actor) -> Run:
    """The run; NotFound where there is none or the actor may not see it."""
    run = visible_runs(actor).select_related("row").filter(pk=key).first()
    if run is None:
        raise NotFound(_("没有这项督办。"))
    return run


def run_detail(key: UUID | str, actor: Actor) -> RunDetail:
    """The bundle of a run's page; three queries besides the actor's rights."""
    run = run_by_id(key, actor)
    return RunDetail(
        run=run,
        stage_label=stage_label(run.stage),
        steps=tuple(run.steps.all()),
        circulated=tuple(run.circular_entries.select_related("circular")),
        moves=tuple(moves_for(run, actor)),
    )


def moves_for(run: Run, actor: Actor) -> list[MoveView]:
    """What the actor may do on the run in its present stage, in the flow's order."""
    on = Owned(run.lead_unit_id, path=run.lead_unit.path)
    return [
        MoveView(move.key, move_label(move), tuple(move.form.items()))
        for move in flow().moves_from(run.stage)
        if permitted(actor, action_key(move.key), on)
    ]


def runs_of_row(row: TrackedRow) -> QuerySet[Run]:
    """All supervisions of a tracked row, the newest first."""
    return Run.objects.filter(row=row).select_related("lead_unit", "tracked")


def late_runs(actor: Actor) -> QuerySet[Run]:
    """Open runs past their due time, the longest late first: whom a circular would name."""
    return (
        visible_runs(actor)
        .filter(is_open=True, tracked__state="open", tracked__due_at__lt=clock.now())
        .order_by("tracked__due_at")
    )


def run_counts(actor: Actor) -> RunCounts:
    """The figures of the supervision page; two queries."""
    scope = Run.objects.filter(visible(actor, _VIEW).q("lead_unit"))
    found = dict(
        scope.filter(is_open=True).values_list("stage").annotate(count=Count("pk")).order_by()
    )
    late = Q(is_open=True, tracked__state="open", tracked__due_at__lt=clock.now())
    rest = scope.aggregate(
        late=Count("pk", filter=late), closed=Count("pk", filter=Q(is_open=False))
    )
    stages = [stage.key for stage in flow().stages.values() if stage.category != "done"]
    return RunCounts({key: found.get(key, 0) for key in stages}, rest["late"], rest["closed"])


def circulars() -> QuerySet[Circular]:
    """All circulars, the newest first, each with how many runs it names (`named`)."""
    return Circular.objects.annotate(named=Count("entries"))


def circular_by_id(key: UUID | str) -> tuple[Circular, list[CircularEntry]]:
    """A circular with its entries, the longest late first; NotFound where there is none."""
    found = Circular.objects.filter(pk=key).first()
    if found is None:
        raise NotFound(_("没有这份通报。"))
    return found, list(found.entries.select_related("run", "unit"))
