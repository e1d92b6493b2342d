"""Columns of units that systems share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from district.kernel.organisation.public import Level, units
from district.kernel.registers.declaration import Field

_LEVELS = (Level.DISTRICT, Level.DEPARTMENT, Level.STREET)


def unit_field(key: str, label: Any, path: str = "", **more: Any) -> Field:
    """A column of a unit with all below it, by its short name; `path` leads to the unit's row
    where it is not called as the column is. Further arguments are `Field`'s."""
    path = path or key
    return Field(
        key,
        label,
        "code",
        path=f"{path}__path",
        hierarchy="path",
        code_path=f"{path}_id",
        display=(f"{path}__short_name", f"{path}__name"),
        display_en=f"{path}__name_en",
        options=_options,
        **more,
    )


def _options() -> Iterable[tuple[str, str]]:
    return [(unit.path, unit.display_short) for unit in units() if unit.level in _LEVELS]
