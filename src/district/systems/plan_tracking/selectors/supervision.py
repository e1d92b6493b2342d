"""Supervision as its pages show it: counts that open their rows, stages of a run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.registers.public import Figure
from district.kernel.supervision.public import (
    Run,
    RunCounts,
    RunDetail,
    flow,
    move_label,
    stage_label,
)
from district.systems.plan_tracking.selectors.figures import RUNS


@dataclass(frozen=True, slots=True)
class Counted:
    """A count with its name."""

    label: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class StepView:
    """One thing that was done in a run."""

    label: str
    text: str
    days: int | None
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StageView:
    """A stage of the flow: behind the run, where it is, or ahead."""

    label: str
    state: str


def figures_of(counts: RunCounts) -> list[Counted]:
    """Open runs by stage, late ones and closed ones, each opening its rows."""
    found = [
        Counted(
            stage_label(key),
            Figure(RUNS, f'stage = "{key}"', value=count, label=stage_label(key)),
        )
        for key, count in counts.by_stage.items()
    ]
    moment = clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    running = [key for key, stage in flow().stages.items() if stage.category == "open"]
    words = ", ".join(f'"{key}"' for key in running)
    late = f"stage in ({words}) and due_at < {moment}"
    found.append(Counted(_("逾期"), Figure(RUNS, late, value=counts.late, label=_("逾期"))))
    closed = Figure(RUNS, "is_open = false", value=counts.closed, label=_("已结束"))
    return [*found, Counted(_("已结束"), closed)]


#: The stages that a run goes through when nothing is extended or taken back.
_LINE = ("initiated", "assigned", "feedback", "verification", "closed")


def stages_of(run: Run) -> list[StageView]:
    """The stages from start to close with where the run stands."""
    known = flow().stages
    line = [key for key in _LINE if key in known]
    if run.stage not in line:
        # An extension stands beside the assignment; a run that was taken back ends there.
        at = line.index("assigned") + 1 if run.stage == "extension" else len(line)
        line.insert(at, run.stage)
        if run.stage == "cancelled":
            line = [key for key in line if key != "closed"]
    place = line.index(run.stage)
    return [
        StageView(
            stage_label(key),
            "done" if at < place else "now" if at == place else "ahead",
        )
        for at, key in enumerate(line)
    ]


def steps_of(detail: RunDetail) -> list[StepView]:
    """What was done, the newest first."""
    moves = flow().moves
    return [
        StepView(
            label=move_label(moves[step.action]) if step.action in moves else _step(step.action),
            text=step.text,
            days=step.days,
            actor=step.actor_name,
            at=step.at,
        )
        for step in reversed(detail.steps)
    ]


def _step(action: str) -> str:
    """What is no move of the flow: the beginning, or that the run followed its row."""
    return _("转入下年事项") if action == "hand_on" else _("立项")
