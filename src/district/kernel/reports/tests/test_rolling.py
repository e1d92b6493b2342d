"""An approved report becomes the next year's plan, and nothing of the year before is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils.timezone import localdate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import Actor, events_of
from district.kernel.measures.public import FilingDuty
from district.kernel.organisation.public import Member, Unit, actor_for
from district.kernel.plan.public import (
    Commitment,
    CommitmentKind,
    CommitmentState,
    Edition,
    Report,
    Rolling,
    Said,
    Statement,
    Succession,
    SuccessionState,
    add_edition,
    carry_as_it_is,
    commitment_by_id,
    commitment_subject,
    create_commitment,
    create_report,
    current_edition,
    end_former,
    finish_commitment,
    name_successor,
    origin_of,
    possible_successors,
    roll_over_commitments,
    undo_succession,
)
from district.kernel.reports.models import Draft, RollOver, Slot
from district.kernel.reports.selectors.staleness import stale_passages
from district.kernel.reports.services.deciding import approve_draft
from district.kernel.reports.services.rolling import ask_roll_over, carry_out, fail
from district.kernel.reports.tests.conftest import World, commitment

pytestmark = pytest.mark.django_db
ALIVE = (CommitmentState.PENDING, CommitmentState.ACTIVE)


@dataclass(frozen=True)
class Rolled:
    """The year before and the next one's plan."""

    report: Report
    row: RollOver

    def successor(self, title: str) -> Commitment:
        """What goes on with a commitment of the year before."""
        found = Succession.objects.get(former__title=title).successor
        assert found is not None
        return found


@pytest.fixture
def rolled(world: World, remember: Callable[..., Rolled]) -> Rolled:
    return remember(_roll_over)


def _roll_over() -> Rolled:
    draft = Draft.objects.get()
    commitment("碧道").co_units.set(Unit.objects.filter(pk="9-D01"))
    approve_draft(draft.pk, actor=_actor("李冬至"))
    asked, _anew = ask_roll_over(draft.pk, actor=_actor("陈小满"))
    carry_out(asked.pk)
    asked.refresh_from_db()
    assert asked.report is not None
    return Rolled(asked.report, asked)


def _actor(name: str) -> Actor:
    return actor_for(Member.objects.get(name=name))


def test_the_plan_says_what_the_draft_bound_to_the_last_number(rolled: Rolled) -> None:
    edition = current_edition(rolled.report)
    assert edition is not None
    assert (rolled.report.year, rolled.row.state) == (2026, RollOver.State.DONE)
    slots = Slot.objects.filter(passage__section__draft=rolled.row.draft, apart=False)
    bound = Counter(
        (round(one.value, one.places).normalize(), one.unit_word, one.kind, one.year)
        for one in slots
    )
    statements = list(Statement.objects.filter(edition=edition))
    read = Counter((one.value.normalize(), one.unit, one.kind, one.year) for one in statements)
    assert read == bound
    assert {one.state for one in statements} == {"confirmed"}
    measures = Counter(one.measure_id for one in slots if one.source == "value")
    counted = Counter(one.counted_by_id for one in statements if one.kind == "actual")
    assert counted == measures
    promised = {
        (one.passage.commitment.measure_id, one.value, one.unit_word)  # type: ignore[union-attr]  # a proposal has one
        for one in slots.filter(source="proposal").select_related("passage__commitment")
    }
    taken = Commitment.objects.filter(report=rolled.report).exclude(value=None)
    assert {(one.measure_id, one.value, one.unit) for one in taken} == promised


def test_each_commitment_of_the_year_before_stands_exactly_once(
    world: World, rolled: Rolled
) -> None:
    for row in Commitment.objects.filter(report=world.report):
        succession = Succession.objects.get(former=row)
        assert (succession.state == "carried") == (succession.successor_id is not None)
        if succession.state == SuccessionState.OPEN:
            assert row.state in ALIVE
        else:
            assert row.state not in ALIVE, row.title
    ways = Counter(Succession.objects.values_list("state", "way"))
    assert ways == {("carried", "sentence"): 7, ("carried", "parts"): 5, ("finished", ""): 1}
    # An item goes on as it is; a clause that states last year's numbers goes on in its part.
    new = set(Commitment.objects.filter(report=rolled.report).values_list("title", flat=True))
    assert "提升教育质量" in new
    assert not [title for title in new if any(sign.isdigit() for sign in title)]


def test_owners_measure_and_filings_go_on(world: World, rolled: Rolled) -> None:
    former, row = commitment_of(world, "碧道"), rolled.successor("碧道")
    assert (row.value, row.unit, row.year, row.state) == (Decimal(12), "公里", 2026, "active")
    assert (row.lead_unit_id, row.leader_id, row.contact_id, row.measure_id) == (
        former.lead_unit_id,
        former.leader_id,
        former.contact_id,
        former.measure_id,
    )
    assert [unit.pk for unit in row.co_units.all()] == ["9-D01"]
    old, new = former.tracked, row.tracked
    assert old is not None
    assert new is not None
    assert (former.state, old.state, new.state) == ("carried", "cancelled", "open")
    assert new.due_at is not None
    assert localdate(new.starts_at) == date(2026, 1, 1)
    assert localdate(new.due_at) == date(2026, 12, 31)
    duty = FilingDuty.objects.get(measure=row.measure_id)
    assert (duty.active, duty.unit_id) == (True, "9-D02")


def commitment_of(world: World, title: str) -> Commitment:
    return Commitment.objects.get(report=world.report, title=title)


def test_history_leads_both_ways_and_wholes_keep_their_parts(world: World, rolled: Rolled) -> None:
    former, row = commitment_of(world, "幼儿园"), rolled.successor("幼儿园")
    assert "plan.commitment.carried" in [
        event.kind for event in events_of(commitment_subject(former.pk))
    ]
    assert "plan.commitment.succeeded" in [
        event.kind for event in events_of(commitment_subject(row.pk))
    ]
    origin = origin_of(commitment_by_id(row.pk))
    assert origin is not None
    assert (origin.key, origin.year) == (former.pk, 2025)
    assert origin_of(commitment_by_id(former.pk)) is None
    assert row.parent is not None
    assert row.parent.title == "提升教育质量"
    assert row.sequence.startswith(f"{row.parent.sequence}.")
    sequences = Commitment.objects.filter(report=rolled.report).values_list("sequence", flat=True)
    assert len(set(sequences)) == len(sequences)


def test_what_is_finished_is_closed_with_its_last_value(world: World, rolled: Rolled) -> None:
    row = commitment_of(world, "公办义务教育学位")
    assert row.state == CommitmentState.DONE
    completion = row.completions.get()
    assert "6500个" in completion.reason
    assert "2025-11-30" in completion.reason
    assert Succession.objects.get(former=row).state == SuccessionState.FINISHED


def test_the_approved_report_is_not_stale_because_its_year_rolled_over(
    world: World, rolled: Rolled
) -> None:
    assert stale_passages(Draft.objects.get()) == {}


def test_a_second_run_changes_nothing_and_says_so(world: World, rolled: Rolled) -> None:
    before = _everything()
    row, anew = ask_roll_over(rolled.row.draft_id, actor=world.planner)
    assert (row.pk, anew, carry_out(row.pk)) == (rolled.row.pk, False, None)
    edition = current_edition(rolled.report)
    assert edition is not None
    result = roll_over_commitments(Rolling(world.report.pk, edition.pk), actor=world.planner)
    assert (result.carried, result.finished, result.open, result.new) == (0, 0, 0, 0)
    assert _everything() == before


def _everything() -> list[object]:
    return [
        sorted(Succession.objects.values_list("former", "successor", "state", "version")),
        sorted(Commitment.objects.values_list("pk", "state", "version")),
        sorted(Report.objects.values_list("pk", flat=True)),
    ]


def test_undoing_opens_the_decision_and_naming_ties_it_again(world: World, rolled: Rolled) -> None:
    former, row = commitment_of(world, "碧道"), rolled.successor("碧道")
    succession = Succession.objects.get(former=former)
    undo_succession(succession.pk, actor=world.planner)
    former.refresh_from_db()
    assert former.state == "active"
    assert former.tracked is not None
    assert former.tracked.state == "open"
    succession.refresh_from_db()
    assert (succession.state, succession.successor) == ("open", None)
    # What the report promises goes on, without a former; a person ties them together again.
    assert row.pk == possible_successors(succession)[0].pk
    name_successor(succession.pk, row.pk, actor=world.planner, note="同一事项")
    former.refresh_from_db()
    assert former.state == "carried"
    assert Succession.objects.get(former=former).way == "hand"


def test_a_person_carries_on_or_ends_what_nothing_goes_on_with(
    world: World, rolled: Rolled
) -> None:
    succession = Succession.objects.get(former__title="碧道")
    undo_succession(succession.pk, actor=world.planner)
    with pytest.raises(Invalid):
        end_former(succession.pk, actor=world.planner, note=" ")
    with pytest.raises(Invalid):
        name_successor(succession.pk, succession.former_id, actor=world.planner)
    with pytest.raises(Conflict):
        end_former(succession.pk, actor=world.planner, note="不再实施", version=0)
    carry_as_it_is(succession.pk, actor=world.planner)
    made = Succession.objects.get(pk=succession.pk).successor
    assert made is not None
    assert (made.title, made.value, made.state, made.report_id) == (
        "碧道",
        Decimal(12),
        "active",
        rolled.report.pk,
    )
    with pytest.raises(Conflict):
        end_former(succession.pk, actor=world.planner, note="不再实施")
    undo_succession(succession.pk, actor=world.planner)
    made.refresh_from_db()
    assert made.state == CommitmentState.CANCELLED
    end_former(succession.pk, actor=world.planner, note="规划已调整")
    former = commitment_of(world, "碧道")
    assert (former.state, Succession.objects.get(pk=succession.pk).state) == (
        "cancelled",
        "ended",
    )
    undo_succession(succession.pk, actor=world.planner)
    former.refresh_from_db()
    assert former.state == CommitmentState.ACTIVE


def test_only_planners_roll_an_approved_report_over(world: World) -> None:
    with pytest.raises(Conflict):
        ask_roll_over(world.draft.pk, actor=world.planner)
    approve_draft(world.draft.pk, actor=world.leader)
    for who in (world.leader, world.officer, world.head):
        with pytest.raises(NotPermitted):
            ask_roll_over(world.draft.pk, actor=who)


def test_what_fails_leaves_nothing_and_can_be_asked_for_again(world: World) -> None:
    approve_draft(world.draft.pk, actor=world.leader)
    taken = create_report("9", 2026, world.draft.title, actor=world.planner)
    row, _anew = ask_roll_over(world.draft.pk, actor=world.planner)
    with pytest.raises(Conflict):
        carry_out(row.pk)
    fail(row.pk, "已有同名的报告")
    row.refresh_from_db()
    assert (row.state, row.problem, row.report) == ("failed", "已有同名的报告", None)
    assert not Succession.objects.exists()
    taken.delete()
    row, anew = ask_roll_over(world.draft.pk, actor=world.planner)
    assert anew
    carry_out(row.pk)
    row.refresh_from_db()
    assert row.state == RollOver.State.DONE


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    named=st.sets(st.integers(0, 9)),
    finished=st.sets(st.integers(0, 9)),
    done=st.sets(st.integers(0, 9), max_size=3),
)
def test_whatever_the_next_plan_names_each_unfinished_commitment_stands_once(
    world: World, named: set[int], finished: set[int], done: set[int]
) -> None:
    with transaction.atomic():
        rows = list(Commitment.objects.filter(report=world.report).order_by("sort", "depth", "id"))
        for at in done & set(range(len(rows))):
            finish_commitment(rows[at].pk, actor=world.planner, note="完成")
        edition = _next_plan(world)
        statements = iter(Statement.objects.filter(edition=edition, kind="target"))
        said, over = {}, {}
        for at, row in enumerate(rows):
            if at in named:
                found = next(statements, None) if row.value is not None else None
                said[row.pk] = Said(0, found.pk if found else None, row.value)
            if at in finished:
                over[row.pk] = "已达到"
        roll_over_commitments(Rolling(world.report.pk, edition.pk, said, over), actor=world.planner)
        for at, row in enumerate(rows):
            mine = list(Succession.objects.filter(former=row))
            if row.state not in ALIVE or at in done:
                assert len(mine) <= 1
                continue
            assert len(mine) == 1, row.title
            row.refresh_from_db()
            kept = mine[0]
            assert (kept.successor_id is not None) == (kept.state == "carried")
            assert (row.state in ALIVE) == (kept.state == "open")
            if row.pk in over:
                assert row.state == CommitmentState.DONE
        own = Succession.objects.exclude(way="parts")
        heirs = [key for key in own.values_list("successor", flat=True) if key]
        assert len(heirs) == len(set(heirs))
        taken = Commitment.objects.filter(statement__edition=edition)
        assert taken.count() == Statement.objects.filter(edition=edition, kind="target").count()
        transaction.set_rollback(True)


def _next_plan(world: World) -> Edition:
    text = """试验区2026年国民经济和社会发展计划(草案)
一、2026年主要经济指标发展目标
全年发展目标如下:
——地区生产总值同比增长5.5%;
——固定资产投资额同比增长7%。
二、2026年工作安排
1.提升教育质量。全年新增公办义务教育学位3000个,新建幼儿园2所。
2.改善生态环境。新建碧道8公里。
"""
    report = create_report("9", 2026, "2026年计划", actor=world.planner)
    return add_edition(report.pk, text.encode(), "计划.txt", actor=world.planner)


def test_what_the_report_itself_does_not_tie_is_paired_by_measure_or_words(world: World) -> None:
    edition = _next_plan(world)
    extra = create_commitment(
        world.report.pk, kind=CommitmentKind.TASK, title="编制碧道规划", actor=world.planner
    )
    roll_over_commitments(Rolling(world.report.pk, edition.pk), actor=world.planner)
    by_title = {
        one.former.title: (one.state, one.way)
        for one in Succession.objects.select_related("former")
    }
    assert by_title["地区生产总值"] == ("carried", "measure")
    assert by_title["碧道"] == ("carried", "measure")
    assert by_title["完善家校社协同育人机制"] == ("open", "")
    assert by_title[extra.title] == ("open", "")
