"""Target adjustments: the only way to another target, by two people, visible for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import events_of
from district.kernel.plan.models import Commitment, Edition
from district.kernel.plan.selectors.commitments import commitment_detail
from district.kernel.plan.services.adjusting import (
    approve_adjustment,
    propose_adjustment,
    refuse_adjustment,
    withdraw_adjustment,
)
from district.kernel.plan.services.owning import assign_owner
from district.kernel.plan.services.steering import activate
from district.kernel.plan.subjects import commitment_subject
from district.kernel.plan.tests.conftest import People, commitment


@pytest.fixture
def places(confirmed: Edition, people: People, remember: Callable[..., Commitment]) -> Commitment:
    return remember(lambda: _places(people))


def _places(people: People) -> Commitment:
    row = commitment("公办义务教育学位")
    assign_owner(
        row.pk,
        lead_unit="9-D02",
        leader=people.leader.id,
        contact=people.officer.id,
        actor=people.planner,
    )
    return activate(row.pk, actor=people.planner)


def test_a_proposal_changes_nothing_until_somebody_else_approves(
    places: Commitment, people: People
) -> None:
    adjustment = propose_adjustment(
        places.pk,
        value=Decimal(5500),
        reason="用地未落实",
        document="请示1号",
        actor=people.officer,
    )
    places.refresh_from_db()
    assert places.value == Decimal(6000)
    with pytest.raises(NotPermitted):
        approve_adjustment(adjustment.pk, actor=people.officer)
    approve_adjustment(adjustment.pk, actor=people.leader, note="同意")
    places.refresh_from_db()
    assert places.value == Decimal(5500)
    version = places.version
    approve_adjustment(adjustment.pk, actor=people.leader)
    places.refresh_from_db()
    assert places.version == version


def test_a_planner_cannot_approve_their_own_proposal(places: Commitment, people: People) -> None:
    adjustment = propose_adjustment(
        places.pk, value=Decimal(5500), reason="用地未落实", actor=people.planner
    )
    for decide in (approve_adjustment, refuse_adjustment):
        with pytest.raises(NotPermitted):
            decide(adjustment.pk, actor=people.planner)
    approve_adjustment(adjustment.pk, actor=people.planner2)


def test_the_original_target_and_every_adjustment_stay_visible(
    places: Commitment, people: People
) -> None:
    first = propose_adjustment(places.pk, value=Decimal(5500), reason="甲", actor=people.head)
    refuse_adjustment(first.pk, actor=people.planner, note="理由不足")
    second = propose_adjustment(
        places.pk, deadline=date(2026, 3, 31), reason="乙", actor=people.head
    )
    approve_adjustment(second.pk, actor=people.leader)
    third = propose_adjustment(
        places.pk, value=Decimal(5800), comparator=">=", reason="丙", actor=people.head
    )
    approve_adjustment(third.pk, actor=people.leader)
    detail = commitment_detail(places.pk)
    assert [item.state for item in detail.adjustments] == ["refused", "approved", "approved"]
    assert detail.original_value == Decimal(6000)
    row = detail.commitment
    assert (row.value, row.comparator, row.deadline) == (Decimal(5800), ">=", date(2026, 3, 31))
    assert row.tracked is not None
    assert row.tracked.due_at is not None
    assert row.tracked.due_at.astimezone().date() == date(2026, 3, 31)
    kinds = [e.kind for e in events_of(commitment_subject(row.pk)) if "adjustment" in e.kind]
    assert len(kinds) == 6
    assert row.statement is not None
    assert row.statement.value == Decimal(6000)


def test_only_one_adjustment_is_open_at_a_time(places: Commitment, people: People) -> None:
    adjustment = propose_adjustment(places.pk, value=Decimal(1), reason="x", actor=people.officer)
    with pytest.raises(Conflict):
        propose_adjustment(places.pk, value=Decimal(2), reason="x", actor=people.head)
    with pytest.raises(NotPermitted):
        withdraw_adjustment(adjustment.pk, actor=people.head)
    assert withdraw_adjustment(adjustment.pk, actor=people.officer).state == "withdrawn"
    with pytest.raises(Conflict):
        approve_adjustment(adjustment.pk, actor=people.leader)
    propose_adjustment(places.pk, value=Decimal(2), reason="x", actor=people.head)


def test_what_cannot_be_proposed(places: Commitment, people: People) -> None:
    for values, field in (
        ({"value": Decimal(5), "reason": " "}, "reason"),
        ({"value": Decimal("NaN"), "reason": "x"}, "value"),
        ({"value": Decimal("1e15"), "reason": "x"}, "value"),
        ({"comparator": "==", "reason": "x"}, "comparator"),
    ):
        with pytest.raises(Invalid) as caught:
            propose_adjustment(places.pk, actor=people.officer, **values)
        assert caught.value.field == field
    with pytest.raises(Conflict):
        propose_adjustment(places.pk, value=Decimal(6000), reason="x", actor=people.officer)


def test_another_units_officer_is_refused(places: Commitment, people: People) -> None:
    for actor in (people.other_officer, people.viewer, people.leader):
        with pytest.raises(NotPermitted):
            propose_adjustment(places.pk, value=Decimal(5), reason="x", actor=actor)
    adjustment = propose_adjustment(places.pk, value=Decimal(5), reason="x", actor=people.officer)
    for actor in (people.head, people.other_officer, people.viewer):
        with pytest.raises(NotPermitted):
            approve_adjustment(adjustment.pk, actor=actor)
        with pytest.raises(NotPermitted):
            refuse_adjustment(adjustment.pk, actor=actor)
