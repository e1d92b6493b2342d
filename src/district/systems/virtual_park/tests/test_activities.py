"""Activities: seats are never given twice, those are told whom they are for, nobody too often."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.measures.public import period_ending
from district.systems.enterprises.services.telling import tell
from district.systems.virtual_park.models import Activity, ActivityPush, Registration
from district.systems.virtual_park.rules.seats import fits, moved_up
from district.systems.virtual_park.selectors.activities import activities_for, activity_for
from district.systems.virtual_park.selectors.counting import activities_pushed_by_unit
from district.systems.virtual_park.services.activities import (
    NewActivity,
    cancel_activity,
    do_push,
    save_activity,
    save_limit,
    start_push,
)
from district.systems.virtual_park.services.registering import (
    cancel_registration,
    note_attendance,
    register,
    wish_activities,
)
from district.systems.virtual_park.tests.conftest import LOADER, People
from district.systems.virtual_park.tests.world import activity_of
from district.testing.moments import standing

State = Registration.State


@given(
    st.integers(1, 12),
    st.lists(st.tuples(st.booleans(), st.integers(0, 7), st.integers(1, 4)), max_size=40),
)
def test_seats_against_a_slow_oracle(seats: int, moves: list[tuple[bool, int, int]]) -> None:
    """Firms come and go at random; after every move nobody sits above the seats, and who sits is
    who a replay of the queue from its beginning seats."""
    seated: dict[int, int] = {}
    waiting: list[tuple[int, int]] = []
    order: list[tuple[int, int]] = []
    for comes, firm, persons in moves:
        known = firm in seated or firm in dict(waiting)
        if comes and not known and persons <= seats:
            order.append((firm, persons))
            if not waiting and fits(seats, sum(seated.values()), persons):
                seated[firm] = persons
            else:
                waiting.append((firm, persons))
        elif not comes and known:
            order = [pair for pair in order if pair[0] != firm]
            seated.pop(firm, None)
            waiting = [pair for pair in waiting if pair[0] != firm]
            for key in moved_up(seats, sum(seated.values()), waiting):
                seated[key] = dict(waiting)[key]
            waiting = [pair for pair in waiting if pair[0] not in seated]
        assert sum(seated.values()) <= seats
        assert set(seated) | set(dict(waiting)) == set(dict(order))
        if waiting:
            # The first of the queue really finds no room, and all behind it came later.
            assert not fits(seats, sum(seated.values()), waiting[0][1])
        assert [pair for pair in order if pair[0] in dict(waiting)] == waiting


@pytest.mark.django_db
def test_first_come_first_served_with_a_waiting_list(bound: People) -> None:
    activity = activity_of(bound, seats=3)
    east, west = bound.acting("east"), bound.acting("west")
    assert register(east, activity.pk, 2).state == State.SEATED
    assert register(west, activity.pk, 2).state == State.WAITING
    with pytest.raises(Conflict):
        register(east, activity.pk, 1)
    with pytest.raises(Invalid):
        register(west, activity.pk, 0)
    cancel_registration(east, activity.pk)
    assert Registration.objects.get(firm=west.firm).state == State.SEATED
    assert register(east, activity.pk, 2).state == State.WAITING
    save_activity(
        NewActivity("政策宣讲会", "讲解今年的惠企政策。", "区会议中心", activity.starts_at,
                    activity.ends_at, activity.closes_at, 4),
        unit="", known=activity.pk, actor=bound.actor("industry"),
    )  # fmt: skip
    assert Registration.objects.get(firm=east.firm).state == State.SEATED
    with pytest.raises(Invalid):
        save_activity(
            NewActivity("政策宣讲会", "讲解今年的惠企政策。", "区会议中心", activity.starts_at,
                        activity.ends_at, activity.closes_at, 3),
            unit="", known=activity.pk, actor=bound.actor("industry"),
        )  # fmt: skip


@pytest.mark.django_db
def test_registration_ends_at_its_time_and_with_the_activity(bound: People) -> None:
    activity = activity_of(bound)
    east = bound.acting("east")
    with standing("2025-09-26 10:00"), pytest.raises(Conflict):
        register(east, activity.pk, 1)
    register(east, activity.pk, 1)
    cancel_activity(activity.pk, "场地停电", actor=bound.actor("industry"))
    with pytest.raises(Conflict):
        cancel_registration(east, activity.pk)
    (own,) = activities_for(east)
    assert own.activity.cancel_reason == "场地停电"
    assert activities_for(bound.acting("west")) == []


@pytest.mark.django_db
def test_a_draft_is_not_there_for_firms(bound: People) -> None:
    activity = activity_of(bound)
    Activity.objects.filter(pk=activity.pk).update(state=Activity.State.DRAFT)
    east = bound.acting("east")
    for act in (
        lambda: activity_for(east, activity.pk),
        lambda: register(east, activity.pk, 1),
    ):
        with pytest.raises(NotFound):
            act()


def _push(people: People, activity: Activity) -> int:
    before = activity.pushed
    start_push(activity.pk, actor=people.actor("industry"), enqueue=str)
    activity.pushed = do_push(str(activity.pk)).pushed
    return activity.pushed - before


@pytest.mark.django_db
def test_those_are_told_whom_it_is_for_once_and_not_against_their_will(bound: People) -> None:
    for_factories = activity_of(bound, where='industry under "C"')
    assert _push(bound, for_factories) == 1
    assert _push(bound, for_factories) == 0
    assert ActivityPush.objects.get().enterprise == bound.acting("east").id
    assert ActivityPush.objects.get().values == {"industry": "C3921"}
    wish_activities(bound.acting("east"), wants=False)
    everybody = activity_of(bound, "全体企业大会")
    assert _push(bound, everybody) == 1
    wish_activities(bound.acting("east"), wants=True)
    assert _push(bound, everybody) == 1
    tell(bound.firms["west"].pk, {"status": "cancelled"}, actor=LOADER)
    assert _push(bound, activity_of(bound, "又一场活动")) == 1


@pytest.mark.django_db
def test_nobody_is_told_more_often_than_the_limit_in_a_month(bound: People) -> None:
    with pytest.raises(NotPermitted):
        save_limit(1, actor=bound.actor("industry"))
    save_limit(1, actor=LOADER)
    assert _push(bound, activity_of(bound, "第一场活动")) == 2
    second = activity_of(bound, "第二场活动", starts_at=clock.now() + timedelta(days=40),
                         ends_at=clock.now() + timedelta(days=41),
                         closes_at=clock.now() + timedelta(days=39))  # fmt: skip
    assert _push(bound, second) == 0
    with standing("2025-10-08 10:00"):
        assert _push(bound, second) == 2
    period = period_ending(date(2025, 9, 30), "month")
    assert str(activities_pushed_by_unit(period)["9-D01"]) == "0.0002"


@pytest.mark.django_db
def test_a_unit_holds_its_own_activities_alone(bound: People) -> None:
    activity = activity_of(bound)
    for key in ("service", "east", "leader", "viewer"):
        actor = bound.actor(key)
        for act in (
            lambda actor=actor: cancel_activity(activity.pk, "不办了", actor=actor),
            lambda actor=actor: start_push(activity.pk, actor=actor, enqueue=str),
            lambda actor=actor: note_attendance(activity.pk, {}, actor=actor),
        ):
            with pytest.raises(NotPermitted):
                act()


@pytest.mark.django_db
def test_a_wrong_condition_names_its_field(bound: People) -> None:
    with pytest.raises(Invalid) as wrong:
        activity_of(bound, where="industry unter C")
    assert wrong.value.field == "where"


@pytest.mark.django_db
def test_the_pages_of_the_unit_and_of_the_firm(
    bound: People, django_assert_max_num_queries: Any
) -> None:
    officer, firm = bound.member_client("industry"), bound.client("east")
    data = {
        "title": "银企对接会", "text": "银行现场答疑。", "place": "区会议中心", "unit": "9-D01",
        "starts_at": "2025-09-29T14:00", "ends_at": "2025-09-29T17:00",
        "closes_at": "2025-09-28T18:00", "seats": "1", "where": "",
    }  # fmt: skip
    wrong = officer.post(reverse("park_activity_new"), {**data, "ends_at": "2025-09-29T13:00"})
    assert wrong.status_code == 422
    assert "银企对接会" in wrong.content.decode()
    officer.post(reverse("park_activity_new"), data)
    row = Activity.objects.get()
    for name in ("park_activity_publish", "park_activity_push"):
        assert officer.post(reverse(name, args=[row.pk])).status_code == 302
    own = reverse("park_activity_own", args=[row.pk])
    assert bound.post(firm, own, "east", persons="2").status_code == 422
    assert bound.post(firm, own, "east", persons="1").status_code == 302
    bound.post(bound.client("west"), own, "west", persons="1")
    with django_assert_max_num_queries(10):
        page = officer.get(row.get_absolute_url()).content.decode()
    assert "东方精工有限公司" in page
    assert "候补" in page
    with django_assert_max_num_queries(10):
        assert "已报名，1人" in firm.get(own).content.decode()
    mine = Registration.objects.get(state=State.SEATED)
    attendance = reverse("park_attendance", args=[row.pk])
    assert officer.post(attendance, {f"came_{mine.pk}": "yes"}).status_code == 409
    with standing("2025-09-29 16:00"):
        assert officer.post(attendance, {f"came_{mine.pk}": "yes"}).status_code == 302
    mine.refresh_from_db()
    assert mine.attended is True
    viewer = bound.member_client("viewer").get(row.get_absolute_url()).content.decode()
    assert "东方精工有限公司" not in viewer
