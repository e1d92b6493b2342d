"""Numbers on pages: the address that opens a number's rows, and its recount."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from django.urls import get_script_prefix, get_urlconf, reverse

from district.kernel.conditions.public import to_text
from district.kernel.registers.declaration import Figure
from district.kernel.registers.rules import plain_number


def figure_url(figure: Figure) -> str:
    """The list that `figure` was counted from; with `format=json` it answers the recount."""
    where = figure.where if isinstance(figure.where, str) else to_text(figure.where)
    parameters = {
        "where": where,
        "figure": "1",
        "aggregate": figure.aggregate,
        "figure.value": plain_number(figure.value),
        "figure.unit": str(figure.unit),
        "figure.label": str(figure.label),
    }
    query = "&".join(f"{name}={_quoted(text)}" for name, text in parameters.items() if text)
    return f"{_list(figure.register_key, get_urlconf(), get_script_prefix())}?{query}"


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    """A page's figures differ in their values alone from those of the page before."""
    return quote_plus(text)


@lru_cache(maxsize=256)
def _list(key: str, urlconf: str | None, prefix: str) -> str:
    """The address of a register's list; a page has hundreds of figures of a few registers."""
    return reverse("register_list", urlconf=urlconf, args=[key])


def figure_context(figure: Figure) -> dict[str, Any]:
    """What a template needs of a figure: url, value, plain (for data-value), unit, label."""
    return {
        "figure": figure,
        "url": figure_url(figure),
        "value": figure.value,
        "plain": plain_number(figure.value),
        "unit": figure.unit,
        "label": figure.label,
        "aggregate": figure.aggregate,
    }
