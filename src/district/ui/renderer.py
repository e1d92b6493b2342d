"""How forms are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.timezone import template_localtime  # type: ignore[attr-defined]  # it is there, and the stubs leave it out

_SELECT = "django/forms/widgets/select.html"


class Renderer(DjangoTemplates):
    """Django's own, but for lists to choose from: two templates for each of a hundred units take
    longer than all else of a page. What is drawn is the same, to the letter."""

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> str:
        """The widget or form as HTML."""
        if template_name == _SELECT:
            return _select(context["widget"])
        return super().render(template_name, context, request)


def _select(widget: Mapping[str, Any]) -> SafeString:
    drawn = [f'<select name="{_escaped(widget["name"])}"{_attributes(widget["attrs"])}>']
    for group, options, _index in widget["optgroups"]:
        if group:
            drawn.append(f'\n  <optgroup label="{_shown(group)}">')
        drawn += [_option(option) for option in options]
        if group:
            drawn.append("\n  </optgroup>")
    return SafeString("".join([*drawn, "\n</select>"]))


def _option(option: Mapping[str, Any]) -> str:
    value, attributes = _escaped(option["value"]), _attributes(option["attrs"])
    return f'\n  <option value="{value}"{attributes}>{_shown(option["label"])}</option>\n'


def _attributes(attributes: Mapping[str, Any]) -> str:
    return "".join(
        f" {_escaped(name)}" + ("" if value is True else f'="{_escaped(value)}"')
        for name, value in attributes.items()
        if value is not False
    )


def _shown(words: Any) -> str:
    """As a template shows a value."""
    if isinstance(words, str):
        return _escaped(words)
    return conditional_escape(localize(template_localtime(words)))


def _escaped(text: Any) -> str:
    """As Django escapes it; what is plain text, which nearly all is, without the detour for what
    may be translated later."""
    return escape(text) if type(text) is str else conditional_escape(text)
