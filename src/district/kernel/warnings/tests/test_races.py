"""Several hands at one warning at the same moment: each thing happens once."""

from __future__ import annotations

import pytest

from district.kernel.base.errors import Conflict, DistrictError, NotPermitted
from district.kernel.base.tests.hands import at_once
from district.kernel.history.public import Actor, Subject, verify
from district.kernel.warnings import cap
from district.kernel.warnings.models import (
    Alert,
    AlertLine,
    Draft,
    LineRing,
    Message,
    Source,
    Unfit,
)
from district.kernel.warnings.services import (
    Entered,
    EventFacts,
    acknowledge,
    approve_draft,
    draft_from,
    draft_update,
    enter_by_hand,
    expire_due,
    receive,
    rise_due,
    save_draft,
    submit_draft,
)
from district.kernel.warnings.tests.conftest import EAST, ROOT, WATER, WEST, People, logged
from district.kernel.warnings.tests.samples import following, moment, rainstorm, standing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROUNDS = 3


def line_of(alert: Alert, unit: str) -> AlertLine:
    return AlertLine.objects.get(alert=alert, lead_unit=unit, is_current=True)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_of_two_who_acknowledge_one_wins_and_the_other_reads_who(
    people: People, storm: Alert, round_: int
) -> None:
    line = line_of(storm, EAST)
    who = (people.east, people.east2)
    found = at_once(*(lambda one=one: acknowledge(line.pk, actor=one) for one in who))
    refused = [each for each in found if isinstance(each, Conflict)]
    assert len(refused) == 1
    line.refresh_from_db()
    assert line.acknowledged_by is not None
    assert line.acknowledged_by.name in str(refused[0])


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_units_acknowledge_at_once_and_neither_is_turned_away(
    people: People, storm: Alert, round_: int
) -> None:
    east, west = line_of(storm, EAST), line_of(storm, WEST)
    found = at_once(
        lambda: acknowledge(east.pk, actor=people.east),
        lambda: acknowledge(west.pk, actor=people.west_head),
    )
    assert not [each for each in found if isinstance(each, DistrictError)]
    assert AlertLine.objects.filter(alert=storm, state="acknowledged").count() == 2
    assert verify().problems == ()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_line_that_rises_while_it_is_acknowledged_ends_acknowledged(
    people: People, storm: Alert, round_: int
) -> None:
    line = line_of(storm, EAST)
    with standing("2025-09-22 10:21"):
        at_once(rise_due, lambda: acknowledge(line.pk, actor=people.east), rise_due)
    line.refresh_from_db()
    assert (line.state, line.due_at) == ("acknowledged", None)


def test_two_workers_take_each_step_once(storm: Alert) -> None:
    with standing("2025-09-22 10:21"):
        at_once(rise_due, rise_due, rise_due)
    for line in AlertLine.objects.filter(alert=storm):
        rings = list(LineRing.objects.filter(line=line).values_list("member", flat=True))
        assert len(rings) == len(set(rings))
        assert line.due_at is None or line.due_at.minute == 31


def test_the_same_message_at_once_is_one_warning(source: Source) -> None:
    data = cap.write(rainstorm())
    found = at_once(*[lambda: receive(source, data)] * 3)
    assert sorted(each.outcome for each in found) == ["known", "known", "taken"]
    assert (Alert.objects.count(), Message.objects.count()) == (1, 1)
    assert AlertLine.objects.count() == 4


def test_the_same_rubbish_at_once_is_kept_once(source: Source) -> None:
    at_once(*[lambda: receive(source, b"rubbish")] * 3)
    assert Unfit.objects.get().times == 3


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_an_answer_and_a_cancellation_at_once_leave_nothing_waiting(
    people: People, source: Source, storm: Alert, round_: int
) -> None:
    line = line_of(storm, EAST)
    data = cap.write(following(rainstorm(), "WX-2", "Cancel"))
    with standing("2025-09-22 10:25"):
        at_once(
            lambda: receive(source, data),
            lambda: acknowledge(line.pk, actor=people.east),
            expire_due,
        )
    assert not AlertLine.objects.filter(state="waiting").exists()
    assert Alert.objects.get().state == "cancelled"


def test_of_two_who_approve_one_issues(people: People) -> None:
    draft = save_draft(logged(), unit=ROOT, actor=people.duty)
    submit_draft(draft.pk, actor=people.duty)
    leaders = (people.leader, people.leader2)
    found = at_once(*(lambda one=one: approve_draft(draft.pk, actor=one) for one in leaders))
    assert sum(isinstance(each, Alert) for each in found) == 1
    assert sum(isinstance(each, Conflict | NotPermitted) for each in found) == 1
    assert Message.objects.count() == 1


def test_the_same_form_at_once_enters_one_warning(people: People) -> None:
    at = moment("2025-09-22 09:40")
    form = Entered("heat", "red", "市气象台", "高温红色预警", "最高40℃。", at, key="one")
    found = at_once(*[lambda: enter_by_hand(form, actor=people.duty)] * 3)
    assert {each.pk for each in found} == {Alert.objects.get().pk}


def test_the_same_event_at_once_is_drafted_once(people: People) -> None:
    about = Subject("sensing.episode", "1")
    event = EventFacts("waterlogging", "yellow", WATER, "内涝黄色预警", "水位上升。", about, "k-1")
    sensing = Actor.system("sensing")
    found = at_once(*[lambda: draft_from(event, actor=sensing)] * 3)
    assert {each.pk for each in found} == {Draft.objects.get().pk}


def test_one_update_of_a_warning_is_drafted_at_a_time(people: People, issued: Alert) -> None:
    found = at_once(*[lambda: draft_update(issued.pk, actor=people.duty)] * 2)
    assert sum(isinstance(each, Conflict) for each in found) == 1
