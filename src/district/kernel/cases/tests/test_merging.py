"""Merging: reporters stay informed, clocks stand still, and a case can be taken out again."""

from __future__ import annotations

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.cases.models import Case, Reporter
from district.kernel.cases.selectors import public_status
from district.kernel.cases.services import Contact, join_case, perform
from district.kernel.cases.services.clocks import clocks_of
from district.kernel.cases.services.doing import subject_of
from district.kernel.cases.tests.conftest import PUBLIC, MakeCase, People, standing
from district.kernel.cases.types import type_of
from district.kernel.history.public import events_of, verify
from district.kernel.tracking.public import TrackedRow

pytestmark = pytest.mark.django_db
State = TrackedRow.State
#: What an action always changes, and what tells of the way here.
PASSING = frozenset({"version", "previous_stage"})


def states(case: Case) -> dict[str, str]:
    return {key: row.state for key, row in clocks_of(case, type_of(case)).items()}


def standing_of(case: Case) -> dict[str, object]:
    """All that a case is, but for what an action always changes."""
    fresh = Case.objects.get(pk=case.pk)
    fields = fresh._meta.concrete_fields
    return {f.name: getattr(fresh, f.attname) for f in fields if f.name not in PASSING}


def clocks(case: Case) -> dict[str, tuple[object, ...]]:
    rows = clocks_of(case, type_of(case)).items()
    return {
        key: (row.state, row.starts_at, row.due_at, row.lead_unit_id, row.contact_id)
        for key, row in rows
    }


@pytest.fixture
def main(reported: MakeCase) -> Case:
    """The case that others are merged into."""
    return reported(text="桥头路口垃圾堆成山了").case


def test_every_reporter_of_a_merged_case_reads_how_the_main_one_goes_on(
    reported: MakeCase, main: Case, people: People
) -> None:
    other = reported()
    perform(other.case.pk, "merge", actor=people.desk, data={"into": main.number.lower()})
    main.refresh_from_db()
    assert main.reporter_count == 2
    perform(main.pk, "dispatch", actor=people.desk, data={"lead_unit": "901", "text": "请东街道办"})
    status = public_status(other.case.number, other.code)
    assert status is not None
    assert (status.number, status.stage) == (other.case.number, "待签收")
    assert [(step.label, step.text) for step in status.steps] == [("派单", "请东街道办")]
    assert status.moves == ()


def test_the_clocks_of_a_merged_case_stand_still(
    handling: Case, main: Case, people: People
) -> None:
    perform(handling.pk, "merge", actor=people.desk, data={"into": main.number})
    assert states(handling) == {
        "dispatch": State.DONE,
        "accept": State.DONE,
        "handling": State.PAUSED,
    }
    handling.refresh_from_db()
    assert (handling.category, handling.stage) == ("paused", "merged")


def test_taken_out_again_at_once_a_case_stands_exactly_where_it_stood(
    handling: Case, main: Case, people: People
) -> None:
    before, clocks_before = standing_of(handling), clocks(handling)
    count = main.reporter_count
    perform(handling.pk, "merge", actor=people.desk, data={"into": main.number})
    perform(handling.pk, "unmerge", actor=people.desk)
    assert standing_of(handling) == before
    assert clocks(handling) == clocks_before
    main.refresh_from_db()
    assert main.reporter_count == count
    perform(handling.pk, "finish", actor=people.east, data={"result": "已清理"})
    assert verify().sound


def test_the_time_inside_another_case_does_not_count(
    handling: Case, main: Case, people: People
) -> None:
    due = clocks_of(handling, type_of(handling))["handling"].due_at
    perform(handling.pk, "merge", actor=people.desk, data={"into": main.number})
    with standing("2025-09-24 10:00"):
        perform(handling.pk, "unmerge", actor=people.desk)
        row = clocks_of(handling, type_of(handling))["handling"]
    assert due is not None
    assert row.due_at is not None
    # At rest at the close of Monday and Tuesday; of the three working days Tuesday did not count.
    assert (row.state, due.date().isoformat()) == (State.OPEN, "2025-09-25")
    assert row.due_at.date().isoformat() == "2025-09-26"


def test_a_merged_case_ends_with_the_main_one_and_tells_its_result(
    handling: Case, reported: MakeCase, people: People
) -> None:
    inside = [reported(), reported(text="桥头路口还是脏")]
    for other in inside:
        perform(other.case.pk, "merge", actor=people.desk, data={"into": handling.number})
    perform(handling.pk, "finish", actor=people.east, data={"result": "已清理"})
    perform(handling.pk, "close", actor=people.desk, data={"satisfaction": "satisfied"})
    for other in inside:
        case = Case.objects.get(pk=other.case.pk)
        assert (case.stage, case.category, case.closed_at is None) == ("closed", "done", False)
        assert set(states(case).values()) == {State.DONE}
        status = public_status(case.number, other.code)
        assert status is not None
        assert "已清理" in [step.text for step in status.steps]
        assert events_of(subject_of(case))[0].data["action"] == "close_with"


def test_a_reply_to_a_merged_case_never_opens_it_again(
    handling: Case, reported: MakeCase, people: People
) -> None:
    other = reported()
    perform(other.case.pk, "merge", actor=people.desk, data={"into": handling.number})
    reporter = Reporter.objects.get(case=other.case)
    with pytest.raises(Conflict, match=f"已并入 {handling.number}"):
        perform(other.case.pk, "reopen", actor=PUBLIC, data={"text": "没弄好"}, reporter=reporter)
    join_case(other.case.pk, text="还是没人来", contact=Contact(), actor=PUBLIC)
    perform(handling.pk, "finish", actor=people.east, data={"result": "已清理"})
    perform(handling.pk, "close", actor=people.desk, data={"satisfaction": "satisfied"})
    with pytest.raises(Conflict, match=f"已并入 {handling.number}"):
        perform(other.case.pk, "reopen", actor=PUBLIC, data={"text": "没弄好"}, reporter=reporter)
    assert Case.objects.get(pk=other.case.pk).stage == "closed"


def test_the_main_case_that_is_opened_again_leaves_the_merged_ones_as_they_are(
    handling: Case, reported: MakeCase, people: People
) -> None:
    other = reported()
    perform(other.case.pk, "merge", actor=people.desk, data={"into": handling.number})
    for _round in range(2):
        perform(handling.pk, "finish", actor=people.east, data={"result": "已清理"})
        perform(handling.pk, "close", actor=people.desk, data={"satisfaction": "unhappy"})
        perform(handling.pk, "reopen", actor=people.desk, data={"text": "重办"})
        perform(handling.pk, "accept", actor=people.east)
    assert Case.objects.get(pk=other.case.pk).stage == "closed"
    status = public_status(other.case.number, other.code)
    assert status is not None
    assert status.stage == "办理中"  # what the main case does, and nothing of the old one


def test_crosswise_and_chained_merges_are_refused(
    reported: MakeCase, main: Case, people: People
) -> None:
    other, third = reported().case, reported().case
    perform(other.pk, "merge", actor=people.desk, data={"into": main.number})
    with pytest.raises(Conflict, match="已有其他单并入本单"):
        perform(main.pk, "merge", actor=people.desk, data={"into": third.number})
    with pytest.raises(Invalid, match="已经并入别的单") as crosswise:
        perform(main.pk, "merge", actor=people.desk, data={"into": other.number})
    assert crosswise.value.field == "into"
    with pytest.raises(Invalid, match="已经并入别的单"):
        perform(third.pk, "merge", actor=people.desk, data={"into": other.number})
    with pytest.raises(Conflict, match="目前处于“已并单”"):
        perform(other.pk, "merge", actor=people.desk, data={"into": third.number})
    main.refresh_from_db()
    assert (main.reporter_count, main.merged_into_id) == (2, None)


@pytest.mark.parametrize("into", ["itself", "closed", "nowhere", "\x00", "T" * 100])
def test_a_case_is_merged_only_into_an_open_one_of_its_type(
    into: str, reported: MakeCase, main: Case, people: People
) -> None:
    case = reported().case
    number = {"itself": case.number, "closed": main.number}.get(into, into)
    if into == "closed":
        Case.objects.filter(pk=main.pk).update(stage="closed", category="done")
    with pytest.raises(Invalid) as refused:
        perform(case.pk, "merge", actor=people.desk, data={"into": number})
    assert refused.value.field == "into"
    assert Case.objects.get(pk=case.pk).stage == "triage"


def test_who_may_not_dispatch_may_not_merge(reported: MakeCase, main: Case, people: People) -> None:
    case = reported().case
    for actor in (people.east, people.east_head, people.west, people.leader, PUBLIC):
        with pytest.raises(NotPermitted):
            perform(case.pk, "merge", actor=actor, data={"into": main.number})


def test_two_hundred_reporters_of_one_burst_are_one_case(
    reported: MakeCase, people: People
) -> None:
    case = reported(text="桥头路水管爆裂，水淹到路面", matter="02").case
    codes = {
        join_case(
            case.pk,
            text=f"第{number}个反映：水很大",
            contact=Contact("", f"138{number:08d}"),
            actor=PUBLIC,
            key=f"joined-{number}",
        ).code
        for number in range(199)
    }
    assert len(codes) == 199
    case.refresh_from_db()
    assert (case.reporter_count, Case.objects.count()) == (200, 1)
    assert Reporter.objects.filter(case=case).count() == 200
    again = join_case(case.pk, text="又", contact=Contact(), actor=PUBLIC, key="joined-7")
    assert (again.repeated, again.code) == (True, "")
    assert public_status(case.number, codes.pop()) is not None
    assert Case.objects.get(pk=case.pk).reporter_count == 200
    assert verify().sound


def test_who_joins_a_merged_case_counts_in_both_and_leaves_with_it(
    reported: MakeCase, main: Case, people: People
) -> None:
    other = reported().case
    perform(other.pk, "merge", actor=people.desk, data={"into": main.number})
    join_case(other.pk, text="我也看到了", contact=Contact(), actor=PUBLIC)
    main.refresh_from_db()
    assert main.reporter_count == 3
    perform(other.pk, "unmerge", actor=people.desk)
    counts = dict(Case.objects.values_list("number", "reporter_count"))
    assert counts == {main.number: 1, other.number: 2}


def test_nobody_joins_a_case_that_is_over_or_must_not_be_known_of(
    reported: MakeCase, people: People
) -> None:
    over = reported().case
    Case.objects.filter(pk=over.pk).update(stage="closed", category="done")
    with pytest.raises(Conflict, match="已经结束"):
        join_case(over.pk, text="我也是", contact=Contact(), actor=PUBLIC)
    hidden = [
        reported(matter="03").case,
        reported(is_confidential=True).case,
        reported(complained_unit="901").case,
    ]
    for case in hidden:
        with pytest.raises(Invalid) as refused:
            join_case(case.pk, text="我也是", contact=Contact(), actor=PUBLIC)
        assert refused.value.field == "case"
    # The desk sees it and may note a second caller; the unit complained about may not.
    join_case(hidden[0].pk, text="来电", contact=Contact(), actor=people.desk)
    with pytest.raises(NotPermitted):
        join_case(hidden[2].pk, text="来电", contact=Contact(), actor=people.east)
    for wrong in ("abc", "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(Invalid):
            join_case(wrong, text="我也是", contact=Contact(), actor=PUBLIC)
