"""Files into the registers: laboratory findings a column an item, sections, estates; who may."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from district.systems.environment.models import (
    Estate,
    RiverSection,
    SectionMonth,
    WaterSample,
    WaterValue,
)
from district.systems.environment.tests.conftest import People, section

pytestmark = pytest.mark.django_db


def upload(client: Client, key: str, text: str) -> Any:
    """What the preview of a file answers."""
    file = SimpleUploadedFile("f.csv", text.encode())
    return client.post(reverse("register_import", args=[key]), {"file": file})


def brought_in(client: Client, key: str, text: str) -> None:
    """Upload and confirm."""
    answer = upload(client, key, text)
    assert answer.status_code == 302, answer.content.decode()
    assert client.post(f"{answer['Location']}commit/").status_code == 302


SECTIONS = """编号,名称,河流,目标类别,街道,责任单位,纳入考核,代表河长
S-1,一号断面,东河,Ⅲ类,901,9-D21,是,2.5
S-2,二号断面,东河,4,901,9-D21,,
"""
SAMPLES = """断面编号,采样日期,报告编号,溶解氧,高锰酸盐指数,氨氮,总磷,汞
S-1,2025-08-05,B-1,6.2,3,1.3,0.1,<0.00004
"""


def test_sections_and_their_laboratory_findings_come_by_file(people: People) -> None:
    client = people.client("bureau")
    brought_in(client, "environment-sections", SECTIONS)
    assert list(RiverSection.objects.values_list("code", "target", "assessed")) == [
        ("S-1", "3", True),
        ("S-2", "4", True),
    ]
    brought_in(client, "environment-samples", SAMPLES)
    values = {row.item: (row.value, row.below) for row in WaterValue.objects.all()}
    assert values["hg"] == (Decimal("0.00002"), True)
    assert values["nh3n"] == (Decimal("1.3"), False)
    month = SectionMonth.objects.get(is_current=True, span="month")
    assert (month.water_class, month.meets, month.failing_words) == ("4", False, "氨氮")
    # The same file changes nothing; a corrected value is a vintage.
    brought_in(client, "environment-samples", SAMPLES)
    assert WaterSample.objects.count() == 1
    brought_in(client, "environment-samples", SAMPLES.replace(",1.3,", ",0.3,"))
    assert list(WaterSample.objects.order_by("number").values_list("is_current", flat=True)) == [
        False,
        True,
    ]
    assert SectionMonth.objects.get(is_current=True, span="month").meets is True


def test_what_is_no_concentration_is_told_by_row_and_nothing_is_written(people: People) -> None:
    section("S-1")
    client = people.client("bureau")
    answer = upload(client, "environment-samples", SAMPLES.replace(",1.3,", ",少量,"))
    assert answer.status_code == 302
    client.post(f"{answer['Location']}commit/")
    page = client.get(answer["Location"]).content.decode()
    assert "“少量”不是浓度" in page
    assert not WaterSample.objects.exists()


def test_streets_bring_in_their_own_estates_and_no_others(people: People) -> None:
    rows = "编号,名称,街道,责任单位,创建状态,验收日期\nX-1,桥头苑,901,901,已验收,2025-08-01\n"
    brought_in(people.client("east"), "environment-estates", rows)
    assert Estate.objects.get().accepted_on is not None
    foreign = people.client("west")
    answer = upload(foreign, "environment-estates", rows.replace("桥头苑", "西苑"))
    foreign.post(f"{answer['Location']}commit/")
    assert Estate.objects.get().name == "桥头苑"
    answer = upload(people.client("viewer"), "environment-estates", rows)
    assert answer.status_code == 403
