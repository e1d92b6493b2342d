"""What the registers share: columns of units and places, addresses, subjects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.history.public import Subject
from district.kernel.registers.public import Field, street_codes, unit_field


def page(name: str) -> Callable[[Mapping[str, Any]], str]:
    """The address of a row's own page."""

    def url(values: Mapping[str, Any]) -> str:
        return reverse(name, args=[values["id"]])

    return url


def subject(kind: str) -> Callable[[Mapping[str, Any]], Subject]:
    """The reference of a row."""
    return lambda values: Subject(kind, str(values["id"]))


def street(path: str = "street_unit") -> Field:
    """The street, as a filter offers it."""
    return Field(
        "street",
        _("街道"),
        "code",
        path=f"{path}__code",
        display=f"{path}__short_name",
        display_en=f"{path}__name_en",
        options=street_codes,
    )


def community(path: str = "community_unit") -> Field:
    """The community, shown when asked for."""
    return Field(
        "community",
        _("社区"),
        "code",
        path=f"{path}__code",
        display=f"{path}__short_name",
        display_en=f"{path}__name_en",
        default=False,
    )


def code_and_name() -> tuple[Field, ...]:
    """The first columns of everything that is placed."""
    return (
        Field("code", _("编号"), search=True, import_as=True, required=True, kind="reference"),
        Field("name", _("名称"), search=True, import_as=True, required=True),
    )


def place_columns() -> tuple[Field, ...]:
    """Unit, street, community and point."""
    return (
        unit_field("lead_unit", _("管理单位"), import_as=True, required=True),
        street(),
        community(),
        Field("lon", _("经度"), "decimal", default=False, import_as=True, required=True),
        Field("lat", _("纬度"), "decimal", default=False, import_as=True, required=True),
    )
