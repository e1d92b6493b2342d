"""The posts of “1+8+11” are data: what a table may say, and where an industry comes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from district.kernel.base.errors import Invalid, NotPermitted
from district.kernel.history.public import Subject, events_of
from district.kernel.organisation.public import Unit, load_units, parse_units
from district.systems.enterprise_requests.models import ServicePost
from district.systems.enterprise_requests.rules.posts import parse_posts
from district.systems.enterprise_requests.selectors.posts import (
    command_unit,
    industries,
    posts,
    supervision_for,
    unit_for_industry,
)
from district.systems.enterprise_requests.services.posts import load_posts, load_posts_file
from district.systems.enterprise_requests.tests.conftest import LOADER, POSTS, People

KNOWN = ["manufacturing", "software", "commerce", "trade", "finance"]
LONGGANG = Path(__file__).parents[5] / "districts" / "longgang"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("command,command", "chief,command", "类别应为"),
        ("command,command", "street,command", "有且只有一个"),
        ("street,west", "street,east", "key 重复"),
        ("902,\n", "902,finance\n", "只有行业指挥部对应行业"),
        ("commerce;trade", "commerce;software", "归了两个指挥部"),
        ("commerce;trade", "commerce;magic", "没有行业 magic"),
        ("9-D02,", ",", "不能为空"),
        ("supervision,", "street,", "还没有投诉监督机构"),
    ],
)
def test_a_table_that_cannot_be_taken_names_its_lines(old: str, new: str, problem: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_posts(POSTS.replace(old, new), KNOWN)
    assert problem in str(refused.value)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(Invalid, match="unit"):
        parse_posts("kind,key,name\n", KNOWN)


def test_posts_are_found_by_industry_and_the_same_table_changes_nothing(people: People) -> None:
    assert command_unit() == "9-D05"
    assert unit_for_industry("software") == "9-D01"
    assert unit_for_industry("finance") == ""
    rows = parse_posts(POSTS, KNOWN)
    assert load_posts(rows, actor=LOADER) == 0
    assert load_posts(rows[:-1], actor=LOADER) == 1
    assert len(posts()) == 6
    assert len(events_of(Subject("enterprise_requests.posts", "all"))) == 2
    with pytest.raises(NotPermitted):
        load_posts(rows, actor=people.leader)


def test_a_post_is_a_unit_that_there_is_and_a_street_post_a_street(people: People) -> None:
    for old, new, problem in (("9-D02", "9-D99", "没有单位 9-D99"), ("902,", "9-D02,", "不是街道")):
        with pytest.raises(Invalid, match=problem):
            load_posts(parse_posts(POSTS.replace(old, new), KNOWN), actor=LOADER)
    assert ServicePost.objects.count() == 7


def test_the_supervision_centre_that_is_itself_concerned_gives_way(people: People) -> None:
    assert supervision_for(Unit.objects.get(pk="902")) == "9-D44"
    assert supervision_for(Unit.objects.get(pk="9-D44")) == "9-D34"
    assert supervision_for(Unit.objects.get(pk="9-D34")) == "9-D44"


def test_longgang_has_one_command_post_eight_industries_and_eleven_streets(db: None) -> None:
    rows = parse_units((LONGGANG / "units.csv").read_text(encoding="utf-8"))
    rows += parse_units((LONGGANG / "departments.csv").read_text(encoding="utf-8"))
    load_units(rows, actor=LOADER)
    assert "22 changed" in load_posts_file(LONGGANG / "posts.csv")
    kinds = [post.kind for post in posts()]
    assert [kinds.count(kind) for kind in ("command", "industry", "street")] == [1, 8, 11]
    unmapped = [value for value, _label in industries() if not unit_for_industry(value)]
    assert unmapped == ["other"]
    assert "0 changed" in load_posts_file(LONGGANG / "posts.csv")
