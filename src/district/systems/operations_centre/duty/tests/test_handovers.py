"""Hand-overs: opened by the clock, written, taken, missed; once each, by the right people."""

from __future__ import annotations

from hashlib import sha256

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.cases.public import Case, case_type_of, perform
from district.kernel.history.public import events_of
from district.kernel.notifications.public import Notification
from district.kernel.tracking.public import TrackedRow, sweep
from district.systems.operations_centre.duty.selectors import handovers
from district.systems.operations_centre.duty.selectors.handovers import (
    handover_for,
    handover_subject,
    open_now,
)
from district.systems.operations_centre.duty.selectors.standing import on_duty_at, on_duty_in
from district.systems.operations_centre.duty.services import (
    open_hand_overs,
    take_hand_over,
    write_hand_over,
)
from district.systems.operations_centre.duty.tests.conftest import People, Plan, moment, standing
from district.systems.operations_centre.duty.tests.test_incidents import MakeIncident
from district.systems.operations_centre.models import HandOver

pytestmark = pytest.mark.django_db


@pytest.fixture
def due(manned: People, plan: Plan) -> HandOver:
    """The east street's change of shift at eight in the evening, opened an hour before."""
    plan("901", "east2", "2025-09-22 20:00", "2025-09-23 08:00")
    with standing("2025-09-22 19:30"):
        open_hand_overs()
    return HandOver.objects.get()


def kinds(row: HandOver) -> list[str]:
    return [event.kind for event in events_of(handover_subject(row))]


def test_it_opens_once_and_tells_those_who_go(due: HandOver, people: People) -> None:
    assert (due.lead_unit_id, due.at, due.state) == ("901", moment("2025-09-22 20:00"), "due")
    with standing("2025-09-22 19:31"):
        assert open_hand_overs() == 0
    told = Notification.objects.filter(subject=str(handover_subject(due)))
    assert [note.member_id for note in told] == [people.members["east"].pk]
    assert kinds(due).count("operations_centre.handover.opened") == 1


def test_the_outgoing_stays_on_duty_until_it_is_taken(due: HandOver, people: People) -> None:
    with standing("2025-09-22 19:50"):
        write_hand_over(due.pk, "东门积水待查", actor=people.east)
    with standing("2025-09-22 20:10"):
        found = {each.name: each.state for each in on_duty_at(["901"])["901"]}
        assert found == {"east_head": "on", "east": "over", "east2": "coming"}
        assert [each.name for each in on_duty_in("901", "officer")] == ["east"]
        page = people.client("east").get(reverse("duty_home")).content.decode()
        assert "已到下班时间，接班人尚未接班，继续在岗" in page
        take_hand_over(due.pk, actor=people.east2)
        assert [each.name for each in on_duty_in("901", "officer")] == ["east2"]
    due.refresh_from_db()
    assert (due.state, due.taken_at) == ("taken", moment("2025-09-22 20:10"))
    assert due.clock is not None
    assert due.clock.state == "done"


def test_history_proves_the_words_and_does_not_tell_them(due: HandOver, people: People) -> None:
    with standing("2025-09-22 19:50"):
        write_hand_over(due.pk, "王某家属电话13800138000", actor=people.east)
    written = next(
        event
        for event in events_of(handover_subject(due))
        if event.kind == "operations_centre.handover.written"
    )
    assert "13800138000" not in str(written.data)
    assert written.data["text_sha256"] == sha256("王某家属电话13800138000".encode()).hexdigest()


def test_what_is_open_is_listed_by_itself_for_whoever_may_see_it(
    due: HandOver, people: People, incident: MakeIncident
) -> None:
    mine, other = incident(), incident(street="902")
    perform(mine.pk, "first_report", actor=people.east, data={"text": "报"})
    with standing("2025-09-22 19:50"):
        write_hand_over(due.pk, "无", actor=people.east)
    due.refresh_from_db()
    assert due.open_cases == [str(mine.pk)]
    assert str(other.pk) not in due.open_cases
    page = people.client("east2").get(due.get_absolute_url()).content.decode()
    assert mine.number in page


def test_an_incident_is_listed_first_however_many_newer_cases_are_red(
    people: People, incident: MakeIncident, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handovers, "MOST", 2)
    old, *red = [incident() for _case in range(4)]
    kind = case_type_of("appeal")
    for hour, case in enumerate(red, 11):
        # The last one comes only after the hand-over is written.
        Case.objects.filter(pk=case.pk).update(
            type_key=kind.key,
            type_version=kind.version,
            stage=kind.start,
            reported_at=moment(f"2025-09-22 {hour}:00"),
        )
    TrackedRow.objects.filter(pk__in=[case.clock_id for case in red]).update(light="red")
    with standing("2025-09-22 12:30"):
        found = open_now(old.lead_unit, people.east).cases
    assert [one.case.pk for one in found] == [old.pk, red[1].pk]


def test_only_those_concerned_write_and_take(due: HandOver, people: People) -> None:
    with standing("2025-09-22 19:50"):
        for key in ("west", "west_head", "east2", "duty", "bridge", "leader"):
            with pytest.raises(NotPermitted):
                write_hand_over(due.pk, "无", actor=getattr(people, key))
        with pytest.raises(Invalid):
            write_hand_over(due.pk, "  ", actor=people.east)
        with pytest.raises(Conflict):
            take_hand_over(due.pk, actor=people.east2)
        write_hand_over(due.pk, "无", actor=people.east_head)
        for key in ("west", "east", "duty", "viewer"):
            with pytest.raises(NotPermitted):
                take_hand_over(due.pk, actor=getattr(people, key))
        take_hand_over(due.pk, actor=people.east2)
        assert take_hand_over(due.pk, actor=people.east2).state == "taken"
        with pytest.raises(Conflict):
            write_hand_over(due.pk, "无", actor=people.east)
    with pytest.raises(NotFound):
        handover_for(due.pk, people.west)
    assert kinds(due).count("operations_centre.handover.taken") == 1


def test_a_missed_one_turns_yellow_then_red_and_urges(due: HandOver, people: People) -> None:
    lights = []
    for at in ("20:10", "20:20", "21:10"):
        with standing(f"2025-09-22 {at}"):
            sweep()
            due.refresh_from_db()
            assert due.clock is not None
            lights.append(due.clock.light)
    assert lights == ["green", "yellow", "red"]
    told = set(
        Notification.objects.filter(subject=str(handover_subject(due))).values_list(
            "member__name", flat=True
        )
    )
    assert {"east", "east2", "east_head"} <= told


def test_it_lapses_after_a_day_and_a_later_one_settles_it(
    due: HandOver, people: People, plan: Plan
) -> None:
    plan("901", "east", "2025-09-23 08:00", "2025-09-23 20:00")
    with standing("2025-09-23 07:30"):
        open_hand_overs()
    second = HandOver.objects.get(at=moment("2025-09-23 08:00"))
    with standing("2025-09-23 07:50"):
        write_hand_over(second.pk, "无", actor=people.east2)
    with standing("2025-09-23 08:05"):
        take_hand_over(second.pk, actor=people.east)
    due.refresh_from_db()
    assert due.state == "missed"
    with standing("2025-09-24 21:00"):
        open_hand_overs()
        open_hand_overs()
    assert kinds(due).count("operations_centre.handover.missed") == 1


def test_the_job_that_was_killed_in_between_opens_it_once(
    manned: People, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    from district.systems.operations_centre.duty.services import handovers

    plan("901", "east2", "2025-09-22 20:00", "2025-09-23 08:00")

    def killed(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    with standing("2025-09-22 19:30"):
        for name in ("track", "save_versioned", "record", "notify"):
            with monkeypatch.context() as patched:
                patched.setattr(handovers, name, killed)
                with pytest.raises(KeyboardInterrupt):
                    open_hand_overs()
            assert not HandOver.objects.exists(), name
        assert open_hand_overs() == 1
        assert open_hand_overs() == 0
    row = HandOver.objects.get()
    assert kinds(row).count("operations_centre.handover.opened") == 1


def test_its_pages_keep_to_their_statements(
    due: HandOver, people: People, incident: MakeIncident
) -> None:
    incident()
    client = people.client("east")
    with standing("2025-09-22 19:50"):
        write_hand_over(due.pk, "无", actor=people.east)
        for address in (due.get_absolute_url(), reverse("duty_home"), reverse("duty_handovers")):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            assert len(queries) <= 10, [query["sql"][:120] for query in queries]
