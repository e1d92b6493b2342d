"""Values of an enterprise as JSON keeps them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any


def plain_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """Values by attribute key for a JSON column: exact decimals and dates as texts."""
    return {key: _plain(value) for key, value in row.items()}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else sorted(value)
