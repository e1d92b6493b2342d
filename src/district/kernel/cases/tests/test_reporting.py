"""Reports: each field is looked at, the same one opens one case, a case keeps to its version."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import datetime, timedelta
from unittest import mock

import pytest

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.cases import types
from district.kernel.cases.models import Case, CaseTypeVersion, Reporter
from district.kernel.cases.rules.numbers import code_hash, new_code, new_number
from district.kernel.cases.selectors import moves_for, public_status
from district.kernel.cases.services import (
    Contact,
    Report,
    perform,
    publish_case_types,
    report_case,
)
from district.kernel.cases.services.clocks import clocks_of
from district.kernel.cases.tests.conftest import MATTERS, PUBLIC, TYPE, MakeCase, People
from district.kernel.cases.types import type_of
from district.kernel.history.models import Event

pytestmark = pytest.mark.django_db
NUMBERS = "district.kernel.cases.services.intake.new_number"

WRONG: list[tuple[str, object]] = [
    ("text", ""),
    ("text", "   脏 "),
    ("text", "\x00\x00\x00"),
    ("text", "字" * 5001),
    ("source", "pigeon"),
    ("source_name", "字" * 41),
    ("source_number", "1" * 61),
    ("source_number", " 12"),
    ("source_number", "1\x002"),
    ("matter", "99"),
    ("matter", "0\x001"),
    ("key", "k" * 81),
    ("key", "k\x00"),
    ("street", "nowhere"),
    ("street", "901001"),
    ("street", "9-D01"),
    ("community", "901"),
    ("community", "x" * 500),
    ("centre", "nowhere"),
    ("complained_unit", "nowhere"),
    ("complained_unit", "\x00"),
    ("reported_at", datetime(2025, 9, 22, 9)),  # noqa: DTZ001  # without a zone, on purpose
    ("source_due_at", datetime(2025, 9, 22, 9)),  # noqa: DTZ001  # as above
    ("facts", {"colour": "red"}),
    ("facts", {"floor": "three"}),
    ("facts", {"grade": "emergency"}),
    ("facts", {"reopens": 3}),
]
POINTS: list[tuple[object, object]] = [
    ("abc", "22.7"),
    ("114.2", None),
    (None, "22.7"),
    ("NaN", "22.7"),
    ("Infinity", "22.7"),
    ("181", "22.7"),
    ("114.2", "-90.5"),
    ("1e400", "0"),
]


@pytest.mark.parametrize(
    ("field", "value"), WRONG, ids=[f"{f}-{n}" for n, (f, _v) in enumerate(WRONG)]
)
def test_what_cannot_be_taken_is_named_with_its_remedy(
    field: str, value: object, reported: MakeCase
) -> None:
    with pytest.raises(Invalid) as refused:
        reported(**{field: value})
    named = next(iter(value)) if isinstance(value, dict) else field
    assert (refused.value.field, bool(refused.value.problem)) == (named, True)
    assert not Case.objects.exists()
    assert not Event.objects.filter(subject_type="cases.case").exists()


@pytest.mark.parametrize(("lon", "lat"), POINTS)
def test_a_point_that_is_none_is_refused(lon: object, lat: object, reported: MakeCase) -> None:
    with pytest.raises(Invalid) as refused:
        reported(lon=lon, lat=lat)
    assert refused.value.field == "lon"


@pytest.mark.parametrize(
    ("contact", "field"),
    [
        (Contact("张" * 61, ""), "name"),
        (Contact("张三", "abc"), "phone"),
        (Contact("张三", "12"), "phone"),
        (Contact("张三", "138001380001380013800"), "phone"),
    ],
)
def test_a_wrong_contact_is_refused(contact: Contact, field: str, reported: MakeCase) -> None:
    with pytest.raises(Invalid) as refused:
        reported(contact=contact)
    assert refused.value.field == field
    assert not Case.objects.exists()


def test_nobody_reports_tomorrow_nor_under_what_is_over(reported: MakeCase, people: People) -> None:
    with pytest.raises(Invalid) as refused:
        reported(reported_at=clock.now() + timedelta(hours=1))
    assert refused.value.field == "reported_at"
    over = reported().case
    Case.objects.filter(pk=over.pk).update(category="done")
    with pytest.raises(Invalid) as refused:
        reported(parent=over.pk)
    assert refused.value.field == "parent"


def test_zero_bytes_and_halves_of_letters_do_no_harm(reported: MakeCase, people: People) -> None:
    case = reported(
        text="水管\x00爆了\ud800", title="\x00", place="桥\x00头", facts={"remark": "a\x00b"}
    ).case
    case = Case.objects.get(pk=case.pk)
    assert (case.text, case.title, case.place) == ("水管爆了", "水管爆了", "桥头")
    assert case.facts == {"remark": "ab"}
    data = {"lead_unit": "901", "text": "好\x00的\udfff"}
    assert perform(case.pk, "dispatch", actor=people.desk, data=data).stage == "assigned"
    with pytest.raises(Invalid) as refused:
        perform(case.pk, "accept", actor=people.east, key="k" * 81)
    assert refused.value.field == "key"
    for wrong in ("\x00", "abc", "0" * 400, ["901"]):
        with pytest.raises(Invalid) as refused:
            perform(case.pk, "accept", actor=people.east, data={"handler": wrong})
        assert refused.value.field == "handler"


@pytest.mark.parametrize("wrong", ["abc", "", "0" * 32, "'; drop table"])
def test_a_case_that_is_none_is_not_found(wrong: str, people: People) -> None:
    with pytest.raises(NotFound):
        perform(wrong, "dispatch", actor=people.desk)


def test_the_public_opens_only_what_is_open_to_it_and_members_by_their_right(
    reported: MakeCase, people: People
) -> None:
    report = Report("request", "桥头路口垃圾堆")
    for actor in (people.east, people.viewer, people.leader):
        with pytest.raises(NotPermitted):
            report_case(report, actor=actor)
    assert report_case(report, actor=people.desk).code == ""
    closed = replace(types._TYPES["request"], creates=(("duty_officer", "any"),))
    with mock.patch.dict(types._TYPES, {"request": closed}), pytest.raises(NotPermitted):
        report_case(report, actor=PUBLIC)


def test_the_same_number_of_a_platform_comes_in_once(reported: MakeCase) -> None:
    given = {"source": "city", "source_name": "民意速办", "source_number": "GD2025-1"}
    first, again = reported(**given), reported(text="同一单再推一次", **given)
    assert (again.repeated, again.case.pk, again.code) == (True, first.case.pk, "")
    other = reported(**{**given, "source_name": "12345"})
    assert not other.repeated
    assert Case.objects.count() == 2
    assert Reporter.objects.count() == 2
    # Without a number there is nothing to know it by.
    assert not reported(source_name="12345").repeated
    assert not reported(source_name="12345").repeated


def test_a_key_of_another_type_opens_and_tells_nothing(reported: MakeCase, people: People) -> None:
    reported(key="r1")
    other = {"other": types._TYPES["request"]}
    with mock.patch.dict(types._TYPES, other), pytest.raises(Conflict, match="另一类事件"):
        report_case(Report("other", "别的事情"), actor=people.desk, key="r1")


def test_a_number_drawn_twice_is_drawn_again(reported: MakeCase) -> None:
    taken = reported().case.number
    with mock.patch(NUMBERS, side_effect=[taken, taken, "T250922-FREE00"]) as drawn:
        case = reported().case
    assert (case.number, drawn.call_count) == ("T250922-FREE00", 3)
    with mock.patch(NUMBERS, return_value=taken), pytest.raises(Conflict):
        reported()
    assert Case.objects.count() == 2


def test_a_code_drawn_twice_is_drawn_again(reported: MakeCase) -> None:
    done = reported()
    with (
        mock.patch(NUMBERS, side_effect=["T250922-AAAAAA", "T250922-BBBBBB"]),
        mock.patch(
            "district.kernel.cases.services.reporting.code_hash",
            side_effect=[code_hash(done.case.number, done.code), "f" * 64],
        ),
    ):
        assert reported().case.number == "T250922-BBBBBB"
    assert Case.objects.count() == Reporter.objects.count() == 2


def test_numbers_and_codes_are_read_as_people_type_them(reported: MakeCase) -> None:
    done = reported()
    spaced = f" {done.code[:5].lower()} - {done.code[5:]} "
    assert public_status(f" {done.case.number.lower()} ", spaced) is not None
    misheard = done.code.replace("0", "O").replace("1", "l").replace("V", "u")
    assert public_status(done.case.number, misheard) is not None
    for wrong in ("", done.code[:-1], new_code(), "\x00"):
        assert public_status(done.case.number, wrong) is None
    drawn = {new_number("T", clock.today()) for _ in range(200)}
    assert len(drawn) == 200
    assert all(len(number) == 14 for number in drawn)


def test_a_case_stays_on_its_version_when_the_file_changes(
    reported: MakeCase, people: People
) -> None:
    publish_case_types()
    case = reported().case
    old = case.type_version
    content = tomllib.loads(TYPE.read_text("utf-8"))
    content["actions"]["dispatch"]["label"] = "分发"
    content["actions"]["dispatch"]["who"] = [["officer", "centre"]]
    content["stages"]["assigned"]["label"] = "待接收"
    content["clocks"]["accept"]["term"] = "1 working_hours"
    changed = types._parsed(content)
    types._TYPES["request"], types._CONTENT[changed.version] = changed, content
    types._published.cache_clear()
    later = reported().case
    assert (later.type_version, type_of(later)) == (changed.version, changed)
    assert later.type_version != old
    kept = type_of(case)
    assert (kept.version, kept.moves["dispatch"].label.zh) == (old, "派单")
    row = CaseTypeVersion.objects.get(pk=old)
    assert row.content == tomllib.loads(TYPE.read_text("utf-8"))
    # The desk may still dispatch the old one, and no longer the new one.
    case = perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
    accept = clocks_of(case, kept)["accept"]
    assert (accept.term_amount, accept.term_unit) == (4, "working_hours")
    with pytest.raises(NotPermitted):
        perform(later.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
    later = Case.objects.select_related("lead_unit", "complained_unit").get(pk=later.pk)
    assert "dispatch" not in [move.key for move in moves_for(later, changed, [], people.desk)]
    types._published.cache_clear()
    CaseTypeVersion.objects.filter(pk=old).delete()
    with pytest.raises(NotFound, match=old):
        type_of(case)


def test_publishing_twice_keeps_one_row_and_one_event(people: People) -> None:
    for _time in range(2):
        publish_case_types()
    assert CaseTypeVersion.objects.filter(key="request").count() == 1
    assert Event.objects.filter(kind="cases.type.published", subject_id="request").count() == 1
    assert MATTERS["01"].catalogue == "v1"
