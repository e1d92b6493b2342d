"""The centres' names: note 28 of the report for Longgang, a plain one elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation

from district.kernel.base.errors import Invalid, NotPermitted
from district.kernel.history.public import Subject, events_of
from district.kernel.organisation.public import Unit
from district.systems.operations_centre.board.centres import (
    centre_of,
    load_centres,
    load_centres_file,
)
from district.systems.operations_centre.board.tests.conftest import LOADER, ROOT, People

pytestmark = pytest.mark.django_db
LONGGANG = ROOT / "districts/longgang/operations_centre.toml"


def name_of(code: str) -> str:
    return centre_of(Unit.objects.get(pk=code))


def test_longgangs_centres_are_called_as_note_28_of_the_report_says(people: People) -> None:
    assert "4 changed" in load_centres_file(LONGGANG)
    assert name_of("9") == "区智慧运行指挥中心"
    assert name_of("901") == "东街道智慧管理中心"
    assert name_of("9-D01") == "区水务局智慧管理中心"
    assert name_of("901001") == "桥头社区智慧平安服务中心"
    with translation.override("en"):
        assert name_of("9") == "District Smart Operations Command Centre"
    assert "0 changed" in load_centres_file(LONGGANG)
    assert len(events_of(Subject("operations_centre.centres", "all"))) == 1
    page = people.client("duty").get("/operations_centre/unit/901/").content.decode()
    assert ">东街道智慧管理中心</h1>" in page


def test_where_a_district_states_none_a_centre_has_a_plain_name(people: People) -> None:
    assert name_of("901") == "东街道运行指挥中心"


def test_a_unit_may_be_called_otherwise(people: People, tmp_path: Path) -> None:
    path = tmp_path / "names.toml"
    path.write_text(
        '[levels.street]\nname = "{short}中心"\n[[centres]]\nunit = "902"\nname = "西部指挥所"\n',
        encoding="utf-8",
    )
    load_centres_file(path)
    assert (name_of("901"), name_of("902")) == ("东中心", "西部指挥所")


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("[levels.city]\nname = 'x'", "levels.city"),
        ("[levels.street]\nname_en = 'x'", "levels.street.name"),
        ("[levels.street]\nname = '" + "长" * 101 + "'", "levels.street.name"),
        ("[[centres]]\nname = 'x'", "centres.1"),
        ("[[centres]]\nunit = '404'\nname = 'x'", "centres"),
        ("= nothing", "operations_centre"),
    ],
)
def test_a_fault_in_the_file_is_named_and_nothing_is_taken(
    people: People, tmp_path: Path, text: str, field: str
) -> None:
    path = tmp_path / "names.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        load_centres_file(path)
    assert refused.value.field == field
    assert name_of("901") == "东街道运行指挥中心"


def test_only_an_administrator_or_the_loader_may_load_names(people: People) -> None:
    with pytest.raises(NotPermitted):
        load_centres({"level:street": ("x", "")}, actor=people.actor("duty"))
    assert load_centres({"level:street": ("x", "")}, actor=LOADER) == 1
