"""An amended report: what survives, what returns, what is flagged."""

from __future__ import annotations

from decimal import Decimal

import pytest

from district.kernel.base.errors import Conflict, NotPermitted
from district.kernel.measures.public import MeasureSpec, ensure_measures
from district.kernel.plan.models import Commitment, Edition, Statement, TargetAdjustment, Task
from district.kernel.plan.models.statements import StatementState
from district.kernel.plan.selectors.reports import difference
from district.kernel.plan.services.adjusting import approve_adjustment
from district.kernel.plan.services.amending import accept_amended_edition
from district.kernel.plan.services.counting import count_statement
from district.kernel.plan.services.decisions import (
    confirm_statement,
    correct_statement,
    reject_statement,
)
from district.kernel.plan.services.owning import assign_owner
from district.kernel.plan.services.reports import add_edition
from district.kernel.plan.services.steering import activate, settle_flag
from district.kernel.plan.tests.conftest import (
    AMENDED,
    LOADER,
    REPORT,
    People,
    commitment,
    statement,
)


def amended(edition: Edition, people: People, text: str = AMENDED) -> Edition:
    return add_edition(edition.report_id, text.encode(), "修订稿.txt", actor=people.planner)


def test_an_amended_report_waits_and_shows_its_differences(
    confirmed: Edition, people: People
) -> None:
    new = amended(confirmed, people)
    assert (new.number, new.state) == (2, "proposed")
    shown = difference(confirmed, new)
    assert {(line.new.measure, line.fields) for line in shown.of("changed") if line.new} == {
        ("固定资产投资额", ("value",))
    }
    assert [line.new.measure for line in shown.of("added") if line.new] == ["碧道"]
    assert [line.old.measure for line in shown.of("removed") if line.old] == ["幼儿园"]
    assert shown.same == 8
    confirmed.refresh_from_db()
    assert confirmed.state == "current"
    row = statement(new, "碧道")
    with pytest.raises(Conflict):
        confirm_statement(row.pk, actor=people.planner)


def test_corrections_and_decisions_survive_an_amended_report(
    confirmed: Edition, people: People
) -> None:
    places = statement(confirmed, "公办义务教育学位")
    correct_statement(places.pk, {"value": "6500"}, actor=people.planner, note="按批复")
    reject_statement(
        statement(confirmed, "优良河长占比", "actual").pk, actor=people.planner, note="重复"
    )
    new = amended(confirmed, people)
    accept_amended_edition(new.pk, actor=people.planner)
    kept = statement(new, "公办义务教育学位")
    assert (kept.state, kept.value, kept.decision_note) == ("corrected", Decimal(6500), "按批复")
    assert kept.corrections == {"value": ("6000", "6500")}
    rejected = statement(new, "优良河长占比", "actual")
    assert (rejected.state, rejected.decision_note) == ("rejected", "重复")
    assert commitment("公办义务教育学位").statement_id == kept.pk
    assert commitment("公办义务教育学位").value == Decimal(6500)


def test_a_changed_statement_returns_with_its_old_decision_beside_it(
    confirmed: Edition, people: People
) -> None:
    old = statement(confirmed, "固定资产投资额")
    new = amended(confirmed, people)
    done = accept_amended_edition(new.pk, actor=people.planner)
    assert (done.carried, done.changed, done.added, done.removed) == (8, 1, 1, 1)
    row = statement(new, "固定资产投资额")
    assert (row.state, row.change, row.previous_id) == ("proposed", "changed", old.pk)
    assert row.previous is not None
    assert row.previous.state == "confirmed"
    made = commitment("固定资产投资额")
    assert (made.flag, made.statement_id, made.value) == ("changed", row.pk, Decimal(8))
    confirm_statement(row.pk, actor=people.planner)
    made.refresh_from_db()
    # Nobody had relied on it yet, so it follows its statement.
    assert (made.flag, made.value) == ("", Decimal(7))


def test_an_active_target_changes_only_by_an_approved_adjustment(
    confirmed: Edition, people: People
) -> None:
    made = commitment("固定资产投资额")
    assign_owner(
        made.pk,
        lead_unit="9-D01",
        leader=people.leader.id,
        contact=people.planner2.id,
        actor=people.planner,
    )
    activate(made.pk, actor=people.planner)
    new = amended(confirmed, people)
    accept_amended_edition(new.pk, actor=people.planner)
    confirm_statement(statement(new, "固定资产投资额").pk, actor=people.planner)
    made.refresh_from_db()
    assert (made.flag, made.value) == ("", Decimal(8))
    adjustment = TargetAdjustment.objects.get(commitment=made)
    assert (adjustment.value_after, adjustment.edition_id) == (Decimal(7), new.pk)
    approve_adjustment(adjustment.pk, actor=people.leader)
    made.refresh_from_db()
    assert made.value == Decimal(7)


def test_a_removed_statement_flags_its_commitment_for_a_decision(
    confirmed: Edition, people: People
) -> None:
    new = amended(confirmed, people)
    accept_amended_edition(new.pk, actor=people.planner)
    made = commitment("幼儿园")
    assert (made.flag, made.state) == ("removed", "pending")
    assert settle_flag(made.pk, "keep", actor=people.planner).flag == ""
    Commitment.objects.filter(pk=made.pk).update(flag="removed")
    cancelled = settle_flag(made.pk, "cancel", actor=people.planner, note="不再新建")
    assert (cancelled.flag, cancelled.state) == ("", "cancelled")


def test_tasks_keep_their_commitments(confirmed: Edition, people: People) -> None:
    before = Commitment.objects.get(title="完善家校社协同育人机制")
    new = amended(confirmed, people)
    accept_amended_edition(new.pk, actor=people.planner)
    task = Task.objects.get(edition=new, title="完善家校社协同育人机制")
    before.refresh_from_db()
    assert (task.commitment_id, task.state, before.task_id) == (before.pk, "confirmed", task.pk)
    confirm_statement(statement(new, "碧道").pk, actor=people.planner)
    added = commitment("碧道")
    assert added.parent is not None
    assert added.parent.parent == Commitment.objects.get(title="改善生态环境")


def test_accepting_twice_changes_nothing_more(confirmed: Edition, people: People) -> None:
    new = amended(confirmed, people)
    accept_amended_edition(new.pk, actor=people.planner)
    confirm_statement(statement(new, "固定资产投资额").pk, actor=people.planner)
    accept_amended_edition(new.pk, actor=people.planner)
    assert statement(new, "固定资产投资额").state == "confirmed"
    confirmed.refresh_from_db()
    assert confirmed.state == "superseded"
    with pytest.raises(Conflict):
        accept_amended_edition(confirmed.pk, actor=people.planner)


def test_two_amended_editions_in_a_row_keep_the_decisions(
    confirmed: Edition, people: People
) -> None:
    correct_statement(
        statement(confirmed, "公办义务教育学位").pk, {"value": "6500"}, actor=people.planner
    )
    second = amended(confirmed, people)
    third = amended(confirmed, people, REPORT.replace("新建幼儿园3所", "新建幼儿园4所"))
    accept_amended_edition(second.pk, actor=people.planner)
    accept_amended_edition(third.pk, actor=people.planner)
    kept = statement(third, "公办义务教育学位")
    assert (kept.state, kept.value) == ("corrected", Decimal(6500))
    # It was gone from the second edition, so the third one states it anew.
    assert statement(third, "幼儿园").change == "added"
    assert Statement.objects.filter(edition=third, change="changed").count() == 1


def test_a_decision_made_while_the_amended_report_waited_is_kept(
    edition: Edition, people: People
) -> None:
    new = amended(edition, people)
    correct_statement(
        statement(edition, "公办义务教育学位").pk, {"value": "6500"}, actor=people.planner
    )
    accept_amended_edition(new.pk, actor=people.planner)
    assert statement(new, "公办义务教育学位").value == Decimal(6500)


def test_only_who_manages_reports_accepts(confirmed: Edition, people: People) -> None:
    new = amended(confirmed, people)
    for actor in (people.officer, people.leader, people.viewer):
        with pytest.raises(NotPermitted):
            accept_amended_edition(new.pk, actor=actor)


@pytest.mark.parametrize("decided", [True, False])
def test_what_counts_a_statement_today_survives_an_amended_report(
    confirmed: Edition, people: People, decided: bool
) -> None:
    spec = MeasureSpec(
        "streams", "优良河长", "Clean streams", unit="%", decimals=0, source="system"
    )
    ensure_measures([spec], actor=LOADER)
    counted = statement(confirmed, "优良河长占比", "actual")
    state = StatementState.CONFIRMED if decided else StatementState.PROPOSED
    Statement.objects.filter(pk=counted.pk).update(state=state)
    count_statement(counted.pk, "streams", actor=people.planner)
    accept_amended_edition(amended(confirmed, people).pk, actor=people.planner)
    kept = Statement.objects.get(previous=counted.pk)
    assert kept.counted_by is not None
    assert (kept.counted_by.key, kept.state) == ("streams", state)
