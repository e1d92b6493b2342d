"""Templates: no headline number without its source, whether a demo shows it or not."""

from __future__ import annotations

import re
from pathlib import Path

from district.testing.reading import NUMBER_PLACES, PLAIN

SOURCES = Path(__file__).resolve().parents[2] / "src" / "district"
# What prints a number.
_PRINTED = re.compile(r"\{\{|\{% (?:quantity|moment)")
_STAT = re.compile(r"<c-(?:stat|indicator-card)\s[^>]*>")
_HEAD = r"<(?P<tag>[a-z]+)(?P<head>[^>]*\bclass=\"[^\"]*\b(?:" + "|".join(NUMBER_PLACES)
_PLACE = re.compile(_HEAD + r")\b[^>]*)>(?P<body>.*?)</(?P=tag)>", re.DOTALL)
_PLAIN = re.compile(r"\b(?:data-)?plain=\"([^\"]*)\"")


def templates() -> list[tuple[str, str]]:
    """Path and text of every template, without the page that shows the components themselves."""
    return [
        (path.relative_to(SOURCES).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(SOURCES.rglob("templates/**/*.html"))
        if path.name != "components.html"
    ]


def faults(text: str) -> list[str]:
    """Headline numbers of a template that neither open rows nor say why they have none."""
    found = [
        each.group(0)[:100]
        for each in _STAT.finditer(text)
        if ":of=" not in each.group(0) and not _says_why(each.group(0))
    ]
    for each in _PLACE.finditer(text):
        body = each.group("body")
        opens = "<c-figure" in body or "figure_link" in body
        if _PRINTED.search(body) and not opens and not _says_why(each.group("head")):
            found.append(each.group(0)[:100])
    return found


def _says_why(tag: str) -> bool:
    reason = _PLAIN.search(tag)
    return reason is not None and reason.group(1) in PLAIN


def test_every_headline_number_in_a_template_opens_its_rows() -> None:
    wrong = [f"{name}: {each}" for name, text in templates() for each in faults(text)]
    assert not wrong, "\n".join(wrong)


def test_a_bare_number_is_found() -> None:
    for bare in (
        '<c-stat label="x" :value="count" />',
        '<c-stat label="x" :value="count" plain="because" />',
        '<p class="stat-value">{{ count }}</p>',
        '<b class="stat-value digits">{% quantity count unit %}</b>',
        '<span class="heat-counts">{% for n in counts %}{{ n }}{% endfor %}</span>',
    ):
        assert faults(bare), bare
    for sound in (
        '<c-stat label="x" :of="figure" />',
        '<c-stat label="x" :value="count" plain="file" />',
        '<p class="stat-value"><c-figure :of="figure" /></p>',
        '<p class="stat-value" data-plain="row">{{ value }}</p>',
    ):
        assert not faults(sound), sound
