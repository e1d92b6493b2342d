"""Files into registers: preview, import, template."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.history.public import Actor, Subject, events_of
from district.kernel.registers import import_pages, jobs, services
from district.kernel.registers.declaration import Importing, Register
from district.kernel.registers.importing import files
from district.kernel.registers.importing.files import read_table
from district.kernel.registers.importing.problems import Unreadable
from district.kernel.registers.models import ImportRun
from district.kernel.registers.tests.conftest import IMPORT, MakeClient, add
from district.kernel.registers.tests.models import Site

URL = "/registers/sites/"
HEAD = "名称,编号,牵头单位,工人(人),投资额,开工日期,状态,达标,配合单位"


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.fixture
def planner(make_client: MakeClient) -> Client:
    return make_client("planner")


def upload(client: Client, data: str | bytes, name: str = "sites.csv") -> ImportRun:
    raw = data.encode() if isinstance(data, str) else data
    answer = client.post(f"{URL}import/", {"file": SimpleUploadedFile(name, raw)})
    assert answer.status_code == 302, answer.content.decode()
    return ImportRun.objects.get(pk=answer["Location"].strip("/").rpartition("/")[2])


def commit(client: Client, run: ImportRun) -> ImportRun:
    assert client.post(f"{URL}import/{run.pk}/commit/").status_code == 302
    run.refresh_from_db()
    return run


FILE = f"""{HEAD}
坂田学校,A1,901,5,12.5,2025/9/1,滞后,是,901001、902
东站广场,A2,902,"1,200",,2025年9月20日,green,否,
"""


def test_an_import_is_previewed_then_written_and_a_second_time_changes_nothing(
    planner: Client,
) -> None:
    run = upload(planner, FILE)
    assert (run.state, run.added, run.changed, run.problems) == ("checked", 2, 0, [])
    assert not Site.objects.exists()
    page = planner.get(f"{URL}import/{run.pk}/").content.decode()
    assert "坂田学校" in page
    assert "确认导入 2 条" in page
    commit(planner, run)
    assert (run.state, run.added) == ("done", 2)
    assert (bytes(run.content), run.preview) == (b"", [])
    one, two = Site.objects.order_by("code")
    lead = Site.objects.filter(pk=one.pk).values_list("lead_unit_id", flat=True).get()
    assert (one.name, lead, one.workers, one.amount) == (
        "坂田学校", "901", 5, Decimal("12.5")
    )  # fmt: skip
    assert (one.opened, one.light, one.safe) == (date(2025, 9, 1), "red", True)
    assert one.helpers == ["901001", "902"]
    assert (two.workers, two.amount, two.light, two.safe) == (1200, None, "green", False)
    (event,) = events_of(Subject("registers.sites", str(one.pk)))
    assert event.data["values"]["amount"] == "12.5"
    assert "导入新增" in planner.get(f"{URL}row/{one.pk}/").content.decode()

    again = upload(planner, FILE)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    assert "不需要导入" in planner.get(f"{URL}import/{again.pk}/").content.decode()

    third = commit(planner, upload(planner, FILE.replace("1,200", "7").replace("坂田学校", "坂田")))
    assert (third.state, third.changed) == ("done", 2)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.name, one.version, two.workers, two.amount) == ("坂田", 1, 7, None)


@pytest.mark.parametrize(
    ("row", "column", "problem", "remedy"),
    [
        (",A1,901,,,,,,", "名称", "没有填写", "请填写这一格"),
        ("甲,,901,,,,,,", "编号", "没有填写", "请填写这一格"),
        ("甲,A1,999,,,,,,", "牵头单位", "没有“999”", "请核对编码"),
        ("甲,A1,901,五,,,,,", "工人", "不能填“五”", "请填写数字，例如 12.5"),
        ("甲,A1,901,1.5,,,,,", "工人", "不能填“1.5”", "请填写整数，例如 12"),
        ("甲,A1,901,,0.0000001,,,,", "投资额", "不能填“0.0000001”", "小数不超过 6 位"),
        ("甲,A1,901,,1e30,,,,", "投资额", "不能填“1e30”", "数字过大，请换用更大的计量单位"),
        (
            "甲,A1,901,,,2025-02-30,,,",
            "开工日期",
            "不能填“2025-02-30”",
            "请写成 2025-09-30 这样的日期",
        ),
        ("甲,A1,901,,,,蓝灯,,", "状态", "不能填“蓝灯”", "可以填：滞后、预警、正常、无数据"),
        ("甲,A1,901,,,,,大概,", "达标", "不能填“大概”", "请填写 是 或 否"),
        ("乙,OLD,901,,,,,,\n丙,OLD,901,,,,,,", "编号", "与第 2 行重复", "请只留一行"),
    ],
)
def test_a_wrong_row_is_named_with_column_and_remedy_and_nothing_is_written(
    planner: Client, row: str, column: str, problem: str, remedy: str
) -> None:
    run = upload(planner, f"{HEAD}\n{row}\n好的,OK,901,,,,,,\n")
    assert run.state == "refused"
    number = 3 if "\n" in row else 2
    assert run.problems == [{"row": number, "column": column, "problem": problem, "remedy": remedy}]
    page = planner.get(f"{URL}import/{run.pk}/").content.decode()
    assert "什么都没有写入" in page
    assert remedy in page
    assert planner.post(f"{URL}import/{run.pk}/commit/").status_code == 409
    assert not Site.objects.exists()


@pytest.mark.parametrize(
    ("head", "column", "problem"),
    [
        ("名称", "编号", "缺少这一列"),
        ("名称,编号,颜色", "颜色", "没有这一列"),
        ("名称,编号,名称", "名称", "这一列出现了两次"),
    ],
)
def test_a_wrong_head_is_named(planner: Client, head: str, column: str, problem: str) -> None:
    run = upload(planner, f"{head}\n甲,A1,乙\n")
    assert (run.problems[0]["column"], run.problems[0]["problem"]) == (column, problem)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.csv", b"  \n ", "文件是空的"),
        ("a.csv", HEAD.encode(), "只有表头"),
        ("a.pdf", b"%PDF", "只能导入"),
        ("a.xlsx", b"PK\x03\x04 broken", "打不开"),
        ("a.xlsx", b"not a book", "打不开"),
        ("a.csv", b"\xff\xff\xff\xff", "文字编码"),
        ("a.csv", "名称,编号\n甲\0,A1".encode(), "打不开"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(
    planner: Client, name: str, data: bytes, words: str
) -> None:
    run = upload(planner, data, name)
    assert run.state == "refused"
    assert words in planner.get(f"{URL}import/{run.pk}/").content.decode()


def test_no_file_or_one_too_large_is_refused(
    planner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = planner.post(f"{URL}import/")
    assert answer.status_code == 422
    assert "还没有选择文件" in answer.content.decode()
    monkeypatch.setattr(import_pages, "MAX_BYTES", 10)
    answer = planner.post(f"{URL}import/", {"file": SimpleUploadedFile("a.csv", b"x" * 11)})
    assert "请拆成几个文件" in answer.content.decode()


def test_tables_of_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_ROWS", 2)
    with pytest.raises(Unreadable, match="最多导入 2 行"):
        read_table("a.csv", b"a\n1\n2\n3\n")


def test_files_of_excel_in_china_are_read(planner: Client) -> None:
    run = upload(planner, "名称;编号\n深圳湾;A1\n".encode("gb18030"))
    assert run.preview[0]["name"] == "深圳湾"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["名称", "编号", "牵头单位", "工人", "开工日期"])
    sheet.append(["深圳湾", 440307, 901, 12.0, datetime(2025, 9, 1)])  # noqa: DTZ001  # sheets have no zones
    file = io.BytesIO()
    book.save(file)
    run = commit(planner, upload(planner, file.getvalue(), "a.xlsx"))
    (site,) = Site.objects.values("code", "lead_unit_id", "workers", "opened")
    assert list(site.values()) == ["440307", "901", 12, date(2025, 9, 1)]


def test_what_was_exported_can_be_imported_again(planner: Client) -> None:
    add("A1", name="=1+1", light="red", workers=5, amount=Decimal("12.5"), lead_unit_id="901",
        opened=date(2025, 9, 1), safe=True, helpers=["901"], note="-")  # fmt: skip
    columns = "light,code,workers,amount,opened,safe,helpers,note"
    for kind in ("csv", "xlsx"):
        data = content(planner.get(f"{URL}?format={kind}&columns={columns}"))
        run = upload(planner, data, f"a.{kind}")
        assert (run.state, run.unchanged, run.problems) == ("checked", 1, [])


def test_rights_decide_on_every_row(make_client: MakeClient) -> None:
    head = make_client("unit_head", "901")
    add("W1", lead_unit_id="902")
    add("E1", lead_unit_id="901")
    taken = upload(head, "名称,编号\n我的,W1\n")
    assert "不在您可以导入的范围内" in taken.problems[0]["problem"]
    foreign = commit(head, upload(head, "名称,编号,牵头单位\n新的,N1,902\n"))
    assert (foreign.state, foreign.problems[0]["row"]) == ("refused", 2)
    nobody = commit(head, upload(head, "名称,编号\n新的,N1\n"))
    assert nobody.state == "refused"
    given_away = commit(head, upload(head, "名称,编号,牵头单位\n东,E1,902\n"))
    assert given_away.state == "refused"
    own = commit(head, upload(head, "名称,编号,牵头单位\n新的,N1,901001\n"))
    assert own.state == "done"
    assert set(Site.objects.values_list("code", "lead_unit_id")) == {
        ("W1", "902"), ("E1", "901"), ("N1", "901001")
    }  # fmt: skip


def test_who_may_not_import_cannot_reach_any_of_it(
    make_client: MakeClient, planner: Client
) -> None:
    run = upload(planner, FILE)
    viewer = make_client("viewer")
    assert "导入" not in viewer.get(URL).content.decode()
    for address in ("import/", "import/template/", f"import/{run.pk}/"):
        assert viewer.get(URL + address).status_code == 403
    assert viewer.post(f"{URL}import/{run.pk}/commit/").status_code == 403
    other = make_client("planner")
    assert other.get(f"{URL}import/{run.pk}/").status_code == 404
    assert other.post(f"{URL}import/{run.pk}/commit/").status_code == 404


def test_columns_that_a_member_may_not_see_cannot_be_imported(make_client: MakeClient) -> None:
    head = make_client("unit_head", "901")
    run = upload(head, "名称,编号,牵头单位,电话\n甲,A1,901,138\n")
    assert run.problems[0]["problem"] == "没有这一列"


def test_personal_values_stay_out_of_history(planner: Client) -> None:
    commit(planner, upload(planner, "名称,编号,电话\n甲,A1,13800000000\n"))
    site = Site.objects.get()
    assert site.phone == "13800000000"
    (event,) = events_of(Subject("registers.sites", str(site.pk)))
    assert event.data["personal"] == ["phone"]
    assert "138" not in str(event.data)


def test_a_part_may_save_rows_by_its_own_service(
    declared: Callable[..., Register], planner: Client
) -> None:
    def save(values: Any, existing: Site | None, actor: Actor) -> Site:
        if values["name"] == "坏":
            raise Invalid("name", "名称不能是“坏”", "请换一个名称")
        site = existing or Site(code=values["code"])
        site.name = values["name"].upper()
        site.save()
        return site

    declared(importing=Importing(IMPORT.key, key=("code",), save=save))
    refused = commit(planner, upload(planner, "名称,编号\nab,A1\n坏,A2\n"))
    assert refused.problems == [
        {"row": 3, "column": "名称", "problem": "名称不能是“坏”", "remedy": "请换一个名称"}
    ]
    assert not Site.objects.exists()
    commit(planner, upload(planner, "名称,编号\nab,A1\n"))
    assert Site.objects.get().name == "AB"


def test_a_part_may_check_rows_against_each_other(
    declared: Callable[..., Register], planner: Client
) -> None:
    def check(rows: list[Any]) -> dict[int, list[Invalid]]:
        total = sum(row["workers"] for row in rows)
        return (
            {len(rows) - 1: [Invalid("workers", f"合计 {total} 超过 10", "减到 10")]}
            if total > 10
            else {}
        )

    declared(importing=Importing(IMPORT.key, key=("code",), check=check))
    run = upload(planner, "名称,编号,工人\n甲,A1,6\n乙,A2,5\n")
    assert run.problems[0] == {
        "row": 3, "column": "工人", "problem": "合计 11 超过 10", "remedy": "减到 10"
    }  # fmt: skip


def test_what_changed_between_check_and_commit_is_noticed(planner: Client) -> None:
    run = upload(planner, "名称,编号,牵头单位\n甲,A1,901\n")
    add("A1", name="别人先建的")
    commit(planner, run)
    assert (run.state, run.added, run.changed) == ("done", 0, 1)


def test_a_run_is_written_once(planner: Client, make_actor: Callable[..., Actor]) -> None:
    run = upload(planner, FILE)
    actor = Actor("member", run.actor_id, run.actor_name)
    services.begin_commit(run, actor=actor)
    with pytest.raises(Conflict):
        services.begin_commit(ImportRun.objects.get(pk=run.pk), actor=actor)
    services.commit_import(run)
    services.commit_import(run)
    assert Site.objects.count() == 2


def test_a_long_file_is_left_to_the_worker(
    planner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_pages, "BACKGROUND_BYTES", 10)
    run = upload(planner, "名称,编号\n" + "".join(f"某地,{n}\n" for n in range(1100)))
    assert run.state == "checking"
    assert 'hx-trigger="every 2s"' in planner.get(f"{URL}import/{run.pk}/").content.decode()
    jobs.check_import.call(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.rows, run.rows_done) == ("checked", 1100, 1100)
    assert commit(planner, run).state == "writing"
    jobs.commit_import.call(str(run.pk))
    run.refresh_from_db()
    assert (run.state, Site.objects.count()) == ("done", 1100)


def test_a_failure_of_the_worker_is_told_on_the_page(
    planner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_pages, "BACKGROUND_BYTES", 10)
    run = upload(planner, FILE)

    def fail(*_arguments: Any) -> None:
        raise RuntimeError("disk")

    monkeypatch.setattr(services, "check_table", fail)
    with pytest.raises(RuntimeError):
        jobs.check_import.call(str(run.pk))
    assert "什么都没有写入" in planner.get(f"{URL}import/{run.pk}/").content.decode()


def test_a_file_that_nobody_confirms_is_forgotten(
    planner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = upload(planner, FILE)
    wrong = upload(planner, "名称,编号\n,A1\n")
    assert services.forget_old_imports() == 0
    later = clock.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert services.forget_old_imports() == 2
    run.refresh_from_db()
    wrong.refresh_from_db()
    assert (run.state, bytes(run.content), run.preview, wrong.problems) == ("refused", b"", [], [])
    assert "已过期" in planner.get(f"{URL}import/{run.pk}/").content.decode()


def test_the_template_has_the_columns_and_says_what_they_hold(planner: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content(planner.get(f"{URL}import/template/"))))
    sheet, hints = book.worksheets
    head = [cell.value for cell in sheet[1]]
    assert head[:5] == ["状态", "名称*", "编号*", "牵头单位", "工人（人）"]
    rows = {row[0]: row[2] for row in hints.iter_rows(values_only=True)}
    assert rows["状态"] == "可以填：滞后、预警、正常、无数据"
    filled = io.BytesIO()
    sheet.append(["滞后", "甲", "A1", "901", 5])
    book.save(filled)
    assert upload(planner, filled.getvalue(), "a.xlsx").added == 1
