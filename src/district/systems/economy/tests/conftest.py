"""A small district with statistics: a bureau, a department, two streets, three industries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from district.kernel.measures.public import month_end
from district.kernel.organisation.public import UnitRow
from district.systems.economy.models import Series
from district.systems.economy.services.settings import put_settings
from district.systems.economy.services.values import Told, record_series_values
from district.testing.people import LOADER as LOADER
from district.testing.people import People as People
from district.testing.people import small_district

UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("902", "西街道", "street", "9", sort=2),
    UnitRow("9-D01", "发改局", "department", "9", sort=3),
    UnitRow("9-D02", "工信局", "department", "9", sort=4),
    UnitRow("9-D08", "统计局", "department", "9", sort=5),
)
AT = {
    "bureau": ("9-D08", "officer"),
    "industry": ("9-D02", "officer"),
    "planner": ("9-D01", "planner"),
    "street": ("901", "officer"),
    "leader": ("9", "leader"),
    "viewer": ("9", "viewer"),
}
INDUSTRIES = ("chips", "cars", "rest")
SETTINGS: dict[str, Any] = {
    "statistics_unit": "9-D08",
    "industries": [
        {"key": "chips", "label": "电子", "also": ["电子业"]},
        {"key": "cars", "label": "汽车"},
        {"key": "rest", "label": "其他"},
    ],
    "series": [
        {
            "key": "output", "name": "工业总产值", "name_en": "industrial output", "unit": "亿元",
            "dimensions": ["industry", "street"], "industries": list(INDUSTRIES),
            "lead_unit": "9-D02", "measure": "economy_output_growth",
        },
        {
            "key": "sales", "name": "零售总额", "unit": "亿元", "dimensions": ["street"],
            "lead_unit": "9-D02", "measure": "economy_sales",
        },
        {
            "key": "investment", "name": "固定资产投资", "unit": "亿元", "basis": "growth",
            "lead_unit": "9-D01",
        },
        {
            "key": "gdp", "name": "生产总值", "unit": "亿元", "frequency": "quarterly",
            "prices": "comparable", "lead_unit": "9-D01",
        },
    ],
    "layouts": [
        {
            "key": "month", "label": "产值月报", "series": "output", "dimension": "industry",
            "period_at": "A1", "unit_at": "A2", "heading": [3, 4],
            "columns": [
                {"kind": "value", "words": ["累计", "绝对量"]},
                {"kind": "growth", "words": ["累计", "增长"]},
            ],
        },
        {
            "key": "year", "label": "零售各月", "series": "sales", "shape": "year",
            "dimension": "street", "total": "全区", "period_at": "A1", "unit_at": "A2",
            "heading": [3, 3],
        },
        {
            "key": "main", "label": "主要指标月报", "shape": "indicators", "period_at": "A1",
            "heading": [2, 2], "unit_column": "B", "skip": ["用电量"],
            "columns": [
                {"kind": "value", "words": ["累计"]},
                {"kind": "growth", "words": ["增长"]},
            ],
            "indicators": [
                {"series": "gdp", "labels": ["生产总值"]},
                {"series": "output", "labels": ["工业总产值", "工业产值"]},
                {"series": "sales", "labels": ["零售总额"]},
                {"series": "investment", "labels": ["固定资产投资"]},
            ],
        },
    ],
}  # fmt: skip
#: How the year goes: what is done by the end of each month, in hundredths.
DONE = {2: 14, 3: 22, 4: 30, 5: 38, 6: 47, 7: 55, 8: 63, 9: 72, 10: 80, 11: 89, 12: 100}


@pytest.fixture(scope="module")
def district(django_db_setup: None, django_db_blocker: Any) -> Iterator[People]:
    """Units, members, series and two years of output, made once for a module; it is ten o'clock
    on 22 September 2025. What a test writes is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        with small_district(UNITS, AT) as people:
            put_settings(SETTINGS, actor=LOADER)
            for key in ("output", "sales"):
                record_year(key, 2024, Decimal(1000), Decimal(5), 12)
                record_year(key, 2025, Decimal(1060), Decimal(6), 8)
            yield people
        transaction.set_rollback(True)


@pytest.fixture
def people(district: People, db: None) -> People:
    """The members of the module's district."""
    return district


def record_year(key: str, year: int, whole: Decimal, growth: Decimal, months: int) -> None:
    """The bureau's year to date up to a month: the whole, industries 6:3:1, streets 7:3."""
    series = Series.objects.get(pk=key)
    told = []
    for month, done in DONE.items():
        if month > months:
            break
        value = whole * done / 100
        start, end = date(year, 1, 1), month_end(year, month)
        base = round(value * 100 / (100 + growth), 2)
        told.append(Told(start, end, value, growth, base))
        if "industry" in series.dimensions:
            for member, share in zip(INDUSTRIES, ("0.6", "0.3", "0.1"), strict=True):
                part = Decimal(share)
                told.append(Told(start, end, value * part, growth, base * part, industry=member))
        for street, share in (("901", "0.7"), ("902", "0.3")):
            part = Decimal(share)
            told.append(Told(start, end, value * part, growth, base * part, street=street))
    record_series_values(series, told, source="bureau", status="final", actor=LOADER)
