"""Tracked rows: begin, move, pause, finish; who writes; what the cockpit counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.history.public import Actor, Subject, events_of, verify
from district.kernel.tracking.models import LightChange, PauseSpan, TrackedRow
from district.kernel.tracking.records import ClockSpec, Owner, Tracking
from district.kernel.tracking.rules.clock import Term
from district.kernel.tracking.selectors import (
    counts_by_light,
    counts_by_theme,
    counts_by_unit,
    overdue,
    row_of,
    rows_of,
    rows_of_unit,
    turned_since,
    visible_rows,
)
from district.kernel.tracking.services import (
    cancel,
    describe,
    finish,
    pause,
    reassign,
    refresh_lights,
    reopen,
    reschedule,
    resume,
    track,
    track_many,
)
from district.kernel.tracking.tests.conftest import LOADER, MakeActor, Stand, tracked
from district.kernel.tracking.tests.samples import at

THING = Subject("tests.thing", "1")
THING_ID = UUID(int=7)


def kinds(subject: Subject = THING) -> list[str]:
    return [event.kind for event in events_of(subject)][::-1]


def test_a_tracked_row_has_a_due_time_and_a_light_from_the_start(
    district: None, stand: Stand
) -> None:
    with stand("2025-09-29 10:00"):
        row = track(
            THING,
            "办理学位申请",
            Owner("901", frozenset({"9-D02"})),
            ClockSpec(term=Term(3, "working_days")),
            actor=LOADER,
        )
    assert row.due_at == at("2025-10-10 23:59:59")
    assert (row.light, row.state, row.due_provisional) == ("yellow", "open", False)
    assert row.reasons == [{"code": "deadline.left", "params": {"days": "3"}}]
    assert {unit.pk for unit in row.co_units.all()} == {"9-D02"}
    assert kinds() == ["tracking.tracked"]
    assert verify().sound


def test_what_cannot_be_tracked_is_refused(district: None) -> None:
    def attempt(owner: Owner, clock: ClockSpec) -> None:
        track(Subject("tests.thing", "x"), "事项", owner, clock, actor=LOADER)

    with pytest.raises(Invalid, match="没有编码为 404 的单位"):
        attempt(Owner("404"), ClockSpec())
    with pytest.raises(Invalid, match="牵头单位不能同时"):
        attempt(Owner("901", frozenset({"901"})), ClockSpec())
    with pytest.raises(Invalid, match="没有名为“never”的工作日历"):
        attempt(Owner("901"), ClockSpec("never"))
    with pytest.raises(Invalid, match="期限早于开始时间"):
        attempt(Owner("901"), ClockSpec(due_at=at("2001-01-01 00:00")))
    with pytest.raises(Invalid, match="只能填一个"):
        attempt(
            Owner("901"),
            ClockSpec(due_at=at("2031-01-01 00:00"), term=Term(1, "days")),
        )
    with pytest.raises(Invalid, match="没有这位成员"):
        attempt(Owner("901", leader=THING_ID), ClockSpec())
    tracked("1")
    with pytest.raises(Conflict, match="已经列入跟踪"):
        tracked("1")
    with pytest.raises(NotFound):
        row_of(Subject("tests.thing", "none"))


def test_a_pause_moves_the_due_time_and_says_why(district: None, stand: Stand) -> None:
    with stand("2025-03-03 10:00"):
        row = track(
            THING, "事项", Owner("901"), ClockSpec(term=Term(10, "working_days")), actor=LOADER
        )
    assert row.due_at == at("2025-03-17 23:59:59")
    with stand("2025-03-05 10:00"):
        pause(row, "等待上级批复", actor=LOADER)
    assert (row.state, row.light) == ("paused", "green")
    with stand("2025-06-05 10:00"):
        refresh_lights()
        row.refresh_from_db()
        assert row.light == "green"
        with pytest.raises(Conflict):
            pause(row, "再停一次", actor=LOADER)
    with stand("2025-03-11 10:00"):
        resume(row, actor=LOADER)
    # 5, 6, 7 and 10 March closed while it stood still.
    assert row.due_at == at("2025-03-21 23:59:59")
    assert PauseSpan.objects.get().reason == "等待上级批复"
    assert kinds()[-2:] == ["tracking.paused", "tracking.resumed"]


def test_a_pause_needs_a_reason_and_a_running_clock(district: None) -> None:
    row = tracked(due="2035-01-01 10:00")
    with pytest.raises(Invalid, match="暂停原因"):
        pause(row, "  ", actor=LOADER)
    row.refresh_from_db()
    with pytest.raises(Conflict):
        resume(row, actor=LOADER)


def test_a_stated_deadline_moves_by_what_was_left(district: None, stand: Stand) -> None:
    with stand("2025-03-03 10:00"):
        row = tracked(due="2025-03-14 23:59:59")
        pause(row, "等待资金", actor=LOADER)
    with stand("2025-03-10 10:00"):
        resume(row, actor=LOADER)
    assert row.due_at == at("2025-03-21 23:59:59")


def test_finishing_a_paused_row_ends_its_pause(district: None, stand: Stand) -> None:
    with stand("2025-10-10 10:00"):
        row = tracked()
        pause(row, "等待", actor=LOADER)
    with stand("2025-10-11 10:00"):
        finish(row, actor=LOADER)
    assert (row.state, row.light, row.closed_at) == ("done", "green", at("2025-10-11 10:00"))
    assert PauseSpan.objects.filter(until=None).count() == 0
    with pytest.raises(Conflict, match="已完成"):
        finish(row, actor=LOADER)
    with stand("2025-12-11 10:00"):
        reopen(row, actor=LOADER)
        assert (row.state, row.light) == ("open", "red")
        cancel(row, actor=LOADER, note="不再需要")
    assert (row.state, row.light) == ("cancelled", "none")


def test_a_row_that_somebody_else_changed_is_not_overwritten(district: None) -> None:
    row = tracked(due="2035-01-01 10:00")
    mine = TrackedRow.objects.get(pk=row.pk)
    describe(row, title="新名称", theme="教育", actor=LOADER)
    with pytest.raises(Conflict):
        finish(mine, actor=LOADER)
    assert TrackedRow.objects.get(pk=row.pk).title == "新名称"
    before = len(kinds())
    describe(row, title="新名称", actor=LOADER)
    assert len(kinds()) == before


def test_a_light_that_turns_meanwhile_does_not_spoil_somebodys_form(
    district: None, stand: Stand
) -> None:
    with stand("2025-09-01 10:00"):
        row = tracked()
    mine = TrackedRow.objects.get(pk=row.pk)
    with stand("2025-10-20 10:00"):
        assert refresh_lights().turned == 1
        describe(mine, title="改名", actor=LOADER)
    assert TrackedRow.objects.get(pk=row.pk).light == "red"


def test_an_extension_gives_another_due_time_and_light(district: None, stand: Stand) -> None:
    with stand("2025-10-14 10:00"):
        row = tracked()
        assert row.light == "yellow"
        reschedule(
            row, ClockSpec(starts_at=row.starts_at, due_at=at("2025-12-31 23:59")), actor=LOADER
        )
    assert row.light == "green"
    assert kinds()[-2:] == ["tracking.rescheduled", "tracking.light_turned"]


def test_another_owner_is_recorded_with_the_one_before(district: None) -> None:
    row = tracked(unit="901")
    reassign(row, Owner("901001", frozenset({"9-D01"})), actor=LOADER)
    row.refresh_from_db()
    assert row.lead_unit_id == "901001"
    reassign(row, Owner("902"), actor=LOADER)
    assert [unit.pk for unit in row.co_units.all()] == []
    event = events_of(THING)[0]
    assert event.data["before"]["co_units"] == ["9-D01"]
    assert event.data["after"]["lead_unit"] == "902"


WRITES: dict[str, Callable[[TrackedRow, Actor], object]] = {
    "track": lambda row, actor: tracked("2", actor=actor),
    "reassign": lambda row, actor: reassign(row, Owner("902"), actor=actor),
    "describe": lambda row, actor: describe(row, title="新名称", actor=actor),
    "reschedule": lambda row, actor: reschedule(
        row, ClockSpec(due_at=at("2035-01-01 10:00")), actor=actor
    ),
    "pause": lambda row, actor: pause(row, "等待", actor=actor),
    "finish": lambda row, actor: finish(row, actor=actor),
    "cancel": lambda row, actor: cancel(row, actor=actor),
}


@pytest.mark.parametrize("write", WRITES)
def test_only_the_part_of_its_subject_writes_a_row(actor_with: MakeActor, write: str) -> None:
    """Else a row could say something of its subject that the subject does not say of itself."""
    row = tracked(due="2035-01-01 10:00")
    strangers = [
        actor_with("planner"),
        actor_with("unit_head", "901"),
        actor_with("officer", "901"),
        actor_with("administrator"),
        Actor.system("plan"),
        Actor.system("testsuite"),
        Actor("source", "tests"),
        Actor.anonymous(),
    ]
    before = len(kinds())
    for actor in strangers:
        with pytest.raises(NotPermitted):
            WRITES[write](row, actor)
    assert (TrackedRow.objects.get().state, len(kinds())) == ("open", before)
    WRITES[write](row, Actor.system("tests.job"))
    assert TrackedRow.objects.count() == (2 if write == "track" else 1)


@pytest.mark.parametrize("verb", ["resume", "reopen"])
def test_what_stands_still_or_is_closed_is_taken_up_by_its_part_alone(
    actor_with: MakeActor, verb: str
) -> None:
    row = tracked(due="2035-01-01 10:00")
    verbs: dict[str, Callable[..., None]] = {"resume": resume, "reopen": reopen}
    go = verbs[verb]
    if verb == "resume":
        pause(row, "等待", actor=LOADER)
    else:
        finish(row, actor=LOADER)
    with pytest.raises(NotPermitted, match="请到该事项的页面办理"):
        go(row, actor=actor_with("planner"))
    with pytest.raises(NotPermitted):
        go(row, actor=Actor.system("supervision"))
    go(row, actor=LOADER)
    assert TrackedRow.objects.get().state == "open"


# Reading ------------------------------------------------------------------------------------


@pytest.fixture
def rows(district: None, stand: Stand) -> None:
    with stand("2025-10-10 10:00"):
        tracked("1", unit="901", due="2025-12-31 10:00", theme="教育")
        tracked("2", unit="901", due="2025-10-14 10:00", theme="教育")
        tracked("3", unit="901001", due="2025-10-13 10:00", theme="住房")
        tracked("4", unit="9-D01", due="2025-10-14 10:00", co_units=frozenset({"902"}))
        tracked("5", unit="902", due=None)
        finish(tracked("6", unit="902"), actor=LOADER)
    with stand("2025-10-13 12:00"):
        refresh_lights()


def test_lights_are_counted_overall_by_unit_and_by_theme_in_one_query_each(
    rows: None, actor_with: MakeActor
) -> None:
    planner = actor_with("planner")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        total = counts_by_light(planner)
    # What else is asked are the member's posts, which a request keeps.
    posts = 'FROM "kernel_organisation_assignment"'
    counting = [query for query in queries if posts not in query["sql"]]
    assert len(counting) == 1
    assert (total.red, total.yellow, total.green, total.none) == (1, 2, 1, 1)
    by_unit = {unit.code: unit.counts.total for unit in counts_by_unit(planner)}
    assert by_unit == {"901": 2, "901001": 1, "902": 1, "9-D01": 1}
    assert list(by_unit) == ["901", "901001", "902", "9-D01"]
    by_theme = counts_by_theme(planner)
    assert (by_theme["教育"].total, by_theme["住房"].red) == (2, 1)


def test_members_see_their_subtree_and_what_they_help_with(
    rows: None, actor_with: MakeActor
) -> None:
    def seen(actor: Actor) -> set[str]:
        return set(visible_rows(actor).values_list("subject_id", flat=True))

    assert seen(actor_with("officer", "901")) == {"1", "2", "3"}
    assert seen(actor_with("officer", "901001")) == {"3"}
    assert seen(actor_with("unit_head", "902")) == {"4", "5", "6"}
    assert seen(actor_with("viewer")) == {"1", "2", "3", "4", "5", "6"}
    assert seen(Actor.anonymous()) == set()
    officer = actor_with("officer", "902")
    assert counts_by_light(officer).total == 2
    assert {c.row.subject_id for c in turned_since(officer, date(2025, 10, 1))} == set()


def test_what_turned_and_what_is_overdue(rows: None, actor_with: MakeActor, stand: Stand) -> None:
    planner = actor_with("planner")
    turned = turned_since(planner, date(2025, 10, 13))
    assert [(c.row.subject_id, c.before, c.after) for c in turned] == [("3", "yellow", "red")]
    assert not turned_since(planner, date(2025, 10, 14)).exists()
    with stand("2025-10-14 12:00"):
        assert [row.subject_id for row in overdue(planner)] == ["3", "2", "4"]
    assert {r.subject_id for r in rows_of_unit(planner, "901")} == {"1", "2"}
    assert {r.subject_id for r in rows_of_unit(planner, "901", under=True)} == {"1", "2", "3"}


def test_rows_of_many_subjects_come_in_one_query(rows: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        found = rows_of("tests.thing", ["1", "2", "nobody"])
        assert [found["1"].lead_unit.name, found["2"].calendar.name] == ["东街道", "工作日"]
    assert set(found) == {"1", "2"}
    assert len(queries) == 1


def test_a_thousand_rows_are_tracked_and_refreshed_in_few_statements(
    district: None, stand: Stand
) -> None:
    def items(first: int, count: int) -> list[Tracking]:
        day = datetime.combine(date(2025, 10, 15), time(18), at("2025-01-01 00:00").tzinfo)
        return [
            Tracking(
                Subject("tests.many", str(n)),
                f"事项{n}",
                Owner("901"),
                ClockSpec(due_at=day + timedelta(days=n % 90)),
            )
            for n in range(first, first + count)
        ]

    with stand("2025-10-09 10:00"):
        with CaptureQueriesContext(connection) as few:
            track_many(items(0, 50), actor=LOADER)
        with CaptureQueriesContext(connection) as many:
            track_many(items(50, 250), actor=LOADER)
    assert len(many) <= len(few) + 20
    with stand("2025-10-09 12:00"), CaptureQueriesContext(connection) as idle:
        assert refresh_lights().turned == 0
    assert len(idle) <= 8
    assert TrackedRow.objects.exclude(light="none").count() == 300
    assert LightChange.objects.count() == 0
