"""Acknowledging, and what happens when nobody does: the clock moves, the line rises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.history.public import events_of, verify
from district.kernel.notifications.public import Notification
from district.kernel.organisation.public import assignments_today, deactivate, end_assignment
from district.kernel.registry.ledger import declaring
from district.kernel.tracking.public import row_by_id
from district.kernel.warnings import answering
from district.kernel.warnings.models import Alert, AlertLine, LineRing
from district.kernel.warnings.selectors.alerts import alert_subject, line_subject
from district.kernel.warnings.selectors.concern import answering_for
from district.kernel.warnings.services import (
    acknowledge,
    expire_due,
    record_acknowledgement,
    rise_due,
)
from district.kernel.warnings.tests.conftest import EAST, FIRE, ROOT, WATER, WEST, People, Send
from district.kernel.warnings.tests.samples import moment, rainstorm, standing

pytestmark = pytest.mark.django_db


def line_of(alert: Alert, unit: str) -> AlertLine:
    return AlertLine.objects.get(alert=alert, lead_unit=unit, is_current=True)


def rung(line: AlertLine) -> set[str]:
    return set(LineRing.objects.filter(line=line).values_list("member__name", flat=True))


def test_head_and_officers_are_rung_where_nobody_says_who_answers(storm: Alert) -> None:
    assert rung(line_of(storm, EAST)) == {"east_head", "east", "east2"}
    assert rung(line_of(storm, WEST)) == {"west_head"}
    assert rung(line_of(storm, FIRE)) == {"fire"}
    told = Notification.objects.filter(subject=str(line_subject(line_of(storm, EAST))))
    assert told.count() == 3
    assert {each.urgency for each in told} == {"urgent"}


def test_the_term_follows_the_colour(send: Send, storm: Alert) -> None:
    assert line_of(storm, EAST).first_due_at == moment("2025-09-22 10:20")
    blue = send(rainstorm("WX-9", "蓝色")).alert
    assert blue is not None
    assert line_of(blue, EAST).first_due_at == moment("2025-09-22 14:00")


def test_one_answer_settles_the_unit_with_name_and_time(people: People, storm: Alert) -> None:
    line = line_of(storm, EAST)
    with standing("2025-09-22 10:05"):
        acknowledge(line.pk, actor=people.east)
    line.refresh_from_db()
    assert (line.state, line.acknowledged_by) == ("acknowledged", people.members["east"])
    assert line.acknowledged_at == moment("2025-09-22 10:05")
    assert line.is_in_time
    assert line.clock_id is not None
    assert row_by_id(line.clock_id).state == "done"
    unread = Notification.objects.filter(subject=str(line_subject(line)), read_at=None)
    assert not unread.exists()
    event = next(e for e in events_of(alert_subject(storm)) if e.kind.endswith("acknowledged"))
    assert event.data["member"] == str(people.members["east"].pk)
    assert verify().problems == ()


def test_twice_changes_nothing_and_a_second_person_reads_who_was_first(
    people: People, storm: Alert
) -> None:
    line = line_of(storm, EAST)
    acknowledge(line.pk, actor=people.east)
    version = AlertLine.objects.get(pk=line.pk).version
    acknowledge(line.pk, actor=people.east)
    assert AlertLine.objects.get(pk=line.pk).version == version
    with pytest.raises(Conflict, match="east已于"):
        acknowledge(line.pk, actor=people.east2)


@pytest.mark.parametrize("who", ["west_head", "bridge", "leader", "duty", "viewer", "admin"])
def test_nobody_acknowledges_who_was_not_rung(people: People, storm: Alert, who: str) -> None:
    with pytest.raises(NotPermitted):
        acknowledge(line_of(storm, EAST).pk, actor=getattr(people, who))


def test_a_line_that_there_is_not(people: People) -> None:
    with pytest.raises(NotFound):
        acknowledge(UUID(int=1), actor=people.east)


def test_an_answer_by_telephone_names_who_answered_and_who_noted_it(
    people: People, storm: Alert
) -> None:
    line, east = line_of(storm, EAST), people.members["east"]
    with pytest.raises(NotPermitted):
        record_acknowledgement(line.pk, east.pk, actor=people.west_head)
    with pytest.raises(Invalid):
        record_acknowledgement(line.pk, people.members["water"].pk, actor=people.duty)
    early = moment("2025-09-22 09:00")
    with pytest.raises(Invalid):
        record_acknowledgement(line.pk, east.pk, early, actor=people.duty)
    record_acknowledgement(line.pk, east.pk, actor=people.duty)
    line.refresh_from_db()
    assert (line.how, line.acknowledged_by, line.recorded_by) == (
        "phone",
        east,
        people.members["duty"],
    )


def test_what_nobody_answers_rises_to_the_head_and_then_above(people: People, storm: Alert) -> None:
    line = line_of(storm, WATER)
    LineRing.objects.filter(line=line, member=people.members["water_head"]).delete()
    with standing("2025-09-22 10:19"):
        assert rise_due() == 0
    with standing("2025-09-22 10:21"):
        assert rise_due() > 0
        rise_due()
    line.refresh_from_db()
    assert line.step == 1
    assert line.due_at == moment("2025-09-22 10:31")
    assert "water_head" in rung(line)
    with standing("2025-09-22 10:32"):
        rise_due()
        rise_due()
    line.refresh_from_db()
    # Above stands the district, whose duty officer answers for it.
    assert rung(line) == {"water", "water_head", "duty"}
    with standing("2025-09-22 10:43"):
        rise_due()
    assert rung(line) == {"water", "water_head", "duty", "leader", "leader2"}
    with standing("2025-09-22 10:54"):
        rise_due()
    line = AlertLine.objects.get(pk=line.pk)
    assert (line.state, line.due_at) == ("waiting", None)
    with standing("2025-09-22 10:55"):
        assert rise_due() == 0
        acknowledge(line.pk, actor=people.leader)


def test_the_light_turns_as_the_term_passes(storm: Alert) -> None:
    line = line_of(storm, EAST)
    assert line.clock_id is not None
    seen = []
    for at in ("10:01", "10:15", "10:21"):
        with standing(f"2025-09-22 {at}"):
            rise_due()
        seen.append(row_by_id(line.clock_id).light)
    assert seen == ["green", "yellow", "red"]


def test_a_warning_ends_by_itself_and_unanswered_lines_lapse(people: People, storm: Alert) -> None:
    acknowledge(line_of(storm, EAST).pk, actor=people.east)
    with standing("2025-09-22 15:49"):
        assert expire_due() == 0
    with standing("2025-09-22 15:51"):
        assert expire_due() == 1
        assert expire_due() == 0
        assert rise_due() == 0
    storm.refresh_from_db()
    assert (storm.state, storm.ended_at) == ("expired", moment("2025-09-22 15:50"))
    assert line_of(storm, EAST).state == "acknowledged"
    west = line_of(storm, WEST)
    assert west.state == "lapsed"
    with pytest.raises(Conflict):
        acknowledge(west.pk, actor=people.west_head)


def test_a_unit_without_anybody_is_told_above_at_once(people: People, send: Send) -> None:
    for post in list(assignments_today(unit_code=WEST)):
        end_assignment(post.pk, actor=people.admin)
    with standing("2025-09-23 10:00"):
        alert = send(rainstorm("WX-8", sent=moment("2025-09-23 09:50"))).alert
    assert alert is not None
    line = line_of(alert, WEST)
    assert line.step == 2
    assert rung(line) == {"duty"}


# Who answers -------------------------------------------------------------------------------------


@pytest.fixture
def roster(people: People) -> Iterator[dict[str, list[UUID]]]:
    """A system that knows who is on duty, as operations centres do."""
    known: dict[str, list[UUID]] = {}

    def provider(units: Sequence[str], _now: datetime) -> Mapping[str, Sequence[UUID]]:
        return {unit: known[unit] for unit in units if unit in known}

    before = dict(answering._PROVIDERS)
    answering._PROVIDERS.clear()
    with declaring("warnings_tests"):  # in the ledger it is not the kernel's
        answering.declare_answering("tests", provider)
    yield known
    answering._PROVIDERS.clear()
    answering._PROVIDERS.update(before)


def test_a_system_says_who_answers_and_the_others_fall_back(
    people: People, roster: dict[str, list[UUID]]
) -> None:
    roster[EAST] = [people.members["east2"].pk]
    roster[WEST] = []
    found = answering_for([EAST, WEST, ROOT], moment("2025-09-22 10:00"))
    assert found[EAST] == [people.members["east2"].pk]
    assert found[WEST] == [people.members["west_head"].pk]
    assert found[ROOT] == [people.members["duty"].pk]


def test_whoever_cannot_sign_in_any_more_does_not_answer(
    people: People, roster: dict[str, list[UUID]]
) -> None:
    gone = people.members["east2"]
    roster[EAST] = [gone.pk]
    deactivate(gone.pk, "离职", actor=people.admin)
    found = answering_for([EAST], moment("2025-09-22 10:00"))
    assert set(found[EAST]) == {people.members["east_head"].pk, people.members["east"].pk}


def test_a_provider_has_a_key_of_its_own(roster: dict[str, list[UUID]]) -> None:
    with pytest.raises(ValueError, match="twice"):
        answering.declare_answering("tests", lambda _units, _now: {})
