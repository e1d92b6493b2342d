"""What the templates of rules need: an entry of a table by a name that is put together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def at(table: Mapping[str, Any] | None, name: str) -> Any:
    """The entry of that name; "" where there is none."""
    return table.get(name, "") if table else ""
