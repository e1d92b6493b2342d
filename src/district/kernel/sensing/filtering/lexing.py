"""A filter's text as tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from district.kernel.sensing.filtering.tree import FilterError

# A plus in an address arrives as a space, so a zone may begin with one.
_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
    | (?P<geography>geography'[^']*')
    | (?P<duration>duration'[^']*')
    | (?P<string>'(?:[^']|'')*')
    | (?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+\- ]\d\d:\d\d))
    | (?P<date>\d{4}-\d\d-\d\d)(?![\w:])
    | (?P<time>\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(?![\w:])
    | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])
    | (?P<name>[^\W\d][\w.]*|@iot\.\w+)
    | (?P<mark>[(),/\-])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    """One word of a filter: its kind, its text, where it begins (from 1)."""

    kind: str
    text: str
    at: int


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a filter, an `end` last; FilterError at what is none."""
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            if text[place] == "'" or text.startswith(("geography'", "duration'"), place):
                raise FilterError(_("引号没有成对。"), place + 1)
            raise FilterError(
                _("不认识“%(text)s”。") % {"text": text[place : place + 10]}, place + 1
            )
        kind = match.lastgroup or ""
        if kind != "space":
            yield Token(kind, match.group(), place + 1)
        place = match.end()
    yield Token("end", "", len(text) + 1)
