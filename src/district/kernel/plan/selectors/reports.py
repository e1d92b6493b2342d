"""Reads of reports and editions: overview, counts to be decided, differences, terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.plan.models import (
    Commitment,
    Contradiction,
    Edition,
    Link,
    Report,
    Section,
    Statement,
    Task,
    Term,
)
from district.kernel.plan.models.commitments import CommitmentState
from district.kernel.plan.models.reports import EditionState
from district.kernel.plan.models.statements import StatementState
from district.kernel.plan.rules.matching import match
from district.kernel.plan.services.compiling import contents


@dataclass(frozen=True, slots=True)
class StatementCounts:
    """How many statements of an edition are in each state, and how many carry a warning."""

    proposed: int
    confirmed: int
    corrected: int
    rejected: int
    flagged: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.proposed + self.confirmed + self.corrected + self.rejected


@dataclass(frozen=True, slots=True)
class Changed:
    """One line of a difference between two editions.

    `change` is added, removed or changed; `old` and `new` the statements (None where there is
    none); `fields` names what the compiler reads differently.
    """

    change: str
    old: Statement | None
    new: Statement | None
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Two editions compared: how many statements read the same, and every other one."""

    same: int
    changes: tuple[Changed, ...]

    def of(self, change: str) -> list[Changed]:
        """The lines of one kind, in the order of the text."""
        return [line for line in self.changes if line.change == change]


def reports() -> QuerySet[Report]:
    """All reports, the newest year first, with their unit."""
    return Report.objects.select_related("unit").order_by("-year", "title")


def report_by_id(key: UUID | str) -> Report:
    """The report; NotFound where there is none."""
    found = reports().filter(pk=key).first()
    if found is None:
        raise NotFound(_("没有这份报告。"))
    return found


def newest_report(year: int | None = None) -> Report | None:
    """The report in force: of `year`, or the newest that has a current edition."""
    rows = reports().filter(editions__state=EditionState.CURRENT)
    if year is not None:
        rows = rows.filter(year=year)
    return rows.first()


def editions_of(report: Report) -> QuerySet[Edition]:
    """The editions of a report, the newest first, without their texts."""
    return Edition.objects.filter(report=report).defer("text").order_by("-number")


def edition_by_id(key: UUID | str) -> Edition:
    """The edition with its report and text; NotFound where there is none."""
    found = Edition.objects.select_related("report__unit").filter(pk=key).first()
    if found is None:
        raise NotFound(_("没有这一版报告。"))
    return found


def current_edition(report: Report) -> Edition | None:
    """The edition in force; None while the first one is being compiled."""
    return (
        Edition.objects.select_related("report__unit")
        .filter(report=report, state=EditionState.CURRENT)
        .first()
    )


def statement_counts(edition: Edition) -> StatementCounts:
    """How far the review of an edition is. One query."""
    counts = Statement.objects.filter(edition=edition).aggregate(
        proposed=Count("pk", filter=Q(state=StatementState.PROPOSED)),
        confirmed=Count("pk", filter=Q(state=StatementState.CONFIRMED)),
        corrected=Count("pk", filter=Q(state=StatementState.CORRECTED)),
        rejected=Count("pk", filter=Q(state=StatementState.REJECTED)),
        flagged=Count("pk", filter=Q(state=StatementState.PROPOSED) & ~Q(flags=[])),
    )
    return StatementCounts(**counts)


def commitment_counts(report: Report) -> dict[str, int]:
    """How many commitments of a report are in each state, every state named. One query."""
    found = dict(
        Commitment.objects.filter(report=report)
        .values_list("state")
        .annotate(count=Count("pk"))
        .order_by()
    )
    return {state: found.get(state, 0) for state in CommitmentState.values}


def difference(old: Edition, new: Edition) -> Difference:
    """What an amended edition adds, removes and changes. One query besides the editions."""
    both = list(Statement.objects.filter(edition__in=(old, new)).order_by("position"))
    pairs = match(
        contents(row for row in both if row.edition_id == old.pk),
        contents(row for row in both if row.edition_id == new.pk),
    )
    rows = {row.pk: row for row in both}
    changes = [
        Changed(
            pair.change,
            rows[pair.old] if pair.old else None,
            rows[pair.new] if pair.new else None,
            pair.fields,
        )
        for pair in pairs
        if pair.change != "same"
    ]
    return Difference(len(pairs) - len(changes), tuple(changes))


def sections_of(edition: Edition) -> QuerySet[Section]:
    """The headings in the order of the text."""
    return Section.objects.filter(edition=edition).order_by("position")


def tasks_of(edition: Edition) -> QuerySet[Task]:
    """The proposed tasks in the order of the text, parents before children."""
    return Task.objects.filter(edition=edition).order_by("start", "level")


def terms_of(edition: Edition) -> QuerySet[Term]:
    """The glossary of an edition."""
    return Term.objects.filter(edition=edition).order_by("start")


def term_spellings(edition: Edition) -> dict[str, str]:
    """Every spelling of every term -> its explanation; pages mark the longest that fits."""
    found: dict[str, str] = {}
    for term in terms_of(edition):
        for spelling in (term.term, *term.aliases):
            found.setdefault(str(spelling), term.explanation)
    return found


def links_of(edition: Edition, *, below_actual: bool | None = None) -> QuerySet[Link]:
    """Outturns with their targets; only those flagged as below the outturn if asked."""
    rows = Link.objects.filter(edition=edition).select_related("actual", "target")
    if below_actual is not None:
        rows = rows.filter(below_actual=below_actual)
    return rows.order_by("target__position")


def contradictions_of(edition: Edition) -> Sequence[Contradiction]:
    """What cannot both hold in one edition, with both statements."""
    return list(
        Contradiction.objects.filter(edition=edition)
        .select_related("first", "second")
        .order_by("first__position")
    )
