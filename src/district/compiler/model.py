"""What a compiled report consists of.

Every offset in this package counts characters (not bytes) in the file's text, from 0,
and every span is half open: ``text[start:end]`` is what the span says.
Values are exact decimals in the unit as written: ``195万人次`` is 195 with unit ``万人次``.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Comparator = Literal["=", ">=", ">", "<=", "<", "~"]
Kind = Literal["actual", "target", "estimate"]
Basis = Literal["yoy", "share", "cumulative", "flow", "stock"]

#: The fields of one line of ``district compile --json``, in this order.
JSON_FIELDS: tuple[str, ...] = (
    "text",
    "raw",
    "start",
    "end",
    "section",
    "subject",
    "measure",
    "comparator",
    "value",
    "value_from",
    "unit",
    "unit_raw",
    "kind",
    "basis",
    "year",
    "deadline",
    "confidence",
)

#: A target that is weaker than the outturn of the same measure in the last period.
FLAG_BELOW_ACTUAL = "target-below-actual"
#: A statement that takes part in a contradiction inside the report.
FLAG_CONTRADICTED = "contradicted"
#: The same measure, value and period is stated more than once.
FLAG_REPEATED = "repeated"


class ReportError(Exception):
    """A file that cannot be compiled; its message is one line made for people."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One number that the report asserts about a measure.

    ``text`` is the whole sentence (``sentence_start`` is its offset), ``raw`` the number
    with its unit as written; ``raw == file_text[start:end]``. ``value`` is signed and in
    ``unit``; ``value_from`` is where a from-to statement starts, or the lower end of a
    range. ``year`` is the year that the value is of, ``deadline`` an ISO date or month.
    ``confidence`` runs from 0 to 1. ``fingerprint`` stays the same when the sentence
    moves inside an amended report; ``task`` is the ``id`` of the innermost task around
    the statement; ``themes`` are the keys of ``topics.THEMES`` that it touches.
    """

    text: str
    raw: str
    start: int
    end: int
    section: str
    subject: str
    measure: str
    comparator: Comparator
    value: Decimal
    value_from: Decimal | None
    unit: str
    unit_raw: str
    kind: Kind
    basis: Basis | None
    year: int | None
    deadline: str | None
    confidence: float
    sentence_start: int = 0
    fingerprint: str = ""
    task: str | None = None
    themes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """A commitment or a report item: a section, a numbered item, or a clause of one.

    ``id`` is a path such as ``5.2.13.4`` (section, part, item, clause as they are
    nested in the report, counted from 1), ``number`` the number as printed (``13``,
    ``（二）``), ``parent`` the id one level up. ``statements`` are the positions in
    ``Compilation.statements`` of the numbers directly under this task, not under its
    children. ``qualitative`` is true where no number stands under the task or below it.
    ``level``: 0 section, 1 part, 2 numbered item, 3 clause.
    """

    id: str
    level: int
    number: str
    title: str
    text: str
    start: int
    end: int
    section: str
    kind: Kind
    parent: str | None = None
    year: int | None = None
    deadline: str | None = None
    qualitative: bool = True
    statements: tuple[int, ...] = ()
    themes: tuple[str, ...] = ()
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class GlossaryTerm:
    """A term that the report's last pages explain; ``start:end`` spans the entry.

    ``aliases`` are shorter spellings under which the term occurs in the report.
    """

    term: str
    explanation: str
    start: int
    end: int
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """An outturn of the last part and the target of the same measure in this part.

    ``actual`` and ``target`` are positions in ``Compilation.statements``; ``score`` is
    how alike subject and measure are, from 0 to 1. ``below_actual`` says that the target
    is weaker than the outturn; it is flagged for a planner and never corrected.
    """

    actual: int
    target: int
    score: float
    below_actual: bool = False


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two statements (positions in ``Compilation.statements``) that cannot both hold."""

    first: int
    second: int
    reason: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading: ``path`` is joined with `` / ``; ``start:end`` spans what it governs."""

    title: str
    number: str
    level: int
    path: str
    start: int
    end: int
    kind: Kind
    year: int | None


@dataclass(frozen=True, slots=True)
class Compilation:
    """Everything that the compiler read in one report, in the order of the text."""

    source_name: str
    text: str
    place: str = ""
    report_year: int | None = None
    sections: tuple[Section, ...] = ()
    statements: tuple[Statement, ...] = ()
    tasks: tuple[Task, ...] = ()
    glossary: tuple[GlossaryTerm, ...] = ()
    links: tuple[Link, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
