"""Small district folders, and the demo of Longgang loaded once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from district.loading.folder import DistrictFolder, read_folder

LONGGANG = Path(__file__).resolve().parents[4] / "districts" / "longgang"

TOML = """
code = "9"
name = "试验区"
name_en = "Test District"
units = "units.csv"
calendars = "calendars"

[[reports]]
year = 2025
title = "2025年计划"
file = "report.md"
"""
UNITS = """code,name,short_name,name_en,level,parent_code,sort,topics
9,试验区,试验区,Test District,district,,0,
9-D01,试验区教育局,区教育局,Education Bureau,department,9,1,学位;学校
9-D02,试验区发展和改革局,区发改局,Development and Reform,department,9,2,地区生产总值
"""
HOLIDAYS = "date,kind,name\n2025-01-01,holiday,元旦\n"
REPORT = """# 试验区2025年计划

## 一、2024年计划执行情况

——地区生产总值增长5.2%;

## 二、2025年主要预期目标

——地区生产总值增长6%;

## 三、2025年重点任务

1.办好教育。全年新增公办学位3000个。深化集团化办学改革。
"""
MEMBERS = """username,name,name_en,title,unit,role,phone
t-planner,甲,A,,9-D02,planner,
t-head,乙,B,,9-D01,unit_head,
t-officer,丙,C,,9-D01,officer,
"""
DEMO = """
[demo]
begins_at = "2025-01-06T09:00:00+08:00"
starts_at = "2025-09-26T09:00:00+08:00"
members = "members.csv"
story = "story.toml"
filings = "filings.csv"
"""
STORY = """
[[act]]
at = "2025-02-18 09:20"
by = "t-planner"
do = "confirm"
of = "新增公办学位3000个"

[[act]]
at = "2025-02-24 09:00"
by = "t-planner"
do = "assign"
of = "新增公办学位3000个"
unit = "9-D01"

[[act]]
at = "2025-03-03 09:00"
by = "t-planner"
do = "activate_ready"
"""
FILINGS = """of,period,value,status,filed,reviewed,signed_off,returned,reason,note
新增公办学位3000个,2025-03,900,final,2025-04-03 10:00,2025-04-07 11:00,2025-04-08 15:00,,,演示
"""
FILES = {
    "district.toml": TOML,
    "units.csv": UNITS,
    "report.md": REPORT,
    "calendars/2025.csv": HOLIDAYS,
    "members.csv": MEMBERS,
    "story.toml": STORY,
    "filings.csv": FILINGS,
}
MakeFolder = Callable[..., DistrictFolder]


@pytest.fixture
def folder(tmp_path: Path) -> MakeFolder:
    """`folder({"units.csv": "..."})`: the small district with some of its files changed.

    With `demo=True` its people have done something. Called again it rewrites the same folder.
    """

    def make(changes: dict[str, str] | None = None, *, demo: bool = False) -> DistrictFolder:
        files = {**FILES, **(changes or {})}
        if demo and "district.toml" not in (changes or {}):
            files["district.toml"] = TOML + DEMO
        for name, text in files.items():
            path = tmp_path / "district" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return read_folder(tmp_path / "district")

    return make


@pytest.fixture(autouse=True)
def var(tmp_path: Path, settings: object) -> Path:
    """Each test's own place for log-ins."""
    place = tmp_path / "var"
    place.mkdir()
    settings.VAR = place  # type: ignore[attr-defined]  # pytest-django's settings take any name
    return place
