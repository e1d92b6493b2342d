"""A leader in charge: sees that case alone, acts in it, is urged; and what is confidential."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.http import HttpRequest
from django.utils import timezone

from district.kernel.base.errors import Invalid, NotPermitted
from district.kernel.cases import sections, types
from district.kernel.cases.models import Case
from district.kernel.cases.sections import CaseSection, declare_case_section, sections_of
from district.kernel.cases.selectors import visible_cases
from district.kernel.cases.services import (
    Report,
    anonymise_case,
    anonymise_due,
    perform,
    report_case,
)
from district.kernel.cases.services.clocks import clocks_of
from district.kernel.cases.tables import declare_case_register
from district.kernel.cases.tests.conftest import LOADER, People, standing
from district.kernel.cases.types import type_of
from district.kernel.history.public import Actor
from district.kernel.notifications.public import notifications_of
from district.kernel.organisation.public import Member, actor_for, create_member
from district.kernel.tracking.public import Ladder, Step, refresh_lights, urge

pytestmark = pytest.mark.django_db
Named = Callable[[Case, Actor], Case]


@pytest.fixture
def desk(people: People) -> Actor:
    """An officer of the district's own desk."""
    return actor_for(create_member("信访员", "9", "officer", actor=LOADER))


@pytest.fixture
def led(people: People, desk: Actor) -> Case:
    """A case of the led type that the east street handles."""
    types.declare_case_type(Path(__file__).parent / "led.toml")
    case = report_case(Report("led", "多次反映同一问题", street="901"), actor=desk).case
    return perform(case.pk, "dispatch", actor=desk, data={"lead_unit": "901"})


def test_the_leader_in_charge_sees_the_case_and_no_other_leader_does(
    led: Case, people: People, desk: Actor
) -> None:
    other = actor_for(create_member("另一位领导", "9", "leader", actor=LOADER))
    assert not visible_cases(people.leader, "led").exists()
    case = perform(led.pk, "name_leader", actor=desk, data={"leader": people.leader.id})
    assert str(case.leader_id) == people.leader.id
    assert list(visible_cases(people.leader, "led")) == [case]
    assert not visible_cases(other, "led").exists()
    perform(led.pk, "instruct", actor=people.leader, data={"text": "请街道一周内上门。"})
    with pytest.raises(NotPermitted):
        perform(led.pk, "instruct", actor=other, data={"text": "请抓紧。"})


def test_whoever_is_no_leader_is_put_in_charge_of_nothing(led: Case, desk: Actor) -> None:
    for wrong in (desk.id, "9", "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(Invalid, match="没有这位领导"):
            perform(led.pk, "name_leader", actor=desk, data={"leader": wrong})


def test_the_leader_is_told_and_the_clocks_name_them(
    led: Case, people: People, desk: Actor
) -> None:
    case = perform(led.pk, "name_leader", actor=desk, data={"leader": people.leader.id})
    (row,) = clocks_of(case, type_of(case)).values()
    assert str(row.leader_id) == people.leader.id
    member = Member.objects.get(pk=people.leader.id)
    assert [note.title for note in notifications_of(member)] == [
        f"{case.number}：领导包案，现为“办理中”"
    ]


def test_an_instruction_reaches_the_unit_and_progress_the_leader(
    led: Case, people: People, desk: Actor
) -> None:
    leader, east = (Member.objects.get(pk=who.id) for who in (people.leader, people.east))
    perform(led.pk, "file_progress", actor=people.east, data={"text": "已上门。"})
    assert not notifications_of(leader)
    perform(led.pk, "name_leader", actor=desk, data={"leader": people.leader.id})
    perform(led.pk, "instruct", actor=people.leader, data={"text": "请一周内上门。"})
    assert "领导批示" in notifications_of(east)[0].title
    perform(led.pk, "file_progress", actor=people.east, data={"text": "已上门。"})
    assert "报送进展" in notifications_of(leader)[0].title


def test_urging_reaches_the_leader_where_the_ladder_says_so(
    led: Case, people: People, desk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ladder = Ladder("standard", (Step("leader", "yellow", "leader"),))
    monkeypatch.setattr("district.kernel.tracking.services.urging.ladder_of", lambda _key: ladder)
    perform(led.pk, "name_leader", actor=desk, data={"leader": people.leader.id})
    with standing("2025-11-20 10:00"):
        refresh_lights()
        assert urge() == 1
    member = Member.objects.get(pk=people.leader.id)
    assert "预警提醒" in notifications_of(member)[0].title


def test_an_extension_is_no_longer_than_the_declaration_allows(
    led: Case, people: People, desk: Actor
) -> None:
    with pytest.raises(Invalid, match="最多可延长30天"):
        perform(led.pk, "ask_extension", actor=people.east, data={"days": 31, "text": "情况复杂"})
    perform(led.pk, "ask_extension", actor=people.east, data={"days": 30, "text": "情况复杂"})
    with pytest.raises(Invalid, match="最多可延长30天"):
        perform(led.pk, "grant_extension", actor=desk, data={"days": 60})
    assert led.due_at is not None
    assert f"{timezone.localtime(led.due_at):%m-%d}" == "11-21"
    case = perform(led.pk, "grant_extension", actor=desk)
    assert case.due_at is not None
    # Thirty days of the year, as the term itself counts; the last one is a Sunday.
    assert f"{timezone.localtime(case.due_at):%m-%d}" == "12-22"


def test_a_case_of_a_confidential_type_is_confidential_and_lies_on_no_map(
    led: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert led.is_confidential
    monkeypatch.setattr("district.kernel.cases.tables.register", lambda found: found)
    found = declare_case_register(type_of(led))
    assert found.map is None
    assert "leader" in found.by_key


def test_a_type_says_how_long_its_people_are_kept(led: Case, people: People) -> None:
    perform(led.pk, "close", actor=people.east, data={"text": "张三已息诉"})
    with standing("2027-01-01 10:00"):
        assert anonymise_due(lambda text: text.replace("张三", "某人")) == 0
    with standing("2029-01-01 10:00"):
        assert anonymise_due(lambda text: text.replace("张三", "某人")) == 1
    assert led.steps.get(action="close").text == "某人已息诉"


def test_a_system_forgets_one_of_its_cases_by_its_own_reckoning(led: Case) -> None:
    anonymise_case(led.pk, lambda text: text.replace("同一", "某"))
    anonymise_case(led.pk, lambda text: "")
    led.refresh_from_db()
    assert (led.text, led.anonymised_at is None) == ("多次反映某问题", False)


def test_a_system_adds_a_card_to_the_page_of_its_cases_alone(
    led: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sections, "_SECTIONS", {})
    monkeypatch.setattr(sections, "note", lambda *_: None)
    declare_case_section(CaseSection("a", ("led",), lambda _r, case: f"<p>{case.number}</p>"))
    declare_case_section(CaseSection("b", ("other",), lambda _r, _c: "<p>no</p>", "side"))
    declare_case_section(CaseSection("c", ("led",), lambda _r, _c: "", "side"))
    found = sections_of(HttpRequest(), led)
    assert found == {"main": [f"<p>{led.number}</p>"], "side": []}
    with pytest.raises(ValueError, match="declared twice"):
        declare_case_section(CaseSection("a", ("led",), lambda _r, _c: ""))
