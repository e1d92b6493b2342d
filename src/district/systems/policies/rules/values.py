"""Values of an enterprise as JSON keeps them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from district.kernel.conditions.public import Attribute, Schema


def plain_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """Values by attribute key for a JSON column: exact decimals and dates as texts."""
    return {key: _plain(value) for key, value in row.items()}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else sorted(value)


def typed_values(values: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
    """What `plain_values` wrote, as conditions take it; attributes that are gone are left out."""
    return {
        key: _typed(schema.by_key[key], value)
        for key, value in values.items()
        if key in schema.by_key
    }


def _typed(attribute: Attribute, value: Any) -> Any:
    if value is None:
        return None
    if attribute.type == "decimal":
        return Decimal(str(value))
    if attribute.type == "date":
        return date.fromisoformat(value)
    if attribute.type == "datetime":
        return datetime.fromisoformat(value)
    return value
