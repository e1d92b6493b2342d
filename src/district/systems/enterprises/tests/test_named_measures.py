"""Measures that the catalogue names: holders of a kind of qualification, firms by their revenue."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from district.kernel.measures.public import StatPeriod, period_ending
from district.systems.enterprises.rules.catalogue import CatalogueError, settings_from
from district.systems.enterprises.selectors.catalogue import default_settings
from district.systems.enterprises.selectors.named_measures import (
    band_measures,
    qualification_measures,
)
from district.systems.enterprises.services.catalogue import put_catalogue
from district.systems.enterprises.services.qualifying import save_qualification
from district.systems.enterprises.tests.conftest import LOADER, MakeEnterprise

TODAY = period_ending(date(2025, 9, 22), "year_to_date")
BANDS: dict[str, Any] = {
    "service_unit": "9-D05",
    "industry_groups": [{"key": "building", "name": "建筑业", "codes": ["E47", "E50"]}],
    "revenue_bands": [
        {"key": "great", "name": "大", "group": "building", "least": 1000},
        {"key": "middle", "name": "中", "group": "building", "least": 100, "below": 1000},
    ],
}


def _values(key: str, period: StatPeriod) -> dict[str, Decimal]:
    every = {one.spec.key: one for one in (*qualification_measures(), *band_measures())}
    return dict(every[key].compute(period))


def test_holders_and_new_holders_of_a_kind_that_the_district_names(made: MakeEnterprise) -> None:
    kinds = [*default_settings()["qualifications"],
             {"key": "incubator", "name": "孵化器", "years": 1}]  # fmt: skip
    put_catalogue({"service_unit": "9-D05", "qualifications": kinds}, [], actor=LOADER)
    first, again = made(), made(street="902")
    for row, days in ((first, ["2025-03-01"]), (again, ["2023-02-01", "2025-04-01"])):
        for day in days:
            values = {"kind": "incubator", "issued_on": date.fromisoformat(day)}
            save_qualification(row.pk, values, actor=LOADER)
    assert _values("enterprises_with_incubator", TODAY) == {"901": 1, "902": 1, "9": 2}
    assert _values("enterprises_new_incubator", TODAY) == {"901": 1, "9": 1}
    last = period_ending(date(2024, 12, 31), "year_to_date")
    assert _values("enterprises_with_incubator", last) == {"9": 0}


def test_what_the_product_counts_itself_is_counted_once(people: Any) -> None:
    keys = {one.spec.key for one in qualification_measures()}
    assert "enterprises_new_listed" in keys
    assert not keys & {"enterprises_with_listed", "enterprises_new_specialised"}


def test_firms_lie_in_the_band_of_their_revenue_from_its_least_on(made: MakeEnterprise) -> None:
    put_catalogue(BANDS, [], actor=LOADER)
    made(industry="E47", revenue=Decimal(1000))
    made(industry="E501", revenue=Decimal("999.99"), street="902")
    made(industry="E50", revenue=Decimal(100))
    made(industry="E50", revenue=Decimal("99.99"))
    made(industry="C39", revenue=Decimal(5000))
    made(industry="E47", revenue=Decimal(5000), status="cancelled")
    made(industry="E47")
    assert _values("enterprises_band_great", TODAY) == {"901": 1, "9": 1}
    assert _values("enterprises_band_middle", TODAY) == {"901": 1, "902": 1, "9": 2}
    assert (
        _values("enterprises_band_middle", period_ending(date(2025, 8, 31), "year_to_date")) == {}
    )


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"group": "other"}, "revenue_bands.1.group"),
        ({"least": -1}, "revenue_bands.1.least"),
        ({"least": "1"}, "revenue_bands.1.least"),
        ({"least": None}, "revenue_bands.1.least"),
        ({"below": 1000}, "revenue_bands.1.below"),
        ({"below": True}, "revenue_bands.1.below"),
    ],
)
def test_a_band_that_cannot_be_is_refused_by_its_field(changed: Any, field: str) -> None:
    band = {**BANDS["revenue_bands"][0], **changed}
    with pytest.raises(CatalogueError) as refused:
        settings_from({**default_settings(), **BANDS, "revenue_bands": [band]})
    assert refused.value.field == field
