"""What a planner decides on proposals, and what grows from it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import events_of
from district.kernel.measures.public import Measure
from district.kernel.plan.models import Commitment, Edition, Statement, TargetAdjustment, Task
from district.kernel.plan.services.adjusting import approve_adjustment
from district.kernel.plan.services.decisions import (
    confirm_many,
    confirm_statement,
    confirm_task,
    correct_statement,
    reject_statement,
    reject_task,
    undo_decision,
)
from district.kernel.plan.services.owning import assign_owner
from district.kernel.plan.services.steering import activate
from district.kernel.plan.subjects import statement_subject
from district.kernel.plan.tests.conftest import People, commitment, statement


def test_a_confirmed_target_becomes_a_commitment_under_its_task(
    edition: Edition, people: People
) -> None:
    row = statement(edition, "公办义务教育学位")
    assert confirm_statement(row.pk, actor=people.planner).state == "confirmed"
    places = commitment("公办义务教育学位")
    assert (places.kind, places.comparator, places.value, places.unit) == (
        "quantity",
        "=",
        Decimal(6000),
        "个",
    )
    assert str(places.deadline) == "2025-12-31"
    assert places.sequence == "25§1.1-1"
    assert places.parent is not None
    assert places.parent.parent is not None
    assert places.parent.parent.title == "提升教育质量"
    assert places.parent.parent.sequence == "25§1"
    assert [places.depth, places.parent.depth, places.parent.parent.depth] == [2, 1, 0]


def test_a_commitment_has_a_measure_with_a_proposed_basis(edition: Edition, people: People) -> None:
    confirm_statement(statement(edition, "地区生产总值").pk, actor=people.planner)
    confirm_statement(statement(edition, "公办义务教育学位").pk, actor=people.planner)
    output = commitment("地区生产总值").measure
    places = commitment("公办义务教育学位").measure
    assert output is not None
    assert places is not None
    assert (output.basis, output.prices, output.frequency, output.source) == (
        "growth",
        "comparable",
        "quarterly",
        "statistics",
    )
    assert (places.basis, places.aggregation, places.unit) == ("absolute", "flow", "个")


def test_main_indicators_stand_at_the_top_and_are_numbered_through(confirmed: Edition) -> None:
    rows = Commitment.objects.filter(kind="indicator").order_by("sort")
    assert [(row.sequence, row.title, row.parent_id) for row in rows] == [
        ("25§指1", "地区生产总值", None),
        ("25§指2", "固定资产投资额", None),
    ]
    water = Commitment.objects.get(title__startswith="万元GDP水耗")
    assert (water.kind, water.nature, water.sequence) == ("task", "binding", "25§指3")


def test_outturns_and_introductions_become_no_commitment(confirmed: Edition) -> None:
    assert not Commitment.objects.filter(statement__kind="actual").exists()
    assert not Commitment.objects.filter(title__contains="如下").exists()
    assert set(Statement.objects.filter(edition=confirmed).values_list("state", flat=True)) == {
        "confirmed"
    }


def test_confirming_twice_makes_one_commitment(edition: Edition, people: People) -> None:
    row = statement(edition, "幼儿园")
    confirm_statement(row.pk, actor=people.planner)
    confirm_statement(row.pk, actor=people.planner)
    assert Commitment.objects.filter(statement=row).count() == 1
    kinds = [event.kind for event in events_of(statement_subject(row.pk))]
    assert kinds == ["plan.statement.confirmed"]


def test_a_correction_stands_beside_what_the_compiler_read(
    edition: Edition, people: People
) -> None:
    row = statement(edition, "幼儿园")
    corrected = correct_statement(
        row.pk, {"value": "5", "comparator": ">=", "deadline": "2025-09"}, actor=people.planner
    )
    assert corrected.state == "corrected"
    assert corrected.corrections == {
        "comparator": ("=", ">="),
        "value": ("3", "5"),
        "deadline": ("2025-12-31", "2025-09"),
    }
    made = commitment("幼儿园")
    assert (made.value, made.comparator, str(made.deadline)) == (Decimal(5), ">=", "2025-09-30")
    back = correct_statement(
        row.pk, {"value": "3", "comparator": "=", "deadline": "2025-12-31"}, actor=people.planner
    )
    assert (back.state, back.corrections) == ("confirmed", {})
    assert commitment("幼儿园").value == Decimal(3)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("value", ""),
        ("value", "很多"),
        ("value", "NaN"),
        ("value", "1e20"),
        ("year", "25"),
        ("comparator", "=="),
        ("kind", "promise"),
        ("deadline", "2025-13"),
        ("measure", " "),
        ("unit", "个" * 41),
        ("state", "confirmed"),
    ],
)
def test_a_wrong_correction_names_its_field_and_changes_nothing(
    edition: Edition, people: People, field: str, value: str
) -> None:
    row = statement(edition, "幼儿园")
    with pytest.raises(Invalid) as caught:
        correct_statement(row.pk, {field: value}, actor=people.planner)
    assert caught.value.field == field
    row.refresh_from_db()
    assert (row.state, row.value, row.measure) == ("proposed", Decimal(3), "幼儿园")


def test_a_correction_to_an_outturn_takes_the_commitment_no_further(
    edition: Edition, people: People
) -> None:
    row = statement(edition, "幼儿园")
    correct_statement(row.pk, {"kind": "actual"}, actor=people.planner)
    assert not Commitment.objects.filter(statement=row).exists()


def test_undoing_brings_the_proposal_back_and_a_new_decision_revives_the_commitment(
    edition: Edition, people: People
) -> None:
    row = statement(edition, "幼儿园")
    correct_statement(row.pk, {"value": "5"}, actor=people.planner, note="按批复")
    made = commitment("幼儿园")
    undone = undo_decision(row.pk, actor=people.planner)
    assert (undone.state, undone.value, undone.decision_note) == ("proposed", Decimal(3), "")
    assert commitment("幼儿园").state == "cancelled"
    assert undo_decision(row.pk, actor=people.planner).state == "proposed"
    confirm_statement(row.pk, actor=people.planner)
    again = commitment("幼儿园")
    assert (again.pk, again.state, again.value) == (made.pk, "pending", Decimal(3))


def test_an_active_commitment_holds_its_statement(confirmed: Edition, people: People) -> None:
    made = _active("幼儿园", people)
    row = statement(confirmed, "幼儿园")
    for decide in (undo_decision, reject_statement):
        with pytest.raises(Conflict):
            decide(row.pk, actor=people.planner)
    correct_statement(row.pk, {"value": "4"}, actor=people.planner, note="数字有误")
    made.refresh_from_db()
    assert made.value == Decimal(3)
    adjustment = TargetAdjustment.objects.get(commitment=made)
    assert (adjustment.value_after, adjustment.state) == (Decimal(4), "proposed")
    approve_adjustment(adjustment.pk, actor=people.leader)
    made.refresh_from_db()
    assert made.value == Decimal(4)


def _active(title: str, people: People) -> Commitment:
    row = commitment(title)
    assign_owner(
        row.pk,
        lead_unit="9-D02",
        leader=people.leader.id,
        contact=people.officer.id,
        actor=people.planner,
    )
    return activate(row.pk, actor=people.planner)


def test_a_rejected_statement_is_no_promise(edition: Edition, people: People) -> None:
    row = statement(edition, "幼儿园")
    confirm_statement(row.pk, actor=people.planner)
    assert reject_statement(row.pk, actor=people.planner, note="不是承诺").state == "rejected"
    assert commitment("幼儿园").state == "cancelled"


def test_bulk_confirmation_leaves_what_is_unsure_or_flagged(
    edition: Edition, people: People
) -> None:
    unsure = statement(edition, "幼儿园")
    Statement.objects.filter(pk=unsure.pk).update(confidence=Decimal("0.5"))
    flagged = Statement.objects.filter(edition=edition).exclude(flags=[])
    assert flagged.exists()
    done = confirm_many(edition.pk, actor=people.planner, threshold=Decimal("0.9"))
    left = set(
        Statement.objects.filter(edition=edition, state="proposed").values_list("pk", flat=True)
    )
    assert left == {unsure.pk, *flagged.values_list("pk", flat=True)}
    assert done.left == len(left)
    assert done.statements == 10 - len(left)
    assert done.commitments == Commitment.objects.count()
    again = confirm_many(edition.pk, actor=people.planner)
    assert (again.statements, again.commitments) == (0, 0)


def test_bulk_confirmation_gives_the_same_as_one_by_one(edition: Edition, people: People) -> None:
    for row in Statement.objects.filter(edition=edition):
        confirm_statement(row.pk, actor=people.planner)
    one_by_one = _tree()
    Task.objects.update(commitment=None, state="proposed")
    Commitment.objects.update(parent=None)
    Commitment.objects.all().delete()
    Statement.objects.update(state="proposed")
    keys = list(Statement.objects.values_list("pk", flat=True))
    confirm_many(edition.pk, actor=people.planner, threshold=Decimal(0), statement_ids=keys)
    assert _tree() == one_by_one


def _tree() -> set[tuple[object, ...]]:
    rows = Commitment.objects.select_related("parent")
    return {
        (row.sequence, row.title, row.kind, row.value, row.parent and row.parent.title)
        for row in rows
    }


def test_a_stale_page_cannot_decide(edition: Edition, people: People) -> None:
    row = statement(edition, "幼儿园")
    confirm_statement(row.pk, actor=people.planner, version=row.version)
    with pytest.raises(Conflict):
        reject_statement(row.pk, actor=people.planner, version=row.version)


def test_only_planners_decide(edition: Edition, people: People) -> None:
    row = statement(edition, "幼儿园")
    task = Task.objects.filter(edition=edition, level=3).first()
    assert task is not None
    for actor in (people.officer, people.head, people.leader, people.viewer):
        for decide in (confirm_statement, reject_statement, undo_decision):
            with pytest.raises(NotPermitted):
                decide(row.pk, actor=actor)
        with pytest.raises(NotPermitted):
            correct_statement(row.pk, {"value": "1"}, actor=actor)
        with pytest.raises(NotPermitted):
            confirm_many(edition.pk, actor=actor)
        with pytest.raises(NotPermitted):
            confirm_task(task.pk, actor=actor)
    assert not Commitment.objects.exists()


def test_a_task_without_a_number_becomes_a_commitment_or_is_rejected(
    edition: Edition, people: People
) -> None:
    task = Task.objects.get(edition=edition, title="完善家校社协同育人机制")
    row = confirm_task(task.pk, actor=people.planner)
    assert confirm_task(task.pk, actor=people.planner).pk == row.pk
    assert (row.kind, row.value, row.measure_id) == ("task", None, None)
    with pytest.raises(Conflict):
        reject_task(task.pk, actor=people.planner)
    heading = Task.objects.filter(edition=edition, level=0).first()
    assert heading is not None
    with pytest.raises(Conflict):
        confirm_task(heading.pk, actor=people.planner)


def test_the_same_measure_serves_years_and_kinds(confirmed: Edition) -> None:
    assert Measure.objects.count() == Commitment.objects.exclude(value=None).count()
