"""Files of a register: what is understood, what is refused, what is written, what is not twice."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest

from district.kernel.base import clock
from district.kernel.base.errors import Invalid, NotPermitted
from district.kernel.conditions.public import parse
from district.kernel.history.public import Subject, events_of
from district.kernel.matching.public import population, try_condition
from district.systems.enterprises.importing.columns import head_of
from district.systems.enterprises.importing.files import parts_of
from district.systems.enterprises.importing.places import good_of, rejected_of
from district.systems.enterprises.models import (
    Enterprise,
    ImportRun,
    NameRecord,
    PastState,
    SourceRecord,
)
from district.systems.enterprises.names import IMPORT_RUN, POPULATION
from district.systems.enterprises.rules.facts import values_of
from district.systems.enterprises.rules.resolving import resolve
from district.systems.enterprises.selectors.sources import tellings_of
from district.systems.enterprises.services import imports
from district.systems.enterprises.services.imports import run_import, start_import
from district.systems.enterprises.services.telling import tell
from district.systems.enterprises.tables import schema
from district.systems.enterprises.tests.conftest import LOADER, MakeEnterprise, People, code_of
from district.testing.moments import standing

pytestmark = pytest.mark.django_db
Rows = Sequence[Mapping[str, Any]]


def as_csv(rows: Rows, encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def bring(
    content: bytes,
    name: str = "清单.csv",
    source: str = "market_registry",
    told_on: date = date(2025, 9, 1),
) -> ImportRun:
    started = start_import(
        name, [content], source=source, told_on=told_on, actor=LOADER, queued=False
    )
    return run_import(started)


def row(number: int, **other: Any) -> dict[str, Any]:
    return {"统一社会信用代码": code_of(number), "名称": f"深圳市第{number}有限公司", **other}


FULL = row(
    1,
    主体类型="企业", 登记状态="存续", 街道="东街道", 社区="桥头社区", 地址='大道"1"号', 行业="3921",
    规模="小型", 成立日期="2019年3月5日", 注册资本="1,200万元", 营业收入="0.5", 从业人数="12.0",
    研发费用占比="3.25%", 失信="否", 经度="114.25", 纬度="22.7",
)  # fmt: skip


def test_cells_are_understood_as_people_write_them(people: People) -> None:
    done = bring(as_csv([FULL], "gb18030"))
    assert (done.state, done.added, done.rejected) == ("done", 1, 0), done.problems
    found = Enterprise.objects.get()
    assert (found.street_unit_id, found.community_unit_id, found.lead_unit_id) == (
        "901", "901001", "901",
    )  # fmt: skip
    assert (found.industry, found.kind, found.size) == ("C3921", "company", "small")
    assert (found.capital, found.revenue, found.staff) == (Decimal(1200), Decimal("0.5"), 12)
    assert (found.established_on, found.is_dishonest) == (date(2019, 3, 5), False)
    assert (found.lon, found.address) == (Decimal("114.25"), '大道"1"号')
    record = SourceRecord.objects.get()
    assert record.values == values_of(found), "told as a form would tell it"


@pytest.mark.parametrize(
    ("column", "cell", "word"),
    [
        ("统一社会信用代码", "91440300000000001X", "校验位"),
        ("统一社会信用代码", "9144", "18位"),
        ("统一社会信用代码", "", "没有填写"),
        ("名称", "", "也没有名称"),
        ("街道", "南街道", "没有这一项"),
        ("行业", "C99", "行业代码"),
        ("成立日期", "2025-02-30", "不是日期"),
        ("成立日期", "2025-09-23", "还没有到"),
        ("从业人数", "1.5", "不是整数"),
        ("从业人数", "-1", "超出范围"),
        ("注册资本", "很多", "不是数字"),
        ("注册资本", "1.2345678", "小数"),
        ("注册资本", "99999999999999999999999", "超出范围"),
        ("失信", "可能", "看不懂"),
        ("经度", "", "一起填写"),
    ],
)
def test_a_wrong_cell_leaves_out_its_row_alone(
    people: People, column: str, cell: str, word: str
) -> None:
    done = bring(as_csv([{**FULL, column: cell}, {**FULL, **row(2)}]))
    assert (done.state, done.rows, done.added, done.rejected) == ("done", 2, 1, 1), done.problem
    assert [one["row"] for one in done.problems] == [2]
    assert word in done.problems[0]["problem"]
    assert done.problems[0]["remedy"]
    assert Enterprise.objects.get().code == code_of(2)


def test_rejected_rows_can_be_mended_and_sent_again(people: People) -> None:
    rows = [row(1, 地址="=1+1"), row(2, 地址="甲路"), row(1, 地址="乙路")]
    rows[1]["统一社会信用代码"] = "1"
    done = bring(as_csv(rows))
    assert (done.added, done.rejected) == (1, 2)
    assert "出现过" in done.problems[1]["problem"]
    text = rejected_of(done.pk).read_text(encoding="utf-8-sig")
    again = list(csv.DictReader(io.StringIO(text)))
    assert [one["_row"] for one in again] == ["3", "4"]
    again[0]["统一社会信用代码"] = code_of(2)
    mended = bring(as_csv(again))
    assert (mended.added, mended.changed, mended.rejected) == (1, 1, 0), mended.problems
    assert Enterprise.objects.get(code=code_of(1)).address == "乙路"


def test_formats_say_the_same(people: People, tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "code": [code_of(1), code_of(2)],
            "name": ["深圳市甲有限公司", "深圳市乙有限公司"],
            "established_on": [date(2020, 1, 2), None],
            "revenue": [12.1, None],
            "staff": [5, 7],
            "is_above_scale": [True, False],
        }
    )
    frame.write_parquet(tmp_path / "a.parquet")
    frame.write_excel(tmp_path / "a.xlsx")
    frame.write_csv(tmp_path / "a.csv")
    heads = []
    for name in ("a.parquet", "a.xlsx", "a.csv"):
        done = bring((tmp_path / name).read_bytes(), name)
        assert done.state == "done", done.problem
        heads.append((done.added, done.unchanged, done.rejected))
    assert heads == [(2, 0, 0), (0, 2, 0), (0, 2, 0)], "the second and third say nothing new"


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.csv", b"", "空"),
        ("a.csv", "统一社会信用代码,名称\n".encode(), "只有表头"),
        ("a.csv", "名称,从业人数\n甲公司,3\n".encode(), "统一社会信用代码"),
        ("a.csv", "统一社会信用代码,星座\n1,2\n".encode(), "星座"),
        ("a.xlsx", b"PK\x03\x04 no workbook", "打不开"),
        ("a.parquet", b"PAR1 nothing", "打不开"),
        ("a.pdf", b"%PDF-1.7", "只能导入"),
        ("a.csv", b"\xff\xfe\x80\x81\xff", "编码"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(
    people: People, name: str, content: bytes, word: str
) -> None:
    done = bring(content, name)
    assert done.state == "refused"
    assert word in done.problem
    assert not Enterprise.objects.exists()
    assert not good_of(done.pk).exists()


def test_a_second_source_is_weighed_against_the_first(people: People) -> None:
    with standing("2025-09-01 09:00"):
        bring(as_csv([row(1, 从业人数="10"), row(2, 从业人数="20"), row(3, 从业人数="")]))
    told = [row(at, 从业人数="99") for at in (1, 2, 3)]
    told[1]["名称"] = "深圳市改名有限公司"
    done = bring(as_csv(told), source="self")
    assert (done.added, done.changed, done.unchanged) == (0, 1, 2)
    known = dict(Enterprise.objects.values_list("code", "staff"))
    assert known == {code_of(1): 10, code_of(2): 20, code_of(3): 99}
    assert PastState.objects.get().values == {"staff": None}
    assert not NameRecord.objects.exists(), "who is trusted less renames nobody"


def test_a_later_file_of_the_same_source_changes_what_it_says_anew(people: People) -> None:
    with standing("2025-09-01 09:00"):
        bring(as_csv([row(1, 从业人数="10"), row(2, 从业人数="20")]))
    renamed = {**row(1), "名称": "深圳市新有限公司", "从业人数": "11"}
    done = bring(as_csv([renamed, row(2, 从业人数="20")]), told_on=date(2025, 9, 20))
    assert (done.changed, done.unchanged) == (1, 1)
    assert SourceRecord.objects.count() == 2, "one of an enterprise"
    assert set(SourceRecord.objects.values_list("told_on", flat=True)) == {date(2025, 9, 20)}
    assert [one.name for one in NameRecord.objects.all()] == ["深圳市第1有限公司"]
    older = bring(as_csv([row(1, 从业人数="1")]), told_on=date(2025, 8, 1))
    assert (older.changed, older.unchanged) == (0, 1), "an older word is no news"


def test_a_killed_worker_is_followed_by_one_that_writes_nothing_twice(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "BATCH", 2)
    rows = [row(at, 从业人数=str(at)) for at in range(1, 6)]
    content = as_csv(rows)
    run = start_import(
        "a.csv", [content], source="tax", told_on=date(2025, 9, 1), actor=LOADER, queued=False
    )

    def die(at: ImportRun) -> None:
        if at.rows_done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_import(run, die)
    left = imports.run_of(str(run.pk))
    assert left is not None
    assert (left.state, left.rows_done, Enterprise.objects.count()) == ("writing", 2, 2)
    run.rows_done = 0
    with pytest.raises(imports.Overtaken):
        run_import(run)
    done = run_import(left)
    assert (done.state, done.added, Enterprise.objects.count()) == ("done", 5, 5)
    events = events_of(Subject(IMPORT_RUN, str(run.pk)), limit=10)
    assert [(one.kind, one.data["added"]) for one in events] == [("enterprises.imported", 5)]
    assert events[0].data["sha256"] == done.file_sha256


def test_the_population_holds_what_came_in(people: People) -> None:
    few = parse("staff <= 10", schema())
    assert population(POPULATION).count == 0
    bring(as_csv([row(1, 从业人数="10"), row(2, 从业人数="20")]))
    assert try_condition(POPULATION, few, clock.today()).tally.holds == 1
    tell(Enterprise.objects.get(code=code_of(1)).pk, {"staff": 11}, actor=LOADER)
    assert try_condition(POPULATION, few, clock.today()).tally.holds == 0
    assert population(POPULATION).count == 2


def test_file_and_form_believe_the_same(people: People) -> None:
    """Whatever sources say in whatever order, an import shows what `resolve` says."""
    dice = Random(5)  # noqa: S311  # any order will do
    for _turn in range(12):
        source = dice.choice(["market_registry", "tax", "statistics", "self"])
        day = date(2025, 9, dice.randint(1, 20))
        rows = [
            row(
                at,
                从业人数=dice.choice(["", "1", "2", "3"]),
                营业收入=dice.choice(["", "5", "6.5"]),
            )
            for at in dice.sample(range(1, 7), 4)
        ]
        bring(as_csv(rows), source=source, told_on=day)
    for one in Enterprise.objects.all():
        believed = {key: found.value for key, found in resolve(tellings_of(one)).items()}
        assert values_of(one) == believed, one.code


def test_only_who_serves_enterprises_imports(people: People) -> None:
    for actor in (people.east, people.other, people.leader):
        with pytest.raises(NotPermitted):
            start_import(
                "a.csv", [b"x"], source="tax", told_on=date(2025, 9, 1), actor=actor, queued=False
            )
    with pytest.raises(Invalid) as refused:
        start_import("a.csv", [b"x"], source="tax", told_on=date(2025, 9, 23), actor=people.service)
    assert refused.value.field == "told_on"
    assert not ImportRun.objects.exists()


def test_a_run_that_no_task_will_bring_further_is_ended_in_words(people: People) -> None:
    run = start_import(
        "a.csv", [as_csv([row(1)])], source="tax", told_on=date(2025, 9, 1), actor=people.service
    )
    assert imports.end_left_imports(lambda: {str(run.pk)}, "停了") == 0
    assert imports.end_left_imports(set, "停了") == 1
    run.refresh_from_db()
    assert (run.state, run.problem) == ("refused", "停了")


def test_a_head_may_be_written_in_either_language() -> None:
    head = head_of(["Unified social credit code*", "名称", "Revenue (10,000 yuan)", "lon", "lat"])
    assert set(head.names) == {"code", "name", "revenue", "lon", "lat"}


def test_numbers_of_rows_are_those_of_the_sheet(made: MakeEnterprise, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(as_csv([row(1), {"统一社会信用代码": "", "名称": ""}, row(3)]))
    part = next(parts_of(path, "a.csv"))
    assert (part.first, part.frame.height) == (2, 3)
