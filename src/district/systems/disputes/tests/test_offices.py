"""Who does what and the one-stop centres: from the district's folder, by import, twice the same."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import Subject, events_of
from district.systems.disputes.models import Body, Centre
from district.systems.disputes.names import CENTRE, MEDIATION
from district.systems.disputes.services import load_offices, save_centre
from district.systems.disputes.tests.conftest import LOADER, OFFICES, Opened, People

LONGGANG = Path(__file__).resolve().parents[5] / "districts/longgang"


def test_longgang_has_seventeen_centres_none_of_them_named_yet() -> None:
    data = tomllib.loads((LONGGANG / "disputes.toml").read_text(encoding="utf-8"))
    rows = data["centres"]
    assert len(rows) == 17
    assert len({row["code"] for row in rows}) == 17
    assert not any(row["is_named"] for row in rows)
    streets = (LONGGANG / "units.csv").read_text(encoding="utf-8")
    departments = (LONGGANG / "departments.csv").read_text(encoding="utf-8")
    assert sum(f"\n{row['unit']}," in streets for row in rows) == 11
    for unit in (data["bodies"][key] for key in ("justice", "arbitration", "petitions")):
        assert f"\n{unit}," in departments


@pytest.mark.django_db
def test_loading_again_changes_nothing_and_never_undoes_a_name(
    people: People, tmp_path: Path
) -> None:
    path = tmp_path / "disputes.toml"
    assert load_offices(path).endswith("0 centres new or changed")
    row = Centre.objects.get(code="TY01")
    values = {"code": "TY01", "name": "西街道一站式服务中心", "unit": "902", "is_named": True}
    save_centre(values, row, LOADER)
    load_offices(path)
    assert Centre.objects.get(code="TY01").name == "西街道一站式服务中心"
    assert len(events_of(Subject(CENTRE, "TY01"))) == 2


@pytest.mark.django_db
def test_a_file_that_names_nobody_or_nothing_is_refused(people: People, tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    for text, problem in (
        ("= 1", "TOML"),
        (OFFICES.replace('justice = "9-D01"', ""), "justice"),
        (OFFICES.replace('"9-D02"', '"9-D99"'), "9-D99"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(Invalid, match=problem):
            load_offices(path)


@pytest.mark.django_db
def test_only_the_administrator_changes_centres(people: People) -> None:
    with pytest.raises(NotPermitted):
        save_centre({"code": "TY02", "name": "某中心", "unit": "901"}, None, people.east)
    with pytest.raises(Invalid, match="编号和名称"):
        save_centre({"code": "TY02", "name": "", "unit": "901"}, None, LOADER)


@pytest.mark.django_db
def test_without_a_justice_bureau_nothing_is_opened_and_the_remedy_is_said(
    opened: Opened, people: People
) -> None:
    Body.objects.all().delete()
    with pytest.raises(Conflict, match="disputes 文件"):
        opened(MEDIATION)
