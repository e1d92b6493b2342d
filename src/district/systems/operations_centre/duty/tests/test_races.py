"""Two hands at one call or hand-over at the same moment: one wins, the other is told."""

from __future__ import annotations

import pytest

from district.kernel.base.errors import Conflict
from district.kernel.base.tests.hands import at_once
from district.systems.operations_centre.duty.services import (
    Wanted,
    answer_call,
    make_call,
    open_hand_overs,
    rise_due,
    take_hand_over,
    write_hand_over,
)
from district.systems.operations_centre.duty.tests.conftest import People, Plan, standing
from district.systems.operations_centre.models import Call, CallLine, CallRing, HandOver

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROUNDS = 4


def call_east(people: People, key: str = "") -> Call:
    return make_call("9", "暴雨叫应", "请到岗", [Wanted(unit="901")], actor=people.duty, key=key)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_of_two_who_answer_one_wins_and_the_other_reads_who(manned: People, round_: int) -> None:
    line = CallLine.objects.get(call=call_east(manned))
    people = (manned.east, manned.east_head)
    found = at_once(*(lambda who=who: answer_call(line.pk, actor=who) for who in people))
    refused = [each for each in found if isinstance(each, Conflict)]
    assert len(refused) == 1
    line.refresh_from_db()
    assert line.answered_by is not None
    assert line.answered_by.name in str(refused[0]) or "刚被" in str(refused[0])


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_line_that_rises_while_it_is_answered_ends_answered(manned: People, round_: int) -> None:
    line = CallLine.objects.get(call=call_east(manned))
    with standing("2025-09-22 10:11"):
        at_once(rise_due, lambda: answer_call(line.pk, actor=manned.east), rise_due)
        rise_due()
    line.refresh_from_db()
    if line.state == "waiting":
        # The step came first and the answer was told to try again.
        with standing("2025-09-22 10:12"):
            answer_call(line.pk, actor=manned.east)
        line.refresh_from_db()
    assert (line.state, line.due_at) == ("answered", None)
    steps = CallRing.objects.filter(line=line).values_list("step", flat=True)
    assert len(set(steps)) <= 2


def test_two_workers_take_each_step_once(manned: People) -> None:
    line = CallLine.objects.get(call=call_east(manned))
    with standing("2025-09-22 10:11"):
        at_once(*[rise_due] * 3)
        rise_due()
    members = list(CallRing.objects.filter(line=line).values_list("member", flat=True))
    assert len(members) == len(set(members))
    line.refresh_from_db()
    assert line.due_at is not None


def test_the_same_call_at_once_is_made_once(manned: People) -> None:
    found = at_once(*[lambda: call_east(manned, "same")] * 3)
    made = {each.pk for each in found if isinstance(each, Call)}
    assert made == {Call.objects.get().pk}
    assert CallLine.objects.count() == 1


def test_of_two_who_take_over_one_does(manned: People, plan: Plan) -> None:
    plan("901", "east2", "2025-09-22 20:00", "2025-09-23 08:00")
    plan("901", "east_head", "2025-09-22 20:00", "2025-09-23 08:00")
    with standing("2025-09-22 19:50"):
        at_once(open_hand_overs, open_hand_overs)
        open_hand_overs()
        row = HandOver.objects.get()
        write_hand_over(row.pk, "无", actor=manned.east)
        found = at_once(
            lambda: take_hand_over(row.pk, actor=manned.east2),
            lambda: take_hand_over(row.pk, actor=manned.east_head),
        )
    assert sum(isinstance(each, Conflict) for each in found) == 1
