"""Parts of the shell that are the same on many pages, drawn once and kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from district.kernel.base.navigation import Link

register = template.Library()
#: So many drawings are kept in a process: entries by rights, the current one, language, template.
_MOST = 500
_kept: dict[tuple[Any, ...], tuple[list[Link], SafeString]] = {}


@register.simple_tag(takes_context=True)
def navigation(context: Mapping[str, Any], name: str) -> SafeString:
    """The template `name`, which shows nothing but the navigation of `shell` and fixed words.

    An entry is told by being the same object, so what was drawn holds on to its entries.
    """
    shell = context["shell"]
    links: list[Link] = shell["links"]
    seen = tuple((id(link.item), link.url, link.current) for link in links)
    key = (name, shell["language"], seen)
    known = _kept.get(key)
    if known is None:
        if len(_kept) >= _MOST:
            _kept.clear()
        known = _kept[key] = (links, render_to_string(name, {"shell": shell}))
    return known[1]
