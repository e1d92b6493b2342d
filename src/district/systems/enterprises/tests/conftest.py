"""A small district: a department that serves enterprises, two streets, a community."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from district.kernel.base.credit_code import check_character
from district.kernel.organisation.public import UnitRow
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.selectors.catalogue import forget_catalogue
from district.systems.enterprises.services.catalogue import put_catalogue
from district.systems.enterprises.services.telling import add_enterprise
from district.testing.people import LOADER as LOADER
from district.testing.people import People as People
from district.testing.people import small_district
from district.testing.remembered import remembered

UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("901001", "桥头社区", "community", "901", sort=1),
    UnitRow("902", "西街道", "street", "9", sort=2),
    UnitRow("9-D05", "企服中心", "department", "9", sort=3),
    UnitRow("9-D25", "市监局", "department", "9", sort=4),
)


def code_of(number: int) -> str:
    """A valid credit code of an invented entity."""
    first = f"91440300{number:09d}"
    return first + check_character(first)


AT = {
    "service": ("9-D05", "officer"),
    "other": ("9-D25", "officer"),
    "east": ("901", "officer"),
    "west": ("902", "officer"),
    "community": ("901001", "officer"),
    "leader": ("9", "leader"),
    "viewer": ("9", "viewer"),
}


@pytest.fixture
def people(db: None, settings: LazySettings, tmp_path: Path) -> Iterator[People]:
    """Units, catalogue, members; it is ten o'clock on 22 September 2025."""
    settings.MEDIA_ROOT = tmp_path
    settings.VAR = tmp_path
    forget_catalogue()
    with small_district(UNITS, AT) as found:
        remembered(_catalogue)
        yield found
    forget_catalogue()


def _catalogue() -> None:
    put_catalogue({"service_unit": "9-D05"}, [], actor=LOADER)


MakeEnterprise = Callable[..., Enterprise]


@pytest.fixture
def made(people: People) -> MakeEnterprise:
    """`made(name=..., revenue=..., source=..., told_on=...)`: an enterprise of the east street."""
    count = itertools.count(1)

    def make(
        source: str = "market_registry", told_on: Any = None, code: str = "", **given: Any
    ) -> Enterprise:
        number = next(count)
        values = {"name": f"深圳市试验{number}有限公司", "kind": "company", "status": "active",
                  "street": "901", **given}  # fmt: skip
        return add_enterprise(
            code or code_of(number), values, actor=LOADER, source=source, told_on=told_on
        )

    return make
