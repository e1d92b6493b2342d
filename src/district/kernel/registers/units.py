"""Columns that name a unit, as most registers have one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

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


def street_field(path: str = "street_unit", *, options: Any = street_codes, **more: Any) -> Field:
    """The street that a row lies in; `path` is its foreign key, `more` what `Field` takes besides.

    `options` are the streets that a filter offers.
    """
    return _area("street", _("街道"), path, options=options, **more)


def community_field(path: str = "community_unit", **more: Any) -> Field:
    """The community that a row lies in, as `street_field`."""
    return _area("community", _("社区"), path, **more)


def _area(key: str, label: Any, path: str, **more: Any) -> Field:
    return Field(
        key,
        label,
        "code",
        path=f"{path}__code",
        display=f"{path}__short_name",
        display_en=f"{path}__name_en",
        **more,
    )
