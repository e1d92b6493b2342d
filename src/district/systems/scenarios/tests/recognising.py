"""A round for tests: planned, applied for, checked, reviewed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from district.kernel.base.credit_code import with_check
from district.kernel.cases.public import Case, perform
from district.kernel.organisation.public import actor_for, create_member
from district.systems.scenarios.models import Application, Expert, Review, Round
from district.systems.scenarios.selectors.recognition import scheme_in
from district.systems.scenarios.services.applying import (
    Applied,
    Receipt,
    apply_for_recognition,
)
from district.systems.scenarios.services.experts import save_expert
from district.systems.scenarios.services.reviewing import submit_review
from district.systems.scenarios.services.rounds import announce_round, plan_round
from district.systems.scenarios.tests.conftest import LOADER, PASSWORD, People

EAST_CODE, WEST_CODE = with_check("91440300MA5DEM100"), with_check("91440300MA5DEM200")
EAST, WEST = "东江智飞科技有限公司", "西河机器人有限公司"
ANSWERS: Mapping[str, Any] = {
    "category": "product",
    "novelty": "首次把视觉和路径规划做在一块板上。",
    "uses": "已在三个客户处使用。",
    "patents": 3,
    "months": 10,
    "local": True,
}


def opened(people: People, **more: Any) -> Round:
    """A round of three-new products whose window is open until 1 October."""
    given = {"opens_on": date(2025, 9, 22), "closes_on": date(2025, 10, 1), **more}
    row = plan_round("three_new", "2025年第二批", actor=people.keeper, **given)
    return announce_round(row.pk, actor=people.keeper)


def applied(row: Round, who: str = EAST, code: str = EAST_CODE, **more: Any) -> Receipt:
    """An application of a firm."""
    values: dict[str, Any] = {
        "key": f"recognition:{who}{row.number}",
        "round": row.pk,
        "applicant": who,
        "code": code,
        "subject": "巡检机器人",
        "text": f"{who}研发的巡检机器人，能在隧道里识别渗漏和裂缝。",
        "name": "张小满",
        "phone": "13800138000",
        "answers": ANSWERS,
        **more,
    }
    return apply_for_recognition(Applied(**values))


def accepted(receipt: Receipt, people: People) -> Case:
    """Its case, after the check for form."""
    return perform(Case.objects.get(number=receipt.number).pk, "accept", actor=people.keeper)


def engaged(people: People, name: str, employer: str = "大学", code: str = "") -> Expert:
    """A member of the keeper's unit who reviews; they sign in by their name."""
    member = create_member(name, "9-D05", "viewer", username=name, password=PASSWORD, actor=LOADER)
    people.members[name] = member
    people.actors[name] = actor_for(member)
    return save_expert(
        str(member.pk),
        lead_unit="9-D05",
        employer=employer,
        employer_code=code,
        actor=people.keeper,
    )


def points(row: Round, each: int) -> tuple[dict[str, int], dict[str, str]]:
    """So many points on every criterion, with grounds."""
    keys = [one.key for one in scheme_in(row).criteria]
    return dict.fromkeys(keys, each), dict.fromkeys(keys, "样机已经看过，理由充分。")


def reviewed(application: Application, each: int = 25) -> None:
    """Every assigned expert gives the same points."""
    rows = application.reviews.filter(state=Review.State.ASSIGNED).select_related("expert__member")
    for review in rows:
        actor = actor_for(review.expert.member)
        submit_review(review.pk, *points(application.round, each), actor=actor)
