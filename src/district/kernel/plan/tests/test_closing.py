"""How a commitment ends, and that its tracked row says the same, from whichever side one looks."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import Actor, events_of
from district.kernel.plan.models import Commitment, Completion, Edition
from district.kernel.plan.selectors.commitments import completion_of
from district.kernel.plan.services.closing import (
    completion_storage,
    finish_commitment,
    reopen_commitment,
)
from district.kernel.plan.services.owning import assign_owner
from district.kernel.plan.services.steering import activate, edit_commitment
from district.kernel.plan.subjects import commitment_subject
from district.kernel.plan.tests.conftest import People, commitment
from district.kernel.tracking.public import Owner as RowOwner
from district.kernel.tracking.public import TrackedRow, cancel, finish, reassign, reopen

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
TASK = "完善家校社协同育人机制"


@pytest.fixture
def active(confirmed: Edition, people: People) -> Commitment:
    """A task that is under way, led by the education department."""
    row = commitment(TASK)
    assign_owner(
        row.pk,
        lead_unit="9-D02",
        leader=people.leader.id,
        contact=people.officer.id,
        actor=people.planner,
    )
    return activate(row.pk, actor=people.planner)


def row_of(item: Commitment) -> TrackedRow:
    return TrackedRow.objects.get(subject_id=str(item.pk))


def state(item: Commitment) -> tuple[str, str]:
    """What the commitment says, and what its tracked row says."""
    return Commitment.objects.get(pk=item.pk).state, row_of(item).state


def test_a_commitment_and_its_row_end_and_begin_again_together(
    active: Commitment, people: People
) -> None:
    finish_commitment(active.pk, actor=people.planner, note="已验收")
    assert state(active) == ("done", "done")
    # Whatever is changed afterwards brings the row in line again, and leaves it closed.
    edit_commitment(active.pk, {"title": "家校社协同育人"}, actor=people.planner)
    assert state(active) == ("done", "done")
    assert row_of(active).title.endswith("家校社协同育人")
    reopen_commitment(active.pk, actor=people.planner)
    assert state(active) == ("active", "open")


def test_a_row_of_the_plan_is_not_closed_behind_its_commitment(
    active: Commitment, people: People
) -> None:
    """Not by a planner nor by its unit, and not by another part of the product."""
    strangers = (people.planner, people.head, people.officer, Actor.system("supervision"))
    for actor in strangers:
        for write in (finish, cancel):
            with pytest.raises(NotPermitted):
                write(row_of(active), actor=actor)
        with pytest.raises(NotPermitted):
            reassign(row_of(active), RowOwner("9-D03"), actor=actor)
    assert state(active) == ("active", "open")
    finish_commitment(active.pk, actor=people.planner, note="已验收")
    for actor in strangers:
        with pytest.raises(NotPermitted):
            reopen(row_of(active), actor=actor)
    assert state(active) == ("done", "done")


def test_done_needs_a_reason_and_something_that_was_started(
    active: Commitment, people: People
) -> None:
    with pytest.raises(Invalid) as caught:
        finish_commitment(active.pk, actor=people.planner, note="  ")
    assert caught.value.field == "note"
    with pytest.raises(Conflict, match="还没有启动"):
        finish_commitment(commitment("幼儿园").pk, actor=people.planner, note="已验收")
    assert not Completion.objects.exists()
    assert state(active) == ("active", "open")


def test_what_proves_it_is_kept_with_its_checksum_in_history(
    active: Commitment, people: People, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    with pytest.raises(Invalid) as caught:
        finish_commitment(
            active.pk,
            actor=people.planner,
            note="已验收",
            evidence=b"<script>",
            evidence_name="a.txt",
        )
    assert caught.value.field == "evidence"
    finish_commitment(
        active.pk, actor=people.planner, note="已验收", evidence=PDF, evidence_name="../验收单.pdf"
    )
    done = completion_of(Commitment.objects.get(pk=active.pk))
    assert done is not None
    assert (done.reason, done.closed_by, done.evidence_name) == (
        "已验收",
        people.planner.name,
        "验收单.pdf",
    )
    assert Path(completion_storage().path(done.evidence)).read_bytes() == PDF
    found = [e for e in events_of(commitment_subject(active.pk)) if e.kind.endswith(".finished")]
    event = next(e for e in found if e.kind.startswith("plan."))
    assert event.note == "已验收"
    assert event.data["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert event.data["completion"] == str(done.pk)


def test_what_was_said_stays_when_it_is_taken_up_again(active: Commitment, people: People) -> None:
    finish_commitment(active.pk, actor=people.planner, note="已验收")
    reopen_commitment(active.pk, actor=people.planner, note="验收有误")
    assert completion_of(Commitment.objects.get(pk=active.pk)) is None
    finish_commitment(active.pk, actor=people.planner, note="复验通过")
    done = completion_of(Commitment.objects.get(pk=active.pk))
    assert done is not None
    assert done.reason == "复验通过"
    assert Completion.objects.count() == 2
