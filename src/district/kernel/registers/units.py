"""Columns that name a unit, as most registers have one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from district.kernel.organisation.public import Level, units
from district.kernel.registers.declaration import Field

_LEVELS = (Level.DISTRICT, Level.DEPARTMENT, Level.STREET)


def _paths() -> Iterable[tuple[str, str]]:
    return [(unit.path, unit.display_short) for unit in units() if unit.level in _LEVELS]


def street_codes() -> Iterable[tuple[str, str]]:
    """The streets by their codes, as a filter offers them."""
    return [(unit.pk, unit.display_short) for unit in units(level=Level.STREET)]


def unit_field(key: str, label: Any, path: str = "", **more: Any) -> Field:
    """A column of a unit that is filtered with all below it.

    `path` is the foreign key of the row (the key itself where none is given); `more` is what
    `Field` takes besides.
    """
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
        options=_paths,
        **more,
    )
