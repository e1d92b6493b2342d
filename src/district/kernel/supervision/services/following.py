"""Supervision follows a tracked row that goes on as another one."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.supervision.models import Run, Step
from district.kernel.supervision.services.performing import subject_of
from district.kernel.tracking.public import TrackedRow

_CHUNK = 500


def follow_rows(rows: Mapping[UUID, UUID], actor: Actor) -> None:
    """Move the open runs of rows that end to the rows that go on with them, inside the caller's
    transaction; stage and clock stay. A row that is supervised itself keeps its own run."""
    keys = list(rows)
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        runs = list(Run.objects.select_for_update().filter(row__in=chunk, is_open=True))
        wanted = {rows[run.row_id] for run in runs}
        busy = set(
            Run.objects.filter(row__in=wanted, is_open=True).values_list("row_id", flat=True)
        )
        names = TrackedRow.objects.in_bulk(list(wanted))
        for run in runs:
            after = rows[run.row_id]
            if after not in busy and after in names:
                busy.add(after)
                _move(run, names[after], actor)


def _move(run: Run, after: TrackedRow, actor: Actor) -> None:
    before = run.row_id
    run.row = after
    save_versioned(run, ["row"])
    Step.objects.create(
        run=run,
        action="hand_on",
        from_stage=run.stage,
        to_stage=run.stage,
        text=_("督办转到“%(title)s”") % {"title": after.title},
        actor_name=actor.name[:80],
        at=clock.now(),
    )
    data = {"before": before, "after": after.pk, "title": after.title}
    record(subject_of(run), "supervision.run.handed_on", data, actor=actor)
