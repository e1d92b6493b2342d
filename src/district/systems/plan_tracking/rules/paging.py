"""A long report is read page by page: its parts, and where a part is long, that part's items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: A part longer than this is cut into its own sections, in characters.
LONGEST_PAGE = 6_000
#: A piece shorter than this joins the piece behind it: a lone heading is no page.
SHORTEST_PAGE = 400


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the report; `start`:`end` spans what it governs, itself included."""

    key: int
    title: str
    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Page:
    """A readable stretch of the report: `text[start:end]`, named by its first heading."""

    number: int
    title: str
    start: int
    end: int


def pages_of(headings: Sequence[Heading], length: int) -> list[Page]:
    """Cut a text of `length` characters into pages that follow each other without a gap.

    Every heading below the longest page's size stays whole; a longer one is cut at the headings
    in it. A text without headings is one page.
    """
    ordered = sorted(headings, key=lambda h: (h.start, -h.end, h.key))
    cuts = _cuts(ordered, 0, length)
    starts = sorted({0, *(cut for cut, _ in cuts)})
    titles: dict[int, str] = {}
    for cut, title in cuts:
        titles.setdefault(cut, title)
    pieces = [
        (start, end, titles.get(start, ""))
        for start, end in zip(starts, [*starts[1:], length], strict=True)
        if end > start
    ]
    return _numbered(_joined(pieces))


def _cuts(headings: Sequence[Heading], start: int, end: int) -> list[tuple[int, str]]:
    """Where pages begin within `start`:`end`, with the title of each."""
    cuts: list[tuple[int, str]] = []
    at = start
    for place, heading in enumerate(headings):
        if heading.start < at or heading.start >= end:
            continue
        until = min(heading.end, end)
        cuts.append((heading.start, heading.title))
        inside = [h for h in headings[place + 1 :] if h.start < until]
        if until - heading.start > LONGEST_PAGE and inside:
            cuts += _cuts(inside, heading.start + 1, until)
        at = max(until, heading.start + 1)
    return cuts


def _joined(pieces: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Short pieces joined to the piece behind them, the last one to the piece before."""
    joined: list[tuple[int, int, str]] = []
    waiting: tuple[int, str] | None = None
    for start, end, title in pieces:
        first, name = (start, title) if waiting is None else waiting
        if end - first < SHORTEST_PAGE:
            waiting = (first, name or title)
            continue
        joined.append((first, end, name or title))
        waiting = None
    if waiting is not None and pieces:
        if joined:
            start, _end, title = joined.pop()
            joined.append((start, pieces[-1][1], title))
        else:
            joined.append((waiting[0], pieces[-1][1], waiting[1]))
    return joined


def _numbered(pieces: Sequence[tuple[int, int, str]]) -> list[Page]:
    return [Page(at, title, start, end) for at, (start, end, title) in enumerate(pieces, 1)]


def page_at(pages: Sequence[Page], offset: int) -> Page | None:
    """The page that holds the character at `offset`; the first where none does."""
    return next((page for page in pages if page.start <= offset < page.end), None) or next(
        iter(pages), None
    )
