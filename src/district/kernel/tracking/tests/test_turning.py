"""Clocks turned together end as clocks turned one by one do."""

from __future__ import annotations

import random
from typing import Any

import pytest

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.history.public import events_of
from district.kernel.tracking.models import LightChange, PauseSpan, TrackedRow
from district.kernel.tracking.records import ClockSpec, Owner
from district.kernel.tracking.rules.clock import Term
from district.kernel.tracking.selectors.calendars import calendars
from district.kernel.tracking.services import (
    Turning,
    finish,
    pause,
    reassign,
    reopen,
    reschedule,
    resume,
)
from district.kernel.tracking.services.lights import refresh_rows
from district.kernel.tracking.services.rows import subject_of
from district.kernel.tracking.tests.conftest import LOADER, Stand, tracked
from district.kernel.tracking.tests.samples import at

pytestmark = pytest.mark.django_db
OPEN, PAUSED, DONE = "open", "paused", "done"
POSSIBLE = {
    OPEN: ("pause", "finish", "reschedule", "reassign"),
    PAUSED: ("resume", "finish", "reassign"),
    DONE: ("reopen",),
}
SPECS = (
    ClockSpec(calendar="working_days", term=Term(4, "working_days")),
    ClockSpec(calendar="24x7", term=Term(30, "hours")),
)


def one_by_one(row: TrackedRow, action: str, spec: ClockSpec) -> None:
    same = action == "reassign" and row.lead_unit_id == "902"
    {
        "pause": lambda: pause(row, "等", actor=LOADER),
        "resume": lambda: resume(row, actor=LOADER),
        "finish": lambda: finish(row, actor=LOADER),
        "reopen": lambda: reopen(row, actor=LOADER),
        "reschedule": lambda: reschedule(row, spec, actor=LOADER),
        "reassign": lambda: reassign(row, Owner("902"), actor=LOADER),
    }[action]()
    # Whoever is given a row has its light of now; the services leave that to the sweep.
    refresh_rows([] if same else [row.pk])


def together(row: TrackedRow, action: str, spec: ClockSpec) -> None:
    turning = Turning([row], calendars())
    {
        "pause": lambda: turning.pause(row, "等"),
        "resume": lambda: turning.resume(row),
        "finish": lambda: turning.finish(row),
        "reopen": lambda: turning.reopen(row),
        "reschedule": lambda: turning.reschedule(row, spec),
        "reassign": lambda: turning.reassign(row, Owner("902")),
    }[action]()
    turning.write(actor=LOADER)


def standing(row: TrackedRow) -> dict[str, Any]:
    fresh = TrackedRow.objects.get(pk=row.pk)
    kept = {f.name: getattr(fresh, f.attname) for f in fresh._meta.concrete_fields}
    for name in ("id", "subject_id", "title", "version"):
        del kept[name]
    return {
        **kept,
        "pauses": list(PauseSpan.objects.filter(row=row).values_list("since", "until", "reason")),
        "turns": list(LightChange.objects.filter(row=row).values_list("before", "after", "at")),
        "events": [(e.kind, dict(e.data)) for e in events_of(subject_of(row))][:-1],
    }


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_done_both_ways_end_the_same(seed: int, district: None, stand: Stand) -> None:
    chance = random.Random(seed)  # noqa: S311  # moves of a test, not secrets
    with stand("2025-09-22 09:00"):
        one = tracked("1", due="2025-09-26 18:00:00")
        other = tracked("2", due="2025-09-26 18:00:00")
    for step in range(12):
        action = chance.choice(POSSIBLE[one.state])
        spec = chance.choice(SPECS)
        with stand(f"2025-09-{23 + step // 2:02d} {9 + step % 2 * 6:02d}:30"):
            one_by_one(one, action, spec)
            together(other, action, spec)
        one.refresh_from_db()
        other.refresh_from_db()
        assert standing(one) == standing(other), (step, action)


def test_many_changes_of_a_row_are_written_at_once_and_turn_its_light_once(
    district: None, stand: Stand
) -> None:
    with stand("2025-09-22 09:00"):
        row = tracked("1", due="2025-09-22 18:00:00")
        finish(row, actor=LOADER)
    with stand("2025-09-26 09:00"):
        episode = row.episode
        term = Term(30, "working_days")
        long = ClockSpec("working_days", at("2025-09-26 09:00"), term=term)
        turning = Turning([row], calendars())
        turning.reopen(row)
        turning.reschedule(row, long)
        turning.reassign(row, Owner("902"))
        turning.write(actor=LOADER)
    row.refresh_from_db()
    assert (row.state, row.light, row.lead_unit_id, row.episode) == (OPEN, "green", "902", episode)
    kinds = [event.kind.split(".")[1] for event in events_of(subject_of(row))]
    assert kinds[:3] == ["reassigned", "rescheduled", "reopened"]


def test_what_its_state_forbids_is_refused_and_nothing_written(
    district: None, stand: Stand
) -> None:
    with stand("2025-09-22 09:00"):
        row = tracked("1")
        before = standing(row)
        turning = Turning([row], calendars())
        for wrong in (turning.resume, turning.reopen):
            with pytest.raises(Conflict):
                wrong(row)
        with pytest.raises(Invalid):
            turning.pause(row, "  ")
        with pytest.raises(ValueError, match="co-units"):
            turning.reassign(row, Owner("902", frozenset({"901"})))
        turning.write(actor=LOADER)
    assert standing(row) == before
