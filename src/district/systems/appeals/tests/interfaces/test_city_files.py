"""City orders by file: previewed, checked as a whole, written or not; and by reading a list."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from district.kernel.cases.public import Case, CaseStep
from district.systems.appeals.city.models import CityPlatform, CityRefusal
from district.systems.appeals.city.services import pull_orders
from district.systems.appeals.tests.interfaces.city_server import CityServer
from district.systems.appeals.tests.interfaces.conftest import GOOD, People

pytestmark = pytest.mark.django_db
Browser = Callable[[Any], Client]

HEAD = "工单号,来源平台,办理时限,诉求内容,受理时间,事项编码,地点,反映人,联系电话"


def _upload(page: Client, *lines: str, name: str = "orders.csv") -> Any:
    content = "\n".join([HEAD, *lines]).encode()
    answer = page.post(
        "/registers/appeals-orders/import/", {"file": SimpleUploadedFile(name, content)}
    )
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return page.get(answer["Location"]), answer["Location"]


LINE = "G1,12345,2025-09-25 18:00,桥头路口垃圾没人清,2025-09-22 08:30,01,桥头路口,张三,13800138000"


def test_a_file_is_previewed_then_written_and_the_same_file_changes_nothing(
    hotline: CityPlatform, people: People, browser_of: Browser
) -> None:
    page = browser_of(people.desk)
    shown, address = _upload(page, LINE, LINE.replace("G1", "G2").replace("张三,13800138000", ","))
    assert "确认导入 2 条" in shown.content.decode()
    assert Case.objects.count() == 0
    page.post(address + "commit/")
    assert "新增 2 条" in page.get(address).content.decode()
    assert {case.source_number for case in Case.objects.all()} == {"G1", "G2"}
    assert Case.objects.get(source_number="G2").is_anonymous
    shown, _address = _upload(page, LINE, LINE.replace("G1", "G2").replace("张三,13800138000", ","))
    assert "完全一致" in shown.content.decode()


def test_a_file_updates_what_changed_and_a_repeated_update_is_no_change(
    hotline: CityPlatform, people: People, browser_of: Browser
) -> None:
    page = browser_of(people.desk)
    page.post(_upload(page, LINE)[1] + "commit/")
    longer = LINE.replace("没人清", "没人清，已经五天了").replace("09-25", "09-24")
    shown, address = _upload(page, longer)
    assert "确认导入 1 条" in shown.content.decode()
    page.post(address + "commit/")
    step = CaseStep.objects.get(action="supplement")
    assert "已经五天了" in step.text
    assert Case.objects.count() == 1
    assert "完全一致" in _upload(page, longer)[0].content.decode()


def test_one_bad_row_and_nothing_of_the_file_is_written(
    hotline: CityPlatform, people: People, browser_of: Browser
) -> None:
    page = browser_of(people.desk)
    shown, address = _upload(
        page,
        LINE,
        LINE.replace("G1", "G2").replace("13800138000", "12"),
        LINE.replace("G1", "G3").replace("12345", "某热线"),
        LINE.replace("G1", "G4").replace(",01,", ",99,"),
        LINE.replace("G1", "G5").replace("桥头路口垃圾没人清", ""),
    )
    text = shown.content.decode()
    for words in ("联系电话不对", "没有名为“某热线”的来源平台", "事项清单中没有这个事项"):
        assert words in text
    assert "有 4 处需要更正" in text
    assert page.post(address + "commit/").status_code == 409
    assert Case.objects.count() == 0


def test_the_template_names_every_column(
    hotline: CityPlatform, people: People, browser_of: Browser
) -> None:
    from python_calamine import CalamineWorkbook

    answer = browser_of(people.desk).get("/registers/appeals-orders/import/template/")
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer)))
    head = book.get_sheet_by_index(0).to_python()[0]
    assert [str(cell).removesuffix("*") for cell in head[:4]] == [
        "工单号",
        "来源平台",
        "办理时限",
        "诉求内容",
    ]
    assert "联系电话" in head


def test_only_the_desk_that_orders_come_to_may_import(
    hotline: CityPlatform, people: People, browser_of: Browser
) -> None:
    for actor in (people.east, people.viewer, people.auditor, people.admin):
        assert browser_of(actor).get("/registers/appeals-orders/import/").status_code == 403
    page = browser_of(people.street_desk)
    page.post(_upload(page, LINE)[1] + "commit/")
    assert Case.objects.count() == 0


def test_a_list_is_pulled_to_its_end_and_read_on_from_there(
    linked: CityPlatform, city: CityServer
) -> None:
    city.orders = [{**GOOD, "number": f"P{at}"} for at in range(5)]
    city.orders[2]["phone"] = "12"
    assert pull_orders(linked.pk) == {"created": 4, "refused": 1}
    assert len(city.calls) == 3
    assert CityRefusal.objects.get().number == "P2"
    city.orders += [{**GOOD, "number": "P2"}, {**GOOD, "number": "P5"}]
    assert pull_orders(linked.pk) == {"created": 2}
    assert Case.objects.count() == 6


@pytest.mark.parametrize("how", ["500", "drop", "lose", "rubbish", "redirect", "422"])
def test_a_pull_that_fails_says_why_loses_nothing_and_goes_on_the_next_time(
    linked: CityPlatform, city: CityServer, how: str
) -> None:
    city.orders = [{**GOOD, "number": f"P{at}"} for at in range(4)]
    city.plan.extend(["ok", how])
    assert pull_orders(linked.pk) == {"created": 2}
    linked.refresh_from_db()
    assert linked.last_error
    assert linked.cursor == "2"
    assert pull_orders(linked.pk) == {"created": 2}
    linked.refresh_from_db()
    assert linked.last_error == ""
    assert Case.objects.count() == 4


def test_the_key_is_kept_encrypted_and_shown_to_the_platform_alone(
    linked: CityPlatform, city: CityServer, people: People, browser_of: Browser
) -> None:
    assert city.secret not in linked.secret
    page = browser_of(people.admin).get(f"/appeals/city/platforms/{linked.pk}/")
    assert city.secret not in page.content.decode()
    city.secret = "another"  # noqa: S105  # the stand-in changed its mind
    pull_orders(linked.pk)
    linked.refresh_from_db()
    assert "401" in linked.last_error
