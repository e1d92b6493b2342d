"""The report reader: one page of a report's text with its statements and terms."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Q
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.measures.public import MeasureValue, latest_value
from district.kernel.organisation.public import root_code
from district.kernel.plan.public import (
    Commitment,
    Contradiction,
    Edition,
    EditionState,
    Link,
    Report,
    Statement,
    StatementKind,
    StatementState,
    Term,
    editions_of,
    report_by_id,
    sections_of,
    terms_of,
)
from district.systems.plan_tracking.rules import (
    Glossary,
    Heading,
    Page,
    Paragraph,
    marks_of,
    page_at,
    pages_of,
    paragraphs,
)

#: What a highlight needs of a statement; the rest is read when somebody opens it.
_MARKED = ("pk", "measure", "start", "end", "state", "kind", "flags")
#: An edition's headings and terms never change once it is compiled.
_KEPT = 3600


@dataclass(frozen=True, slots=True)
class Marked:
    """A highlighted statement: what its colour, underline and address need."""

    pk: UUID
    state: str
    kind: str
    flagged: bool


@dataclass(frozen=True, slots=True)
class OutlineRow:
    """A heading at the left: `page` holds it, `statements` counts those that it governs."""

    title: str
    depth: int
    page: int
    start: int
    statements: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a paragraph with what it refers to."""

    kind: str
    text: str
    statement: Marked | None = None
    term: Term | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph: `level` 0 is text, others are headings."""

    start: int
    level: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that the reader shows."""

    report: Report
    edition: Edition
    editions: tuple[Edition, ...]
    pages: tuple[Page, ...]
    page: Page | None
    outline: tuple[OutlineRow, ...]
    lines: tuple[Line, ...]
    counts: dict[str, int]
    terms: int

    @property
    def previous(self) -> Page | None:
        """The page before this one."""
        return self._beside(-1)

    @property
    def following(self) -> Page | None:
        """The page after this one."""
        return self._beside(1)

    def _beside(self, step: int) -> Page | None:
        if self.page is None:
            return None
        at = self.page.number + step
        return next((page for page in self.pages if page.number == at), None)


def chosen(editions: Sequence[Edition], number: int | None) -> Edition:
    """The edition asked for; else the current one, else the newest. NotFound for none."""
    if not editions:
        raise NotFound(_("这份报告还没有上传文件。"))
    if number is not None:
        found = next((row for row in editions if row.number == number), None)
        if found is None:
            raise NotFound(_("没有这一版报告。"))
        return found
    current = (row for row in editions if row.state == EditionState.CURRENT)
    return next(current, editions[0])


def headings_of(edition: Edition) -> list[Heading]:
    """The edition's headings in the order of the text; kept, since they never change."""
    found: list[Heading] | None = cache.get(f"plan_tracking.headings.{edition.pk}")
    if found is None:
        rows = sections_of(edition).order_by("start", "position")
        found = [
            Heading(position, title, level, start, end)
            for position, title, level, start, end in rows.values_list(
                "position", "title", "level", "start", "end"
            )
        ]
        if edition.compiled_at is not None:
            cache.set(f"plan_tracking.headings.{edition.pk}", found, _KEPT)
    return found


def glossary_of(edition: Edition) -> list[Term]:
    """The edition's glossary in the order of the text; kept like its headings."""
    found: list[Term] | None = cache.get(f"plan_tracking.terms.{edition.pk}")
    if found is None:
        found = list(terms_of(edition))
        if edition.compiled_at is not None:
            cache.set(f"plan_tracking.terms.{edition.pk}", found, _KEPT)
    return found


def names_of(terms: Sequence[Term]) -> dict[str, int]:
    """Every spelling of the terms with the place of its term."""
    names: dict[str, int] = {}
    for place, term in enumerate(terms):
        for name in (term.term, term.term.strip("“”"), *term.aliases):
            names.setdefault(str(name), place)
    return names


def reading(
    report_id: UUID | str,
    *,
    number: int | None = None,
    page: int | None = None,
    at: int | None = None,
) -> Reading:
    """One page of an edition: that of `page`, or the one that holds the character `at`."""
    report = report_by_id(report_id)
    editions = list(editions_of(report))
    edition = chosen(editions, number)
    text: str = Edition.objects.values_list("text", flat=True).get(pk=edition.pk)
    headings = headings_of(edition)
    pages = pages_of(headings, len(text))
    here = page_at(pages, at if at is not None else 0)
    if page is not None:
        here = next((each for each in pages if each.number == page), here)
    rows = list(Statement.objects.filter(edition=edition).order_by("start").values_list(*_MARKED))
    terms = glossary_of(edition)
    return Reading(
        report=report,
        edition=edition,
        editions=tuple(editions),
        pages=tuple(pages),
        page=here,
        outline=tuple(_outline(headings, pages, [row[2] for row in rows])),
        lines=tuple(_lines(text, here, rows, headings, terms)),
        counts=dict(Counter(row[4] for row in rows)),
        terms=len(terms),
    )


def _outline(
    headings: Sequence[Heading], pages: Sequence[Page], starts: Sequence[int]
) -> list[OutlineRow]:
    """The two upper levels of headings; `starts` of the statements ascend."""
    levels = sorted({heading.level for heading in headings})
    # A lone heading above everything is the report's title; it is no part of the outline.
    if levels and sum(1 for h in headings if h.level == levels[0]) == 1 and len(levels) > 1:
        levels = levels[1:]
    shown = levels[:2]
    rows = []
    for heading in headings:
        if heading.level not in shown:
            continue
        found = page_at(pages, heading.start)
        rows.append(
            OutlineRow(
                title=heading.title,
                depth=shown.index(heading.level) + 1,
                page=found.number if found else 1,
                start=heading.start,
                statements=bisect_left(starts, heading.end) - bisect_left(starts, heading.start),
            )
        )
    return rows


def _lines(
    text: str,
    page: Page | None,
    rows: Sequence[Any],
    headings: Sequence[Heading],
    terms: Sequence[Term],
) -> list[Line]:
    if page is None:
        return []
    here = [row for row in rows if page.start <= row[2] < page.end]
    known = {
        row[0]: Marked(row[0], state=row[4], kind=row[5], flagged=bool(row[6])) for row in here
    }
    marks = marks_of(text, [(row[0], row[1], row[2], row[3]) for row in here])
    levels = {h.start: min(max(h.level, 2), 4) for h in headings if _alone(text, h)}
    glossary = Glossary(names_of(terms))
    found = paragraphs(text, page.start, page.end, marks, glossary, levels)
    return [_line(paragraph, known, terms) for paragraph in found]


def _alone(text: str, heading: Heading) -> bool:
    """Whether a heading has its line to itself; an item's lead is part of its paragraph."""
    end = text.find("\n", heading.start)
    line = text[heading.start : end if end >= 0 else len(text)].strip()
    return len(line) <= len(heading.title) + 8


def _line(paragraph: Paragraph, known: dict[Any, Marked], terms: Sequence[Term]) -> Line:
    pieces = []
    for number, segment in enumerate(paragraph.segments):
        if segment.kind == "mark":
            pieces.append(Piece("mark", segment.text, statement=known[segment.key]))
        elif segment.kind == "term" and isinstance(segment.key, int):
            pieces.append(Piece("term", segment.text, term=terms[segment.key], number=number))
        else:
            pieces.append(Piece("text", segment.text))
    return Line(paragraph.start, min(paragraph.level, 4), tuple(pieces))


@dataclass(frozen=True, slots=True)
class Panel:
    """A statement beside the text: what was read, what it is linked with, what it became."""

    statement: Statement
    link: Link | None
    is_target: bool
    contradictions: tuple[Contradiction, ...]
    commitments: tuple[Commitment, ...]
    #: What the measure that counts an achievement says lately.
    counted: MeasureValue | None

    @property
    def countable(self) -> bool:
        """Whether a measure may be named that counts it: an achievement that stands."""
        row = self.statement
        return row.kind == StatementKind.ACTUAL and row.state != StatementState.REJECTED


def panel(statement_id: UUID | str) -> Panel:
    """A statement with its link, contradictions, commitment and latest count; five queries."""
    statement = (
        Statement.objects.select_related("edition__report", "previous", "task", "counted_by")
        .defer("edition__text")
        .filter(pk=statement_id)
        .first()
    )
    if statement is None:
        raise NotFound(_("没有这条表述。"))
    link, contradictions = relations_of(statement)
    commitments = Commitment.objects.filter(statement=statement).select_related(
        "tracked", "lead_unit"
    )
    return Panel(
        statement,
        link,
        link is not None and link.target_id == statement.pk,
        contradictions,
        tuple(commitments),
        latest_value(statement.counted_by_id, root_code()) if statement.counted_by_id else None,
    )


def relations_of(statement: Statement) -> tuple[Link | None, tuple[Contradiction, ...]]:
    """Last year's outturn (or this year's target) of the same measure, and contradictions."""
    link = (
        Link.objects.filter(Q(target=statement) | Q(actual=statement))
        .select_related("actual", "target")
        .order_by("-score")
        .first()
    )
    contradictions = Contradiction.objects.filter(
        Q(first=statement) | Q(second=statement)
    ).select_related("first", "second")
    return link, tuple(contradictions)
