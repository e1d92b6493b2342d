"""Refreshing lights in bulk, what a turn leaves behind, the ladder's messages, the sweep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from unittest import mock
from uuid import UUID

import pytest

from district.kernel.history.public import Subject, events_of
from district.kernel.notifications.public import Notification
from district.kernel.tracking import providers
from district.kernel.tracking.jobs import sweep, sweep_later
from district.kernel.tracking.models import LightChange, TrackedRow, Urging
from district.kernel.tracking.providers import (
    LightContext,
    declare_ladder,
    declare_light_policy,
    light_provider,
)
from district.kernel.tracking.rules.ladder import Ladder, Step
from district.kernel.tracking.rules.light import LightPolicy, LightVerdict, Reason, worst
from district.kernel.tracking.services import (
    apply_light,
    finish,
    pause,
    refresh_lights,
    refresh_subjects,
    reopen,
    urge,
)
from district.kernel.tracking.tests.conftest import LOADER, MakeActor, Stand, tracked


@pytest.fixture(autouse=True)
def fresh_declarations() -> Iterator[None]:
    """What a test declares is forgotten after it."""
    with (
        mock.patch.dict(providers._PROVIDERS),
        mock.patch.dict(providers._POLICIES),
        mock.patch.dict(providers._LADDERS),
    ):
        yield


def test_a_turn_leaves_a_change_an_event_and_the_moment(district: None, stand: Stand) -> None:
    with stand("2025-09-26 10:00"):
        row = tracked()
    with stand("2025-10-16 08:00"):
        assert (refresh_lights().turned, refresh_lights().turned) == (1, 0)
    row.refresh_from_db()
    assert (row.light, row.episode) == ("red", 1)
    change = LightChange.objects.latest("at")
    assert (change.before, change.after, change.at) == ("green", "red", row.light_since)
    event = events_of(Subject("tests.thing", "1"))[0]
    assert (event.kind, event.data["after"]) == ("tracking.light_turned", "red")
    assert event.actor.id == "tracking.lights"


def test_reasons_follow_without_a_turn(district: None, stand: Stand) -> None:
    with stand("2025-10-14 10:00"):
        row = tracked()
        since = row.light_since
    with stand("2025-10-15 10:00"):
        assert refresh_lights().turned == 0
    row.refresh_from_db()
    assert row.reasons[0]["code"] == "deadline.last_day"
    assert row.light_since == since
    assert LightChange.objects.count() == 0


def test_a_provider_decides_for_its_kind_and_sees_many_rows_at_once(
    district: None, stand: Stand
) -> None:
    calls: list[int] = []

    @light_provider("tests.asked")
    def lights(rows: Sequence[TrackedRow], context: LightContext) -> Mapping[UUID, LightVerdict]:
        calls.append(len(rows))
        return {
            row.pk: worst([LightVerdict("yellow", (Reason("tests.x"),)), context.deadline(row)])
            for row in rows
            if row.subject_id != "3"
        }

    with stand("2025-09-26 10:00"):
        for key in "123":
            tracked(key, kind="tests.asked")
        tracked("other")
        calls.clear()
        refresh_lights()
        assert calls == [3]
        finish(TrackedRow.objects.get(subject_id="2"), actor=LOADER)
    lights_now = dict(TrackedRow.objects.values_list("subject_id", "light"))
    # The third was left out by the provider and keeps to its deadline.
    assert lights_now == {"1": "yellow", "2": "green", "3": "green", "other": "green"}
    with pytest.raises(ValueError, match="provider already"):
        light_provider("tests.asked")(lambda rows, context: {})


def test_refreshing_subjects_touches_no_other_row(district: None, stand: Stand) -> None:
    with stand("2025-09-26 10:00"):
        tracked("1")
        tracked("2")
    with stand("2025-10-20 10:00"):
        assert refresh_subjects("tests.thing", ["1"]).seen == 1
    assert dict(TrackedRow.objects.values_list("subject_id", "light")) == {
        "1": "red",
        "2": "green",
    }


def test_a_kind_of_subject_may_have_cut_offs_of_its_own(district: None, stand: Stand) -> None:
    declare_light_policy("tests.early", LightPolicy(yellow_working_days=30))
    with stand("2025-09-26 10:00"):
        assert tracked("1", kind="tests.early").light == "yellow"
        assert tracked("2").light == "green"
    with pytest.raises(ValueError, match="declared already"):
        declare_light_policy("tests.early", LightPolicy())


def test_a_verdict_can_be_applied_by_hand(district: None, stand: Stand) -> None:
    with stand("2025-09-26 10:00"):
        row = tracked()
        verdict = LightVerdict("red", (Reason("tests.x"),), completion_rate=Decimal("58.4416"))
        assert apply_light(row, verdict)
        assert not apply_light(row, verdict)
        huge = LightVerdict("red", (), completion_rate=Decimal(10) ** 15)
        apply_light(row, huge)
    row.refresh_from_db()
    assert row.completion_rate is None


# Urging -------------------------------------------------------------------------------------


def told() -> list[tuple[str, str]]:
    return [(n.member.name, n.title) for n in Notification.objects.order_by("created_at", "id")]


def test_the_ladder_climbs_and_takes_each_step_once(actor_with: MakeActor, stand: Stand) -> None:
    actor_with("officer", "901001", "经办")
    actor_with("unit_head", "901001", "书记")
    actor_with("unit_head", "901", "主任")
    with stand("2025-10-13 10:00"):
        row = tracked(unit="901001")
        assert (urge(), urge()) == (1, 0)
    assert told() == [("经办", "预警提醒：事项1")]
    with stand("2025-10-16 10:00"):
        assert sweep() == {"seen": 1, "turned": 1, "urged": 1}
        assert sweep() == {"seen": 1, "turned": 0, "urged": 0}
    assert told()[1:] == [("书记", "滞后提醒：事项1")]
    with stand("2025-10-20 10:00"):
        assert urge() == 0
    with stand("2025-10-21 10:00"):
        assert (urge(), urge()) == (1, 0)
    assert told()[2:] == [("主任", "滞后提醒：事项1")]
    steps = [
        event for event in events_of(Subject("tests.thing", "1")) if event.kind == "tracking.urged"
    ]
    assert [event.data["step"] for event in steps] == ["above", "head", "handler"]
    assert Urging.objects.filter(row=row, episode=1).count() == 3


def test_a_new_episode_urges_anew(actor_with: MakeActor, stand: Stand) -> None:
    actor_with("officer", "901", "经办")
    with stand("2025-10-13 10:00"):
        row = tracked()
        urge()
        finish(row, actor=LOADER)
    with stand("2025-10-14 10:00"):
        reopen(row, actor=LOADER)
        assert urge() == 1
    assert row.episode == 2
    assert len(told()) == 2


def test_yellow_and_red_within_one_episode_do_not_repeat_a_step(
    actor_with: MakeActor, stand: Stand
) -> None:
    actor_with("officer", "901", "经办")
    actor_with("unit_head", "901", "主任")
    with stand("2025-10-13 10:00"):
        row = tracked()
        urge()
        for light in ("red", "yellow", "red"):
            apply_light(row, LightVerdict(light))
            urge()
    assert [u.step for u in Urging.objects.order_by("at", "id")] == ["handler", "head"]


def test_where_nobody_is_named_the_next_one_up_is_told(actor_with: MakeActor, stand: Stand) -> None:
    actor_with("leader", "9", "区长")
    with stand("2025-10-13 10:00"):
        tracked(unit="901001")
        assert urge() == 1
    assert told() == [("区长", "预警提醒：事项1")]


def test_a_step_that_finds_nobody_waits(district: None, stand: Stand) -> None:
    with stand("2025-10-13 10:00"):
        tracked()
        assert urge() == 0
    assert Urging.objects.count() == 0


def test_many_rows_at_once_become_one_message_with_a_list(
    actor_with: MakeActor, stand: Stand
) -> None:
    actor_with("officer", "901", "经办")
    with stand("2025-10-13 10:00"):
        for n in range(5):
            tracked(str(n))
        assert urge() == 5
    ((name, title),) = told()
    assert (name, title) == ("经办", "5 项亮灯，请处理")
    assert "tracking-rows" in Notification.objects.get().url
    assert Urging.objects.count() == 5


def test_paused_and_closed_rows_are_not_urged(actor_with: MakeActor, stand: Stand) -> None:
    actor_with("officer", "901", "经办")
    with stand("2025-10-20 10:00"):
        pause(tracked("1"), "等待", actor=LOADER)
        finish(tracked("2"), actor=LOADER)
        assert urge() == 0


def test_a_row_may_climb_another_ladder(actor_with: MakeActor, stand: Stand) -> None:
    declare_ladder(Ladder("quick", (Step("boss", "yellow", "head"),)))
    actor_with("unit_head", "901", "主任")
    with stand("2025-10-13 10:00"):
        row = tracked()
        TrackedRow.objects.filter(pk=row.pk).update(ladder="quick")
        assert urge() == 1
    assert told()[0][0] == "主任"


def test_the_sweep_can_be_queued() -> None:
    assert sweep_later.func is not None
    assert sweep_later.module_path.endswith("jobs.sweep_later")
