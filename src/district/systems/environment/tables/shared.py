"""Columns that the registers of environment share."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from district.kernel.organisation.public import Scope
from district.kernel.registers.public import (
    Field,
    code_and_name,
    community_field,
    row_page,
    row_subject,
    street_field,
    unit_field,
)
from district.systems.environment.standards import edition_of, worded

street, community, page = street_field, community_field, row_page


def head() -> tuple[Field, ...]:
    """Code and name, street and unit of a place."""
    return (
        *code_and_name(),
        street(import_as=True, required=True),
        unit_field("lead_unit", _("责任单位"), import_as=True, required=True),
    )


def tail() -> tuple[Field, ...]:
    """Whether it is in use, and where it lies."""
    return (
        Field("active", _("在用"), "boolean", path="is_active", default=False, import_as=True),
        Field("lon", _("经度"), "decimal", default=False, import_as=True),
        Field("lat", _("纬度"), "decimal", default=False, import_as=True),
    )


def thing() -> Field:
    """The thing whose datastreams tell of a place."""
    return Field(
        "thing",
        _("设备编号"),
        path="thing__code",
        default=False,
        import_as=True,
        kind="reference",
        help=_("感知设备中的编号；没有自动监测的留空"),
    )


def vintage(kind: str) -> tuple[Field, ...]:
    """By which edition, which vintage, when computed."""

    def words(key: str) -> str:
        edition = edition_of(kind, key)
        return worded(edition) if edition is not None else key

    return (
        Field("standard", _("标准"), "code", label_of=words, default=False),
        Field("number", _("版次"), "integer", default=False),
        Field("computed_at", _("计算时间"), "datetime", default=False),
    )


def current(rows: Any) -> Any:
    """The newest vintage of everything; earlier ones stand on its page."""
    return rows.filter(is_current=True)


def subject(kind: str) -> Any:
    """How history calls a row."""
    return row_subject(f"environment.{kind}")


def of_place(scope: Scope) -> Any:
    """Rows of a unit's own places, and of those in its street."""
    return scope.q("lead_unit", co_units="street_unit")
