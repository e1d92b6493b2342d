"""Sheets of several series, one a row: each answered cell by cell, all taken or nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from district.kernel.base.errors import Conflict, NotPermitted, SettingError
from district.systems.economy.models import SeriesImport, SeriesValue
from district.systems.economy.rules.settings import settings_from
from district.systems.economy.services.importing import accept_import, check_workbook
from district.systems.economy.tests.conftest import SETTINGS, People
from district.systems.economy.tests.test_importing import Rows, changed, workbook
from district.systems.economy.words import problem_text

pytestmark = pytest.mark.django_db
#: September: a quarter ends, so that everything is told.
SHEET: Rows = (
    ("2025年1—9月主要经济指标", None, None, None),
    ("指标", "计量单位", "本年累计", "增长（%）"),
    ("生产总值", "亿元", 4100, 5.8),
    ("其中：工业产值", "万元", "7,632,000", 6),
    ("零售总额", "亿元", 763.2, "５.５"),
    ("固定资产投资", "%", "—", 7.1),
    ("用电量", "亿千瓦时", 90, 3),
    ("注：快报数", None, None, None),
)


def check(people: People, rows: Rows, merged: tuple[str, ...] = ()) -> SeriesImport:
    """The sheet as the bureau sends it."""
    return check_workbook("主要指标.xlsx", workbook(rows, merged), "main", actor=people.bureau)


def test_every_series_is_taken_in_its_own_unit(people: People) -> None:
    before = SeriesValue.objects.count()
    found = check(people, SHEET)
    assert found.problems == []
    assert (found.series, found.numbers) == (None, 7)
    assert SeriesValue.objects.count() == before
    done = accept_import(found.pk, actor=people.bureau)
    assert (done.fresh, done.revised) == (4, 0)
    told = {
        row.series_id: (row.value, row.growth)
        for row in SeriesValue.objects.filter(period_end="2025-09-30", industry="", street="")
    }
    assert told == {
        "gdp": (4100, Decimal("5.8")),
        "output": (Decimal("763.2"), 6),
        "sales": (Decimal("763.2"), Decimal("5.5")),
        "investment": (None, Decimal("7.1")),
    }
    with pytest.raises(Conflict):
        accept_import(found.pk, actor=people.bureau)


@pytest.mark.parametrize(
    ("cells", "cell", "code"),
    [
        ({"A3": "生产总直"}, "A3", "unknown_indicator"),
        ({"A6": "固投"}, "A6", "unknown_indicator"),
        ({"A5": None}, "A8", "member_missing"),
        ({"A5": "工业总产值"}, "A5", "member_twice"),
        ({"C5": "七百"}, "C5", "not_a_number"),
        ({"D5": None}, "D5", "empty"),
        ({"D6": "—"}, "D6", "empty"),
        ({"C6": 1540}, "C6", "growth_only"),
        ({"B5": "户"}, "B5", "unit"),
        ({"B4": "亿元"}, "C4", "magnitude"),
        ({"C5": 500}, "C5", "falls"),
        ({"A1": "2025年1—10月主要经济指标"}, "C3", "between_quarters"),
        ({"A1": "主要经济指标"}, "A1", "no_year"),
        ({"D2": "比重"}, "A2", "column_missing"),
        ({"D4": -130}, "D4", "growth"),
    ],
)
def test_each_fault_is_told_by_its_cell_and_nothing_is_taken(
    people: People, cells: dict[str, Any], cell: str, code: str
) -> None:
    before = SeriesValue.objects.count()
    found = check(people, changed(SHEET, **cells))
    assert (cell, code) in {(one["cell"], one["code"]) for one in found.problems}
    for one in found.problems:
        text, remedy = problem_text(one["code"], one["params"])
        assert text != one["code"]
        assert remedy
    if found.errors:
        with pytest.raises(Conflict):
            accept_import(found.pk, reason="已核对", actor=people.bureau)
    assert SeriesValue.objects.count() == before


def test_what_is_told_by_the_quarter_is_empty_between(people: People) -> None:
    rows = changed(SHEET, A1="2025年1—10月主要经济指标", C3=None, D3="—")
    found = check(people, rows)
    assert found.problems == []
    assert accept_import(found.pk, actor=people.bureau).fresh == 3


def test_merged_numbers_are_told(people: People) -> None:
    found = check(people, SHEET, ("C4:C5",))
    assert ("C4", "merged") in {(one["cell"], one["code"]) for one in found.problems}


def test_only_the_bureau_tells_several_at_once(people: People) -> None:
    with pytest.raises(NotPermitted):
        check_workbook("a.xlsx", workbook(SHEET, ()), "main", actor=people.industry)


def test_the_preview_names_each_series_with_its_unit(people: People) -> None:
    client = people.client("bureau")
    row = check(people, SHEET)
    page = client.get(row.get_absolute_url()).content.decode()
    assert "零售总额（亿元）" in page
    assert client.get("/economy/imports/").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"series": "output"},
        {"indicators": []},
        {"indicators": [{"series": "nothing", "labels": ["甲"]}]},
        {"indicators": [{"series": "gdp", "labels": ["甲"]}, {"series": "gdp", "labels": ["乙"]}]},
        {
            "indicators": [
                {"series": "gdp", "labels": ["甲"]},
                {"series": "sales", "labels": ["甲"]},
            ]
        },
        {"indicators": [{"series": "gdp", "labels": []}]},
        {"source": "department"},
        {"dimension": "street"},
    ],
)
def test_a_layout_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    layout = {**SETTINGS["layouts"][2], **wrong}
    with pytest.raises(SettingError):
        settings_from({**SETTINGS, "layouts": [layout]})
