"""Radar surveys: graded by declared rules, a case until rectified and surveyed again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.cases.public import Case, perform, perform_with_files
from district.systems.early_warning.models import RoadSurvey, RoadVoid
from district.systems.early_warning.rules.grading import GradesError, grade_of, read_rules, rules
from district.systems.early_warning.rules.matching import VoidPlace, same_voids
from district.systems.early_warning.selectors.voids import void_for
from district.systems.early_warning.services.surveys import (
    Matched,
    match_survey,
    save_survey,
    save_void,
)
from district.systems.early_warning.tests.conftest import FIRE, LOADER, People, Watch, picture

SIZES = st.decimals(Decimal("0.1"), Decimal(20), places=1)


def test_the_rules_are_sound_and_end_with_one_for_all() -> None:
    assert rules()[-1].opens is False
    assert [rule.grade for rule in rules()] == ["1", "1", "2", "2", "3", "3", "4"]
    assert all(rule.words for rule in rules())


@pytest.mark.parametrize(
    ("kind", "depth", "length", "width", "height", "key"),
    [
        ("cavity", "0.5", "1", "1", None, "shallow_cavity"),
        ("cavity", "3", "2", "2", None, "large_cavity"),
        ("cavity", "3", "0.5", "1", "1.2", "large_cavity"),
        ("detached", "1.5", "0.5", "0.5", None, "cavity"),
        ("cavity", "2.5", "0.5", "0.5", None, "deep_cavity"),
        ("loose", "1", "2", "2", None, "shallow_loose"),
        ("water", "2", "2", "2", None, "loose"),
        ("loose", "2", "1", "1", None, "slight"),
    ],
)
def test_a_void_is_graded_by_the_first_rule_that_holds(
    kind: str, depth: str, length: str, width: str, height: str | None, key: str
) -> None:
    facts = {
        "kind": kind,
        "depth": Decimal(depth),
        "length": Decimal(length),
        "width": Decimal(width),
        "height": Decimal(height) if height else None,
    }
    assert grade_of(facts).key == key


@given(st.sampled_from(["cavity", "detached", "loose", "water"]), SIZES, SIZES, SIZES)
def test_every_void_has_a_grade(kind: str, depth: Decimal, length: Decimal, width: Decimal) -> None:
    facts = {"kind": kind, "depth": depth, "length": length, "width": width, "height": None}
    assert grade_of(facts).grade in {"1", "2", "3", "4"}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"key": "a", "when": "depht < 1", "grade": "1"}], "rule 1"),
        ([{"key": "a", "when": "depth < 1", "grade": "9"}], "grade"),
        ([{"key": "", "when": "depth < 1", "grade": "1"}], "key"),
        ([{"key": "a", "when": "depth < 1", "grade": "1"}], "end with one for all"),
    ],
)
def test_rules_with_a_fault_are_refused(rows: list[dict[str, str]], words: str) -> None:
    with pytest.raises(GradesError, match=words):
        read_rules({"rules": rows})


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 40)), max_size=8),
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 40)), max_size=8),
)
def test_each_place_is_matched_once_within_its_metres_on_its_road(
    old: list[tuple[str, int]], new: list[tuple[str, int]]
) -> None:
    step = 0.00005  # about five metres

    def places(rows: list[tuple[str, int]], name: str) -> list[VoidPlace]:
        return [
            VoidPlace(f"{name}{at}", road, 114.2 + where * step, 22.7)
            for at, (road, where) in enumerate(rows)
        ]

    earlier, later = places(old, "o"), places(new, "n")
    found = same_voids(earlier, later, 15)
    by_key = {one.key: one for one in (*earlier, *later)}
    assert len({key for key, _far in found.values()}) == len(found)
    for key, (other, far) in found.items():
        assert by_key[key].road == by_key[other].road
        assert far <= 15
    # Nothing that is left over on both sides lies that near together.
    taken = {key for key, _far in found.values()}
    for one in later:
        for two in earlier:
            if one.key not in found and two.key not in taken and one.road == two.road:
                assert abs(one.lon - two.lon) / step * 5.13 > 15


def survey(number: str, day: date, **more: Any) -> RoadSurvey:
    """A survey of two roads by the emergency bureau."""
    values = {
        "number": number,
        "title": "雷达检测",
        "lead_unit": FIRE,
        "firm": "检测公司",
        "surveyed_on": day,
        "roads": "大道、小路",
        **more,
    }
    return save_survey(values, None, LOADER)


def void(survey: str, code: str, lon: float = 114.26, **more: Any) -> RoadVoid:
    """A shallow cavity on the avenue."""
    values = {
        "survey": survey,
        "code": code,
        "road": "大道",
        "position": "K1+020",
        "lon": Decimal(str(lon)),
        "lat": Decimal("22.7"),
        "kind": "cavity",
        "depth": Decimal("0.5"),
        "length": Decimal(2),
        "width": Decimal(1),
        **more,
    }
    return save_void(values, None, LOADER)


def rectify(case: Case, people: People, colour: int = 1) -> None:
    """The street accepts and puts it right, with a picture."""
    if case.stage == "assigned":
        perform(case.pk, "accept", actor=people.east)
    files = [("after.jpg", picture(colour))]
    data = {"result": "已开挖回填"}
    perform_with_files(case.pk, "finish", files, actor=people.east, data=data)


def test_a_void_is_a_case_until_it_is_rectified_and_gone_in_the_next_survey(
    people: People, watch: Watch
) -> None:
    first = survey("LD-1", date(2025, 9, 20))
    found, slight = void("LD-1", "A-1"), void("LD-1", "A-2", 114.27, kind="loose", depth=Decimal(3),
                                              length=Decimal(1))  # fmt: skip
    assert match_survey(first.pk, actor=people.fire) == Matched(1, 0, 0)
    found.refresh_from_db()
    slight.refresh_from_db()
    assert (slight.standing, slight.case) == ("watched", None)
    case = found.case
    assert case is not None
    assert (case.lead_unit_id, case.centre_unit_id, case.grade) == ("440307001", FIRE, "g1")
    perform(case.pk, "accept", actor=people.east)
    with pytest.raises(Conflict, match="照片"):
        perform(case.pk, "finish", actor=people.east, data={"result": "好了"})
    case.refresh_from_db()
    rectify(case, people)
    assert void_for(found.pk, people.fire).now == "rectified"  # type: ignore[attr-defined]  # annotated
    watch.on(days=5)
    second = survey("LD-2", date(2025, 9, 26))
    assert match_survey(second.pk, actor=people.fire) == Matched(0, 0, 2)
    case.refresh_from_db()
    assert (case.stage, case.category) == ("closed", "done")
    assert void_for(found.pk, people.fire).now == "gone"  # type: ignore[attr-defined]  # annotated


def test_what_is_found_again_goes_on_as_the_same_case(people: People, watch: Watch) -> None:
    match_survey(_with_void("LD-1", date(2025, 9, 20)).pk, actor=people.fire)
    case = Case.objects.get(type_key="road_void")
    rectify(case, people)
    watch.on(days=5)
    second = _with_void("LD-2", date(2025, 9, 26), lon=114.26004)
    assert match_survey(second.pk, actor=people.fire) == Matched(0, 1, 0)
    case.refresh_from_db()
    assert case.stage == "rectifying"
    later = RoadVoid.objects.get(survey=second)
    assert later.case_id == case.pk
    assert later.earlier is not None
    assert void_for(later.earlier.pk, people.fire).now == "again"  # type: ignore[attr-defined]  # annotated
    rectify(case, people, colour=2)
    watch.on(days=5)
    third = survey("LD-3", date(2025, 10, 1))
    assert match_survey(third.pk, actor=people.fire) == Matched(0, 0, 1)
    watch.on(days=5)
    fourth = _with_void("LD-4", date(2025, 10, 5), lon=114.26002)
    assert match_survey(fourth.pk, actor=people.fire).again == 1
    case.refresh_from_db()
    assert case.stage == "assigned", "there again after it was closed: handled again"
    assert Case.objects.filter(type_key="road_void").count() == 1


def _with_void(number: str, day: date, lon: float = 114.26) -> RoadSurvey:
    found = survey(number, day)
    void(number, f"{number}-1", lon)
    return found


def test_what_was_not_put_right_is_not_struck_off_because_a_survey_missed_it(
    people: People, watch: Watch
) -> None:
    match_survey(_with_void("LD-1", date(2025, 9, 20)).pk, actor=people.fire)
    watch.on(days=5)
    assert match_survey(survey("LD-2", date(2025, 9, 26)).pk, actor=people.fire).gone == 0
    assert Case.objects.get(type_key="road_void").stage == "assigned"


def test_a_road_that_was_not_surveyed_again_says_nothing(people: People, watch: Watch) -> None:
    match_survey(_with_void("LD-1", date(2025, 9, 20)).pk, actor=people.fire)
    rectify(Case.objects.get(type_key="road_void"), people)
    watch.on(days=5)
    other = survey("LD-2", date(2025, 9, 26), roads="小路")
    assert match_survey(other.pk, actor=people.fire).gone == 0
    assert Case.objects.get(type_key="road_void").stage == "resurvey"


def test_after_it_was_compared_a_survey_takes_nothing_more(people: People, watch: Watch) -> None:
    found = _with_void("LD-1", date(2025, 9, 20))
    match_survey(found.pk, actor=people.fire)
    for act in (
        lambda: void("LD-1", "A-9", 114.3),
        lambda: save_survey({"title": "别的"}, RoadSurvey.objects.get(), people.fire),
        lambda: match_survey(found.pk, actor=people.fire),
    ):
        with pytest.raises(Conflict):
            act()


@pytest.mark.parametrize("who", ["east", "west", "viewer", "duty"])
def test_others_neither_enter_nor_compare_surveys(people: People, watch: Watch, who: str) -> None:
    found = survey("LD-1", date(2025, 9, 20))
    with pytest.raises(NotPermitted):
        match_survey(found.pk, actor=getattr(people, who))
    with pytest.raises(NotPermitted):
        save_survey({"title": "别的"}, found, getattr(people, who))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"road": "别的路"}, "road"),
        ({"depth": Decimal(-1)}, "depth"),
        ({"length": Decimal(0)}, "length"),
        ({"kind": "hole"}, "kind"),
        ({"lat": Decimal(100)}, "lat"),
        ({"code": "A 1"}, "code"),
        ({"survey": "LD-9"}, "survey"),
    ],
)
def test_a_wrong_void_is_refused_by_field(
    people: People, watch: Watch, values: dict[str, Any], field: str
) -> None:
    survey("LD-1", date(2025, 9, 20))
    with pytest.raises(Invalid) as refused:
        void(**{"survey": "LD-1", "code": "A-1", **values})
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"number": "LD 1"}, "number"),
        ({"roads": " ,"}, "roads"),
        ({"surveyed_on": date(2025, 12, 1)}, "surveyed_on"),
        ({"firm": ""}, "firm"),
    ],
)
def test_a_wrong_survey_is_refused_by_field(
    people: People, watch: Watch, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        save_survey(values, survey("LD-1", date(2025, 9, 20)), people.fire)
    assert refused.value.field == field
