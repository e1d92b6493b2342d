"""The catalogue of matters in use: published from a file, versions kept, old codes answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from district.kernel.base.errors import Invalid, NotPermitted
from district.kernel.cases.public import Case, Report, report_case
from district.kernel.organisation.public import UnitRow, load_units
from district.systems.appeals.models import CatalogueVersion
from district.systems.appeals.names import TYPE
from district.systems.appeals.selectors.matters import catalogue_in_use, forget, matter_in_use
from district.systems.appeals.services.catalogue import LOADER, load_catalogue, publish_catalogue
from district.systems.appeals.tests.conftest import LOADER as TESTS
from district.systems.appeals.tests.conftest import PUBLIC, People, standing

HEAD = (
    "code,name,name_en,parent_code,description,handler,co_units,term_amount,term_unit,calendar,"
    "emergency,sensitive,standard,keywords\n"
)
FIELD = "M01,市容环卫,Appearance,,街面,,,,,,,,,\n"
LITTER = "M0101,垃圾堆放,Litter,M01,乱堆,street,,2,working_days,working_days,no,no,已清运。,垃圾\n"
PIPE = "M0102,水管爆裂,Burst pipe,M01,爆管,9-D01,,4,hours,24x7,yes,no,已修复。,水管\n"


def test_a_published_matter_gives_unit_grade_and_term(people: People) -> None:
    publish_catalogue(HEAD + FIELD + LITTER + PIPE, actor=LOADER)
    forget()
    report = Report(TYPE, "路口水管爆了水一直冒", matter="M0102", street="901")
    case = report_case(report, actor=PUBLIC).case
    assert (case.grade, case.suggested_unit_id) == ("emergency", "9-D01")
    assert case.catalogue == CatalogueVersion.objects.get().version
    found = matter_in_use("M0101")
    assert found is not None
    assert (found.unit, found.label.en, found.term) == ("street", "Litter", found.term)


def test_the_same_catalogue_again_changes_nothing_and_an_old_code_still_answers(
    people: People,
) -> None:
    _row, new = publish_catalogue(HEAD + FIELD + LITTER + PIPE, actor=LOADER)
    assert new
    assert not publish_catalogue(HEAD + FIELD + PIPE + LITTER, actor=LOADER)[1]
    with standing("2025-09-23 10:00"):
        publish_catalogue(HEAD + FIELD + LITTER, actor=LOADER)
    forget()
    in_use = catalogue_in_use()
    assert in_use is not None
    assert [matter.code for matter in in_use.matters] == ["M0101"]
    retired = matter_in_use("M0102")
    assert retired is not None
    assert retired.label.zh == "水管爆裂"


def test_a_bad_row_is_named_and_nothing_is_published(people: People) -> None:
    bad = LITTER.replace("street", "9-D99")
    with pytest.raises(Invalid, match="第3行"):
        publish_catalogue(HEAD + FIELD + bad, actor=LOADER)
    assert not CatalogueVersion.objects.exists()


def test_only_those_who_may_publish(people: People) -> None:
    with pytest.raises(NotPermitted):
        publish_catalogue(HEAD + FIELD + LITTER, actor=people.desk)


def test_the_districts_own_catalogue_can_be_loaded(people: People) -> None:
    folder = Path(__file__).resolve().parents[5] / "districts" / "longgang"
    codes = {
        line.split(",")[0]
        for line in (folder / "departments.csv").read_text("utf-8").splitlines()[1:]
    }
    load_units([UnitRow(code, code, "department", "9") for code in sorted(codes)], actor=TESTS)
    assert "new" in load_catalogue(folder / "matters.csv")
    assert "as it was" in load_catalogue(folder / "matters.csv")
    assert not Case.objects.exists()
