"""The order in which a report is compiled."""

from __future__ import annotations

import re
from dataclasses import replace

from district.compiler.diff import fingerprints
from district.compiler.glossary import read_glossary
from district.compiler.grammar import SentenceReader
from district.compiler.layout import Layout, fold, read_layout
from district.compiler.links import find_contradictions, find_links, with_flags
from district.compiler.model import Compilation, Section, Statement
from district.compiler.periods import (
    Period,
    given,
    goal_sentence,
    heading_periods,
    period_end,
    period_of_report,
    report_years,
    this_year,
)
from district.compiler.rows import Row
from district.compiler.tasks import read_tasks
from district.compiler.timing import Timing, lead_of, leads_on, settle
from district.compiler.topics import themes_of


def compile_report(text: str, *, source_name: str) -> Compilation:
    """Compile ``text`` (see ``district.compiler.compile_text``)."""
    folded = fold(text)
    layout = read_layout(text, folded)
    past, coming = report_years(layout, folded)
    periods = heading_periods(layout, past, coming)
    statements = read_statements(text, folded, layout, periods, past, coming)
    links = find_links(statements)
    contradictions = find_contradictions(statements)
    statements = with_flags(statements, links, contradictions)
    tasks, statements = read_tasks(text, folded, layout, periods, statements)
    named = zip(statements, fingerprints(statements), strict=True)
    sentence_themes = {s.sentence_start: themes_of(s.text) for s in statements}
    statements = [
        replace(s, fingerprint=name, themes=_themes(s, sentence_themes)) for s, name in named
    ]
    return Compilation(
        source_name=source_name,
        text=text,
        place=place_of(layout.title),
        report_year=coming,
        sections=_sections(layout, periods),
        statements=tuple(statements),
        tasks=tuple(tasks),
        glossary=tuple(read_glossary(text, folded, layout.glossary_start)),
        links=tuple(links),
        contradictions=tuple(contradictions),
    )


def _in_table(text: str, start: int, end: int) -> bool:
    """Rows of a table say nothing without their column heads, which are not read."""
    row = text[start:end]
    return row.startswith("|") or ("\t" in row and row[-1] not in "。；;！!？?")


def _themes(statement: Statement, of_sentences: dict[int, tuple[str, ...]]) -> tuple[str, ...]:
    """Themes of the measure first, then those of the sentence; three at most."""
    own = themes_of(statement.measure, statement.subject)
    others = of_sentences[statement.sentence_start]
    return (*own, *(theme for theme in others if theme not in own))[:3]


def place_of(title: str) -> str:
    """The place that a report's title names, or ''."""
    match = re.search(
        "(?:关于|在)?(?:[^ ]{2,8}?[省市])?([\u4e00-\u9fff]{2,10}?(?:区|县|市|省|旗|州|镇|开发区))"
        "(?=(?:19|20)\\d\\d|国民|第|政府|管委会)",
        title,
    )
    return match[1].removeprefix("关于") if match else ""


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
    goal_year: int | None = None
    paragraph = heading = -2
    lead = 0
    estimate = False
    date = given(layout, folded)
    part, now = -2, past
    whole = period_of_report(layout, past, coming)
    for sentence in layout.sentences:
        if sentence.heading != heading:
            heading, previous, goal_heading = sentence.heading, None, -2
        if sentence.paragraph != paragraph:
            paragraph = sentence.paragraph
            if not sentence.bullet:
                previous = None
                goal_heading = -2
        if _in_table(text, sentence.start, sentence.end):
            continue
        body = folded[sentence.start : sentence.end]
        if goal_sentence(body):
            goal_paragraph, goal_heading = sentence.paragraph, sentence.heading
            ahead = period_end(body, coming)
            goal_year = ahead if ahead != coming else None
        goal = goal_paragraph == sentence.paragraph or (
            sentence.bullet and goal_heading == sentence.heading
        )
        base = periods[sentence.heading] if sentence.heading >= 0 else whole
        if layout.part(sentence.heading) != part:
            part, now = layout.part(sentence.heading), past
        now = this_year(body, base, date) or now
        if now != past and base == Period("actual", past):
            base = Period("actual", now)
        if not leads_on(folded, sentence.start):
            lead = sentence.start
        timing = Timing(base, now, coming, goal, goal_year, lead_of(folded, lead, sentence.start))
        reader = SentenceReader(
            folded,
            text,
            sentence.body,
            sentence.end,
            previous,
            estimate=estimate and leads_on(folded, sentence.start),
            year_over=date.year_over(past),
        )
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
        previous = reader.rows[-1] if reader.rows else None
        estimate = reader.estimate
    return statements


def _sections(layout: Layout, periods: list[Period]) -> tuple[Section, ...]:
    ends = [layout.glossary_start] * len(layout.headings)
    open_at: list[int] = []
    for index, heading in enumerate(layout.headings):
        while open_at and layout.headings[open_at[-1]].level >= heading.level:
            ends[open_at.pop()] = heading.start
        open_at.append(index)
    return tuple(
        Section(h.title, h.number, h.level, layout.path(i), h.start, ends[i], p.kind, p.year)
        for i, (h, p) in enumerate(zip(layout.headings, periods, strict=True))
    )
