"""Warnings ring whoever the roster says is on duty, and head and officers where nobody is."""

from __future__ import annotations

import pytest

from district.kernel.warnings.public import AlertLine, Entered, answering_for, enter_by_hand
from district.systems.operations_centre.duty.selectors.standing import answering
from district.systems.operations_centre.duty.tests.conftest import People, Plan, moment, standing

pytestmark = pytest.mark.django_db
NOW = moment("2025-09-22 10:00")


def test_those_on_duty_answer_leads_first_and_an_unmanned_desk_says_nothing(
    manned: People,
) -> None:
    ids = {key: member.pk for key, member in manned.members.items()}
    assert answering(["901", "902", "9-D01"], NOW) == {
        "901": (ids["east_head"], ids["east"]),
        "902": (ids["west_head"], ids["west"]),
    }


def test_who_has_not_taken_over_yet_does_not_answer(manned: People, plan: Plan) -> None:
    plan("901", "east2", "2025-09-22 20:00", "2025-09-23 08:00")
    late = moment("2025-09-22 20:30")
    with standing("2025-09-22 20:30"):
        assert manned.members["east2"].pk not in answering(["901"], late)["901"]


def test_the_kernel_asks_the_roster_first(manned: People) -> None:
    ids = {key: member.pk for key, member in manned.members.items()}
    found = answering_for(["901", "9-D01"], NOW)
    assert found["901"] == [ids["east_head"], ids["east"]]
    assert set(found["9-D01"]) == {ids["bureau"], ids["bureau_head"]}


def test_a_warning_rings_who_is_on_duty(manned: People) -> None:
    entered = Entered("rainstorm", "red", "市气象台", "暴雨红色预警", "强降雨。", NOW)
    alert = enter_by_hand(entered, actor=manned.duty)
    rung = {
        line.lead_unit_id: {ring.member.name for ring in line.rings.select_related("member")}
        for line in AlertLine.objects.filter(alert=alert)
    }
    assert rung == {"901": {"east_head", "east"}, "902": {"west_head", "west"}}
