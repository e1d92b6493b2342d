"""Template tags that every page has: numbers, times, lights, icons."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from district.ui.signals import signal

register = template.Library()
register.simple_tag(signal)

MINUS = "\u2212"
NOTHING = "-"
_CLOSE = {"%", "‰", "℃", "°"}

# Cross, exclamation mark, tick, ring: the shape tells what the colour tells.
_SHAPES = {
    "red": (
        '<rect x="1.5" y="1.5" width="15" height="15" rx="1.5" fill="currentColor"/>'
        '<path class="light-mark" d="M6 6l6 6M12 6l-6 6"/>'
    ),
    "yellow": (
        '<path class="light-fill" d="M9 2L16.8 15.6H1.2Z"/>'
        '<path class="light-mark-dark" d="M9 6.8v4M9 13.2v.05"/>'
    ),
    "green": (
        '<circle cx="9" cy="9" r="7.75" fill="currentColor"/>'
        '<path class="light-mark" d="M5.4 9.3l2.5 2.5 4.7-5.2"/>'
    ),
    "none": '<circle cx="9" cy="9" r="6.5" fill="none" stroke="currentColor" stroke-width="2"/>',
}


def light_word(light: str) -> str:
    """The word of a light: 滞后, 预警, 正常, 无数据."""
    if light == "red":
        return pgettext("light", "滞后")
    if light == "yellow":
        return pgettext("light", "预警")
    return pgettext("light", "正常") if light == "green" else pgettext("light", "无数据")


@register.simple_tag
def light(value: str | None, kind: str = "", word: str = "") -> SafeString:
    """A light as shape, word and colour.

    `kind`: "" plain, "chip" on a tint, "lg" larger, "shape" with the word for screen readers
    only (where a column head names it and room is short), "bare" where the word stands beside
    it already. `word` replaces the word.
    """
    key = value if value in _SHAPES else "none"
    return _light(key, kind, conditional_escape(word) if word else "", get_language())


# A list draws one in each row, and there are but few.
@lru_cache(maxsize=500)
def _light(key: str, kind: str, escaped: str, language: str | None) -> SafeString:
    shown = SafeString(escaped) if escaped else conditional_escape(light_word(key))
    wording = {"shape": '<span class="sr-only">{}</span>', "bare": ""}.get(kind, "{}")
    text = format_html(wording, shown)
    extra = {"chip": " light-chip", "lg": " light-lg"}.get(kind, "")
    return format_html(
        '<span class="light light-{}{}" data-light="{}">'
        '<svg class="light-shape" viewBox="0 0 18 18" aria-hidden="true">{}</svg>{}</span>',
        key,
        extra,
        key,
        mark_safe(_SHAPES[key]),  # noqa: S308  # fixed drawings above
        text,
    )


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A Tabler outline icon from the sprite, hidden from screen readers."""
    return _drawn(name, css, _sprite())


@lru_cache(maxsize=1)
def _sprite() -> str:
    """The sprite's address, which is looked up in the manifest once."""
    return static("dist/icons.svg")


# A page draws some dozens of icons, most of them the same as on the page before.
@lru_cache(maxsize=500)
def _drawn(name: str, css: str, sprite: str) -> SafeString:
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        css,
        sprite,
        name,
    )


def exact(value: Any, places: int | None = None) -> str:
    """A number with thousands separators and no trailing zeros; `places` rounds half-even."""
    if value is None or value == "":
        return NOTHING
    try:
        figure = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not figure.is_finite():
        return NOTHING
    if places is not None:
        figure = round(figure, places)
    text = f"{figure:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in {"-0", "0"}:
        return "0"
    return text.replace("-", MINUS)


@register.filter
def number(value: Any, places: Any = None) -> str:
    """`{{ value|number }}` or `{{ value|number:2 }}`: exact, no trailing zeros, "-" for none."""
    return exact(value, int(places) if places not in (None, "") else None)


@register.filter
def signed(value: Any, places: Any = None) -> str:
    """Like `number`, with + before what is above zero: for growth and gaps."""
    text = number(value, places)
    positive = text not in {NOTHING, "0"} and not text.startswith(MINUS) and text[0].isdigit()
    return f"+{text}" if positive else text


@register.simple_tag
def quantity(value: Any, unit: str = "", places: int | None = None) -> SafeString:
    """A number with its unit in a quieter hand; percent stands close, other units apart."""
    text = exact(value, places)
    if not unit or text == NOTHING:
        return format_html('<span class="digits">{}</span>', text)
    css = "unit unit-close" if unit in _CLOSE else "unit"
    return format_html('<span class="digits">{}<span class="{}">{}</span></span>', text, css, unit)


@register.filter
def local_time(value: datetime | None) -> str:
    """A moment in the district's time zone, to the minute: 2025-09-26 09:00."""
    return timezone.localtime(value).isoformat(" ", "minutes")[:16] if value else NOTHING


@register.filter
def local_date(value: date | datetime | None) -> str:
    """A date, or the local date of a moment: 2025-09-26."""
    if value is None or value == "":
        return NOTHING
    day = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return day.isoformat()


@register.simple_tag
def moment(value: datetime | date | None) -> SafeString:
    """A `<time>` element: shown local, machine-readable in full."""
    if value is None:
        return SafeString(NOTHING)
    shown = local_time(value) if isinstance(value, datetime) else local_date(value)
    # Digits and signs alone, of which a list has a hundred: nothing there to escape.
    return SafeString(f'<time datetime="{value.isoformat()}" class="digits">{shown}</time>')


@register.filter
def days_left(value: date | datetime | None) -> str:
    """How far a deadline is, in words: 还有 3 天, 今天到期, 已超 2 天."""
    from district.kernel.base import clock

    if value is None:
        return ""
    day = timezone.localtime(value).date() if isinstance(value, datetime) else value
    left = (day - clock.today()).days
    if left > 0:
        words = ngettext("还有 %(days)d 天", "还有 %(days)d 天", left)
        return words % {"days": left}
    if left == 0:
        return _("今天到期")
    words = ngettext("已超 %(days)d 天", "已超 %(days)d 天", -left)
    return words % {"days": -left}


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """This page's query string with some parameters changed; an empty value takes one out."""
    parameters = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            parameters.pop(key, None)
        else:
            parameters[key] = str(value)
    text = parameters.urlencode()
    return f"?{text}" if text else "?"


@register.simple_tag
def sparkline(values: Any) -> dict[str, Any] | None:
    """Paths of a trend line in a 112 by 36 box: `line`, `area`, last point `x`, `y`.

    None where fewer than two values are known; a gap (None) is left out of the line.
    """
    known = [(at, float(v)) for at, v in enumerate(values or []) if v not in (None, "")]
    if len(known) < 2:
        return None
    low, high = min(v for _, v in known), max(v for _, v in known)
    span, last = (high - low) or 1.0, known[-1][0] - known[0][0]
    points = [
        (2 + (at - known[0][0]) / last * 106, 32 - (value - low) / span * 28) for at, value in known
    ]
    line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return {
        "line": line,
        "area": f"{line}L{points[-1][0]:.1f} 36L{points[0][0]:.1f} 36Z",
        "x": f"{points[-1][0]:.1f}",
        "y": f"{points[-1][1]:.1f}",
    }


@register.filter
def percent_of(value: Any, whole: Any) -> str:
    """`value` as percent of `whole`, kept between 0 and 100: the width of an SVG bar."""
    try:
        share = float(value) / float(whole) * 100
    except (TypeError, ValueError, ZeroDivisionError):
        return "0"
    return f"{min(max(share, 0.0), 100.0):.2f}"


@register.filter
def page_numbers(page: Any) -> list[int | None]:
    """Pages to offer around the present one; None stands for a gap."""
    last, now = page.paginator.num_pages, page.number
    wanted = sorted({1, 2, now - 1, now, now + 1, last - 1, last} & set(range(1, last + 1)))
    shown: list[int | None] = []
    for at, each in enumerate(wanted):
        if at and each - wanted[at - 1] == 2:
            shown.append(each - 1)
        elif at and each - wanted[at - 1] > 2:
            shown.append(None)
        shown.append(each)
    return shown


@register.simple_tag
def control(field: Any) -> SafeString:
    """A bound field's control with our classes and the ids of its hint and error."""
    classes = {
        "Select": "select",
        "SelectMultiple": "select",
        "Textarea": "textarea",
        "CheckboxInput": "checkbox",
    }
    widget = field.field.widget
    name = type(widget).__name__
    # Django gives the class of several boxes to what is around them, too; `.field` styles these.
    several = name in ("CheckboxSelectMultiple", "RadioSelect")
    attrs: dict[str, Any] = {} if several else {"class": classes.get(name, "input")}
    if name == "Textarea":
        attrs["rows"] = 4
    described = [f"{field.auto_id}_helptext"] if field.help_text else []
    if field.errors:
        attrs["aria-invalid"] = "true"
        described.append(f"{field.auto_id}_error")
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attrs)  # type: ignore[no-any-return]  # forms are untyped here


@register.filter
def chart_rows(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of the table that says what a chart shows: `name`, `cells` one a series, `low` and
    `high` of its band, None where it has none."""
    series, band = data.get("series", []), data.get("band") or {}
    return [
        {
            "name": name,
            "cells": [_at(each["values"], at) for each in series],
            "low": _at(band.get("low", ()), at),
            "high": _at(band.get("high", ()), at),
        }
        for at, name in enumerate(data.get("categories", []))
    ]


def _at(values: Any, at: int) -> Any:
    return values[at] if at < len(values) else None


@register.simple_tag
def map_words() -> str:
    """MapLibre's own words in the reader's language, as JSON."""
    return json.dumps(
        {
            "Map.Title": _("地图"),
            "NavigationControl.ZoomIn": _("放大"),
            "NavigationControl.ZoomOut": _("缩小"),
        },
        ensure_ascii=False,
    )


@register.filter
def goal_words(basis: str | None, comparator: str) -> str:
    """Basis and aim in front of a goal's number: 同比增长, 同比增长超过, 占比达到."""
    if basis == "yoy":
        asked = "" if comparator == "=" else aim(comparator)
        return f"{pgettext('goal', '同比增长')}{asked}"
    return f"{basis_word(basis)}{aim(comparator)}"


@register.filter
def aim(comparator: str) -> str:
    """What a target asks for, in front of its number: 达到, 超过, 不超过, 低于, 约."""
    words = {
        ">=": pgettext("target", "达到"),
        ">": pgettext("target", "超过"),
        "<=": pgettext("target", "不超过"),
        "<": pgettext("target", "低于"),
        "~": pgettext("target", "约"),
    }
    return words.get(comparator, pgettext("target", "为"))


@register.filter
def basis_word(basis: str | None) -> str:
    """The statistical basis of a number in words, empty where it needs none."""
    words = {
        "yoy": pgettext("basis", "同比"),
        "share": pgettext("basis", "占比"),
        "cumulative": pgettext("basis", "累计"),
        "flow": pgettext("basis", "新增"),
        "stock": pgettext("basis", "总量"),
    }
    return words.get(basis or "", "")


@register.filter
def figure_facts(figure: Any) -> Any:
    """A figure as `c-figure` draws it: with `url`, `value`, `unit`; a register's is resolved."""
    if hasattr(figure, "register_key"):
        from district.kernel.registers.public import figure_context

        return figure_context(figure)
    return figure


@register.simple_tag
def figure_link(figure: Any, label: str = "", places: int | None = None) -> SafeString:
    """A register's figure as `c-figure` draws it, for rows of which a page has hundreds.

    Its title is `label`, or what the figure is called and its value; it is printed to `places`.
    """
    facts = figure_facts(figure)
    value = facts["plain"]
    return format_html(
        '<a class="figure" href="{}" data-figure="{}" data-value="{}" title="{}">{}</a>',
        facts["url"],
        value,
        value,
        label or f"{facts['label']}: {value}",
        quantity(facts["value"], facts["unit"], places),
    )


@register.filter
def manuscript_shown(manuscript: Any, key: str) -> dict[str, Any]:
    """A document as `c-manuscript` draws it; `key` begins the ids of its charts."""
    from district.ui.manuscripts import shown

    return shown(manuscript, key)


@register.filter
def pairs(data: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Names and values of data whose names anybody may choose: `.items` would find one named so."""
    return list(data.items())


@register.filter
def who(actor: Any) -> str:
    """Who did something, as a page says it: a name; the product's own parts are 系统."""
    if actor.kind == "system" and actor.name in ("", actor.id):
        return _("系统")
    if actor.kind == "public":
        return actor.name or _("公众")
    return str(actor.name)
