"""What is said of an odd condition, in the words that its writer reads."""

from __future__ import annotations

from datetime import date

import pytest

from district.kernel.conditions.public import parse
from district.systems.enterprises.public import SCHEMA
from district.systems.policies.selectors.audiences import ENTERPRISES
from district.systems.policies.selectors.eligibility import Standing
from district.systems.policies.selectors.linting import remarks_on

TODAY = date(2025, 9, 26)


@pytest.mark.parametrize(
    ("where", "grade", "says"),
    [
        ("staff > 300 and staff < 20", "red", "互相矛盾"),
        ("staff > 3 and any()", "red", "永远不可能"),
        ("staff < 10 and (staff > 20 or is_dishonest = true)", "yellow", "这一选项不起作用"),
        ("staff >= 1 or staff < 1", "yellow", "只要有数据"),
        ("staff >= 1 or staff < 1 or not staff known", "yellow", "任何企业都满足"),
        ("revenue >= 20 and revenue > 5", "yellow", "是多余的"),
    ],
)
def test_what_is_proven_is_said_with_the_clauses_concerned(
    where: str, grade: str, says: str
) -> None:
    found = remarks_on(parse(where, SCHEMA()), TODAY, [], ENTERPRISES)
    assert [(remark.grade, says in remark.words) for remark in found] == [(grade, True)]


@pytest.mark.parametrize(
    ("holds", "total", "says"),
    [(5, 5, "全部符合"), (0, 5, "没有一家符合"), (3, 5, ""), (0, 0, "")],
)
def test_what_the_population_shows_is_said(holds: int, total: int, says: str) -> None:
    standing = Standing(True, total, {"holds": holds})
    found = remarks_on(parse("staff > 3", SCHEMA()), TODAY, [], ENTERPRISES, standing)
    assert bool(found) == bool(says)
    assert all(says in remark.words for remark in found)


def test_who_sees_no_enterprise_learns_nothing_of_them_from_remarks() -> None:
    hidden = Standing(sees=False)
    assert remarks_on(parse("staff > 3", SCHEMA()), TODAY, [], ENTERPRISES, hidden) == []
