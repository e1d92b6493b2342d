"""The order in which a report is compiled."""

from __future__ import annotations

from district.compiler.grammar import Row, SentenceReader
from district.compiler.layout import Layout, fold, read_layout
from district.compiler.model import Compilation, Section, Statement
from district.compiler.periods import (
    Period,
    goal_sentence,
    heading_periods,
    report_years,
)
from district.compiler.timing import Timing, settle


def compile_report(text: str, *, source_name: str) -> Compilation:
    """Compile ``text`` (see ``district.compiler.compile_text``)."""
    folded = fold(text)
    layout = read_layout(text, folded)
    past, coming = report_years(layout, folded)
    periods = heading_periods(layout, past, coming)
    statements = read_statements(text, folded, layout, periods, past, coming)
    return Compilation(
        source_name=source_name,
        text=text,
        report_year=coming,
        sections=_sections(text, layout, periods),
        statements=tuple(statements),
    )


def read_statements(
    text: str,
    folded: str,
    layout: Layout,
    periods: list[Period],
    past: int | None,
    coming: int | None,
) -> list[Statement]:
    """All statements in the order of the text."""
    statements: list[Statement] = []
    previous: Row | None = None
    goal_paragraph = goal_heading = -2
    paragraph = heading = -2
    for sentence in layout.sentences:
        if sentence.heading != heading:
            heading, previous, goal_heading = sentence.heading, None, -2
        if sentence.paragraph != paragraph:
            paragraph = sentence.paragraph
            if not sentence.bullet:
                previous = None
                goal_heading = -2
        body = folded[sentence.start : sentence.end]
        if goal_sentence(body):
            goal_paragraph, goal_heading = sentence.paragraph, sentence.heading
        goal = goal_paragraph == sentence.paragraph or (
            sentence.bullet and goal_heading == sentence.heading
        )
        base = periods[sentence.heading] if sentence.heading >= 0 else Period("actual", past)
        timing = Timing(base, past, coming, goal)
        reader = SentenceReader(folded, text, sentence.body, sentence.end, previous)
        section = layout.path(sentence.heading)
        for row in reader.read():
            period, deadline, comparator = settle(folded, sentence.start, row, timing, reader.rows)
            statements.append(
                Statement(
                    text=text[sentence.start : sentence.end],
                    raw=text[row.start : row.end],
                    start=row.start,
                    end=row.end,
                    section=section,
                    subject=row.subject,
                    measure=row.measure,
                    comparator=comparator,
                    value=row.value,
                    value_from=row.value_from,
                    unit=row.unit,
                    unit_raw=text[row.end - len(row.unit_raw) : row.end],
                    kind=period.kind,
                    basis=row.basis,
                    year=period.year,
                    deadline=deadline,
                    confidence=row.confidence,
                    sentence_start=sentence.start,
                )
            )
        if reader.rows:
            previous = reader.rows[-1]
        else:
            previous = None
    return statements


def _sections(text: str, layout: Layout, periods: list[Period]) -> tuple[Section, ...]:
    sections = []
    for index, (heading, period) in enumerate(zip(layout.headings, periods, strict=True)):
        end = next(
            (
                later.start
                for later in layout.headings[index + 1 :]
                if later.level <= heading.level
            ),
            layout.glossary_start,
        )
        sections.append(
            Section(
                heading.title,
                heading.number,
                heading.level,
                layout.path(index),
                heading.start,
                end,
                period.kind,
                period.year,
            )
        )
    return tuple(sections)
