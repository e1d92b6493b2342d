"""What becomes of an episode: people are told, neighbours gathered, a case opened once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from unittest import mock

import pytest

from district.kernel.alarms.models import Episode
from district.kernel.alarms.names import HANDED
from district.kernel.alarms.public import (
    acknowledge_episode,
    end_silence,
    hand_over,
    open_case,
    release_episode,
    silence_episode,
)
from district.kernel.alarms.tests.episodes.conftest import MakeRule, Town
from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.cases.models import Case
from district.kernel.history.models import OutboxMessage
from district.kernel.history.public import Actor
from district.kernel.notifications.models import Notification
from district.kernel.sensing.tests.conftest import MakeMember, MakeStream

AT_ONCE = {"case_type": "request", "open": "at_once", "facts": {"remark": "{thing} {value}{unit}"}}
MakeActor = Callable[..., Actor]

pytestmark = pytest.mark.usefixtures("request_type", "calendars")


def raised(town: Town, *numbers: int, at: int = 0, value: float = 9.0) -> None:
    """Readings that raise an episode of each datastream."""
    town.say(*((number, at, value) for number in numbers))
    town.follow()


def test_a_case_is_opened_once_with_the_readings_in_its_words(
    town: Town, stream: MakeStream, rule: MakeRule
) -> None:
    one = stream("S-1")
    rule(handling=AT_ONCE)
    town.bind()
    raised(town, one.pk)
    hand_over()
    hand_over()
    row, case = Episode.objects.get(), Case.objects.get()
    assert row.case == case
    assert case.key == f"alarm:{row.pk}"
    assert (case.title, case.place, case.street_unit_id) == (row.title, "地点 S-1", "901")
    assert "站 S-1 水位：9 m（2025-09-22 09:00:00）" in case.text
    assert case.facts["remark"] == "站 S-1 9m"
    told = OutboxMessage.objects.get(topic=HANDED).payload
    assert (told["episode"], told["case"]) == (str(row.pk), str(case.pk))


def test_whoever_dies_between_case_and_episode_opens_no_second_case(
    town: Town, stream: MakeStream, rule: MakeRule
) -> None:
    one = stream("S-1")
    rule(handling=AT_ONCE)
    town.bind()
    raised(town, one.pk)
    where = "district.kernel.alarms.services.handing._note_case"
    with mock.patch(where, side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        hand_over()
    Episode.objects.update(hand_at=None)
    hand_over()
    assert Case.objects.count() == 1
    assert Episode.objects.get().case is not None


def test_what_is_over_before_it_is_seen_to_calls_people_and_opens_no_case_by_itself(
    town: Town, stream: MakeStream, rule: MakeRule, member: MakeMember, actor: MakeActor
) -> None:
    one = stream("S-1")
    member("duty_officer", "901")
    rule(when={"silent_for": "20 s"}, handling={**AT_ONCE, "notify": ["duty_officer"]})
    town.bind()
    town.say((one.pk, 0, 1.0))
    town.tick(3700)
    town.say((one.pk, 3690, 1.0))
    town.tick(7400)
    town.say((one.pk, 7400, 1.0))
    town.follow()
    over = list(Episode.objects.filter(state="released"))
    assert over
    hand_over()
    assert not Case.objects.exists()
    assert not Episode.objects.filter(handed_at=None).exists()
    assert Notification.objects.count() == len(over)
    case = open_case(over[0].pk, actor=actor("officer", "901"))
    assert case.key == f"alarm:{over[0].pk}"


def test_neighbours_share_a_case_and_call_nobody_twice(
    town: Town, stream: MakeStream, rule: MakeRule, member: MakeMember
) -> None:
    near, also, far = (
        stream("S-1", at=(114.25, 22.70)),
        stream("S-2", at=(114.2505, 22.70)),
        stream("S-3", at=(114.30, 22.70)),
    )
    officer = member("duty_officer", "901")
    rule(handling={**AT_ONCE, "gather": {"metres": 200, "minutes": 30}, "notify": ["duty_officer"]})
    town.bind()
    raised(town, near.pk, also.pk, far.pk)
    hand_over()
    by_group = {row.group: row for row in Episode.objects.select_related("case")}
    first, second = by_group[str(near.pk)], by_group[str(also.pk)]
    assert {first.gathered_id, second.gathered_id} in ({None, first.pk}, {None, second.pk})
    assert first.case == second.case
    assert by_group[str(far.pk)].case != first.case
    assert Case.objects.count() == 2
    assert Notification.objects.filter(member=officer).count() == 2


def test_a_silence_ends_and_until_then_nobody_is_called(
    town: Town,
    stream: MakeStream,
    rule: MakeRule,
    actor: MakeActor,
    hold: Callable[[str], None],
) -> None:
    one = stream("S-1")
    rule(handling={**AT_ONCE, "notify": ["unit_head"]})
    head = actor("unit_head", "901")
    town.bind()
    raised(town, one.pk)
    hand_over()
    assert Case.objects.count() == 1
    episode = Episode.objects.get()
    until = clock.now() + timedelta(hours=1)
    silence_episode(episode.pk, until=until, reason="检修", actor=head)
    raised(town, one.pk, at=10, value=1.0)
    raised(town, one.pk, at=20)
    hand_over()
    later = Episode.objects.get(state="open")
    assert (later.silenced_id is not None, later.case, later.handed_at) == (True, None, None)
    assert Notification.objects.count() == 1
    hold("2025-09-22 10:30")
    hand_over()
    later.refresh_from_db()
    assert later.case is not None  # it lasted longer than the silence
    with pytest.raises(Conflict):
        end_silence(later.silenced_id or "", actor=head)


def test_what_was_silenced_and_is_over_calls_nobody_afterwards(
    town: Town, stream: MakeStream, rule: MakeRule, actor: MakeActor
) -> None:
    one = stream("S-1")
    rule(handling=AT_ONCE)
    head = actor("unit_head", "901")
    town.bind()
    raised(town, one.pk)
    hand_over()
    row = silence_episode(
        Episode.objects.get().pk,
        until=clock.now() + timedelta(hours=1),
        reason="检修",
        actor=head,
    )
    raised(town, one.pk, at=10, value=1.0)
    raised(town, one.pk, at=20)
    raised(town, one.pk, at=30, value=1.0)
    end_silence(row.pk, actor=head)
    hand_over()
    assert Case.objects.count() == 1
    assert not Episode.objects.filter(handed_at=None).exists()


def test_a_person_acknowledges_once_and_by_name(
    town: Town, stream: MakeStream, rule: MakeRule, actor: MakeActor
) -> None:
    one = stream("S-1")
    rule()
    town.bind()
    raised(town, one.pk)
    row = Episode.objects.get()
    with pytest.raises(NotFound):
        acknowledge_episode(row.pk, actor=actor("duty_officer", "902"))
    with pytest.raises(NotPermitted):
        acknowledge_episode(row.pk, actor=actor("auditor", "9"))
    acknowledge_episode(row.pk, actor=actor("duty_officer", "901"))
    row.refresh_from_db()
    assert (row.acknowledged_by, row.acknowledged_at) == ("石立春", clock.now())
    with pytest.raises(Conflict, match="石立春已在"):
        acknowledge_episode(row.pk, actor=actor("duty_officer", "901"))


def test_what_a_person_released_stays_released_when_the_readings_release_it(
    town: Town, stream: MakeStream, rule: MakeRule, actor: MakeActor
) -> None:
    one = stream("S-1")
    rule()
    head = actor("unit_head", "901")
    town.bind()
    raised(town, one.pk)
    row = Episode.objects.get()
    with pytest.raises(Invalid):
        release_episode(row.pk, reason=" ", actor=head)
    release_episode(row.pk, reason="传感器故障", actor=head)
    raised(town, one.pk, at=10)
    raised(town, one.pk, at=20, value=1.0)
    row.refresh_from_db()
    assert (row.state, row.end_reason, row.end_position) == ("released", "传感器故障", None)
    raised(town, one.pk, at=30)
    assert Episode.objects.filter(state="open").count() == 1
    town.start()
    assert Episode.objects.filter(state="open").count() == 1


def test_a_case_is_opened_by_hand_where_the_rule_says_so(
    town: Town, stream: MakeStream, rule: MakeRule, actor: MakeActor
) -> None:
    one, two = stream("S-1"), stream("S-2", at=(114.2501, 22.7))
    gather = {"metres": 200, "minutes": 30}
    rule(handling={"case_type": "request", "open": "by_hand", "gather": gather})
    town.bind()
    raised(town, one.pk, two.pk)
    hand_over()
    assert not Case.objects.exists()
    officer = actor("officer", "901")
    gathered = Episode.objects.exclude(gathered=None).get()
    with pytest.raises(NotFound):
        open_case(gathered.pk, actor=actor("officer", "902"))
    case = open_case(gathered.pk, actor=officer)
    assert set(Episode.objects.values_list("case", flat=True)) == {case.pk}
    with pytest.raises(Conflict):
        open_case(gathered.pk, actor=officer)
    assert Case.objects.count() == 1


def test_a_case_that_cannot_be_opened_says_why_and_is_tried_again(
    town: Town,
    stream: MakeStream,
    rule: MakeRule,
    hold: Callable[[str], None],
) -> None:
    one, two = stream("S-1"), stream("S-2")
    rule("wrong", handling={"case_type": "request", "facts": {"no_such": "x"}})
    rule("right", handling=AT_ONCE)
    town.bind()
    raised(town, one.pk, two.pk)
    hand_over()
    wrong = Episode.objects.filter(rule__key="wrong")
    assert all("no_such" in row.hand_problem for row in wrong)
    assert Case.objects.count() == 2
    assert hand_over() == 0
    hold("2025-09-22 09:02")
    assert hand_over() == 2


def test_an_episode_of_a_rule_without_handling_is_only_written(
    town: Town, stream: MakeStream, rule: MakeRule
) -> None:
    one = stream("S-1")
    rule()
    town.bind()
    raised(town, one.pk)
    hand_over()
    assert Episode.objects.get().handed_at is not None
    assert not Case.objects.exists()
    assert not Notification.objects.exists()
