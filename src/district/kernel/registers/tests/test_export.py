"""Registers out into files: what an export holds and refuses."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.test import Client

from district.kernel.history.public import Subject, events_of
from district.kernel.registers.declaration import Register
from district.kernel.registers.tests.conftest import MakeClient, add
from district.kernel.registers.tests.models import Site

URL = "/registers/sites/"
HEAD = "名称,编号,牵头单位,工人(人),投资额,开工日期,状态,达标,配合单位"


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.fixture
def planner(make_client: MakeClient) -> Client:
    return make_client("planner")


def test_csv_holds_the_filtered_list_in_words(planner: Client) -> None:
    add(
        "A1",
        light="red",
        lead_unit_id="901",
        workers=-5,
        amount=Decimal("12.50"),
        opened=date(2025, 9, 1),
    )
    add("A2", light="green")  # fmt: skip
    answer = planner.get(
        f"{URL}?format=csv&light=red&columns=light,code,lead_unit,workers,amount,opened"
    )
    assert "attachment" in answer["Content-Disposition"]
    data = content(answer)
    assert data.startswith(b"\xef\xbb\xbf")
    assert read_csv(data) == [
        ["名称", "状态", "编号", "牵头单位", "工人（人）", "投资额（亿元）", "开工日期"],
        ["工地A1", "滞后", "A1", "东街道", "-5", "12.5", "2025-09-01"],
    ]
    (event,) = events_of(Subject("registers.register", "sites"))
    assert (event.kind, event.data["rows"], event.data["format"]) == (
        "registers.exported",
        1,
        "csv",
    )


@pytest.mark.parametrize("name", ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"])
def test_no_text_becomes_a_formula(planner: Client, name: str) -> None:
    add("A1", name=name)
    row = read_csv(content(planner.get(f"{URL}?format=csv&columns=code")))[1]
    assert row == [f"'{name}", "A1"]
    book = openpyxl.load_workbook(
        io.BytesIO(content(planner.get(f"{URL}?format=xlsx&columns=code")))
    )
    cells = [cell for cells in book.active.iter_rows() for cell in cells]  # type: ignore[union-attr]  # a written book has an active sheet
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert name in [cell.value for cell in cells]


def test_xlsx_holds_numbers_and_dates_as_such(planner: Client) -> None:
    add("A1", workers=5, amount=Decimal("0.1"), opened=date(2025, 9, 1),
        checked_at=datetime(2025, 9, 1, 1, 0, tzinfo=UTC))  # fmt: skip
    data = content(planner.get(f"{URL}?format=xlsx&columns=workers,amount,opened,checked_at"))
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    values = [cell.value for cell in sheet[2]]
    assert values[:3] == ["工地A1", 5, 0.1]
    assert [str(value) for value in values[3:]] == ["2025-09-01 00:00:00", "2025-09-01 09:00:00"]


def test_a_list_too_long_for_one_file_is_refused_in_words(
    declared: Callable[..., Register], planner: Client
) -> None:
    declared(export_limit=1)
    add("A1")
    add("A2")
    answer = planner.get(f"{URL}?format=csv")
    assert answer.status_code == 422
    assert "超过一次导出的上限 1 条" in answer.content.decode()
    assert content(planner.get(f"{URL}?format=csv&columns=code&code=A2"))
    assert len(events_of(Subject("registers.register", "sites"))) == 1


def test_a_long_list_is_exported_whole_and_in_order(planner: Client) -> None:
    Site.objects.bulk_create(Site(code=f"{n:04}", name="某地") for n in range(1203))
    rows = read_csv(content(planner.get(f"{URL}?format=csv&columns=code,partners&sort=-code")))
    assert [row[1] for row in rows[1:]] == [f"{n:04}" for n in reversed(range(1203))]


# Import
