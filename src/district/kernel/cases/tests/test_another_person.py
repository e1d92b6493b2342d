"""The check `another_person`: whoever decided last does not decide on it again."""

from __future__ import annotations

from pathlib import Path

import pytest

from district.kernel.base.errors import Conflict
from district.kernel.cases import types
from district.kernel.cases.models import Case
from district.kernel.cases.services import Contact, Report, perform, report_case
from district.kernel.cases.tests.conftest import LOADER, PUBLIC, People
from district.kernel.history.public import Actor
from district.kernel.organisation.public import actor_for, create_member

pytestmark = pytest.mark.django_db
TYPE = """
key = "two_hands"
label = "测试许可"
number = "W"
start = "checking"
view = [["officer", "centre"]]
create = [["public", "reporter"]]
[stages.checking]
label = "审核"
category = "open"
[stages.approving]
label = "审批"
category = "open"
[stages.granted]
label = "已许可"
category = "done"
[clocks.all]
runs = ["checking", "approving"]
term = "5 working_days"
main = true
[actions.note]
label = "备注"
from = ["checking", "approving"]
who = [["officer", "centre"]]
form = ["text!"]
[actions.pass]
label = "通过"
from = ["checking"]
to = "approving"
who = [["officer", "centre"]]
[actions.back]
label = "退回"
from = ["approving"]
to = "checking"
who = []
system = true
[actions.approve]
label = "批准"
from = ["checking", "approving"]
to = "granted"
who = [["officer", "centre"]]
system = true
guards = ["another_person"]
effects = ["close"]
"""


@pytest.fixture
def officers(people: People) -> tuple[Actor, Actor]:
    """Two officers of the desk."""
    first, second = (create_member(name, "9", "officer", actor=LOADER) for name in ("甲", "乙"))
    return actor_for(first), actor_for(second)


@pytest.fixture
def case(officers: tuple[Actor, Actor], tmp_path: Path) -> Case:
    """A case of a type whose approval is somebody else's."""
    path = tmp_path / "two_hands.toml"
    path.write_text(TYPE, encoding="utf-8")
    types.declare_case_type(path)
    return report_case(Report("two_hands", "申请一项许可"), actor=PUBLIC, contact=Contact()).case


def test_whoever_moved_the_case_last_is_refused_in_words(
    case: Case, officers: tuple[Actor, Actor]
) -> None:
    first, second = officers
    perform(case.pk, "pass", actor=first)
    with pytest.raises(Conflict, match="另一人"):
        perform(case.pk, "approve", actor=first)
    assert perform(case.pk, "approve", actor=second).stage == "granted"


def test_a_note_moves_nothing_and_the_product_in_between_changes_nobody(
    case: Case, officers: tuple[Actor, Actor]
) -> None:
    first, second = officers
    perform(case.pk, "note", actor=second, data={"text": "已核对。"})
    perform(case.pk, "pass", actor=first)
    perform(case.pk, "note", actor=second, data={"text": "已核对。"})
    perform(case.pk, "back", actor=LOADER)
    with pytest.raises(Conflict):
        perform(case.pk, "approve", actor=first)
    assert perform(case.pk, "approve", actor=second).stage == "granted"


def test_where_nobody_decided_yet_anybody_may_and_so_may_the_product(
    case: Case, officers: tuple[Actor, Actor]
) -> None:
    assert perform(case.pk, "approve", actor=officers[0]).stage == "granted"


def test_the_product_decides_whoever_was_last(case: Case, officers: tuple[Actor, Actor]) -> None:
    perform(case.pk, "pass", actor=officers[0])
    assert perform(case.pk, "approve", actor=LOADER).stage == "granted"
