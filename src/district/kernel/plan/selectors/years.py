"""Commitments over the years of a plan period: what was promised, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from district.kernel.base import clock
from district.kernel.measures.public import MeasureValue
from district.kernel.plan.lights import numbers_of
from district.kernel.plan.models import Commitment, Link, Statement, Succession
from district.kernel.plan.models.commitments import CommitmentKind, CommitmentState
from district.kernel.plan.models.statements import StatementState
from district.kernel.plan.rules.light import number_light
from district.kernel.plan.selectors.measured import Measured, measured_by
from district.kernel.plan.subjects import COMMITMENT
from district.kernel.tracking.public import light_policy, reason_text

_CHUNK = 400


@dataclass(frozen=True, slots=True)
class YearCell:
    """A year of a line: what was promised and what came of it.

    `known` is what was measured of it; `stated` is what the next year's report says was achieved,
    where nothing was measured. `light` is judged by the target as of the year's last value, or as
    of today, with its reasons.
    """

    year: int
    commitment: Commitment | None = None
    known: Measured = field(default_factory=Measured)
    stated: Statement | None = None
    light: str = "none"
    reasons: tuple[str, ...] = ()

    @property
    def value(self) -> Decimal | None:
        """What came of it; None is a gap."""
        if self.known.actual is not None:
            return self.known.actual
        return self.stated.value if self.stated is not None else None

    @property
    def target(self) -> Decimal | None:
        """What was promised for the year."""
        return self.commitment.value if self.commitment is not None else None

    @property
    def is_gap(self) -> bool:
        """Whether nothing is known of the year."""
        return self.value is None and self.target is None


@dataclass(frozen=True, slots=True)
class YearLine:
    """A commitment through the years; `newest` names it, `cells` has one for each year asked."""

    newest: Commitment
    cells: tuple[YearCell, ...]

    @property
    def years_told(self) -> int:
        """Of how many years anything is known."""
        return sum(not cell.is_gap for cell in self.cells)


def year_lines(years: Sequence[int], *, indicators: bool = False) -> list[YearLine]:
    """The commitments with a number of these plan years, each with those that it goes on with, in
    the order of the newest plan. Four queries for up to 400 measures; only main indicators if
    asked."""
    rows = Commitment.objects.filter(report__year__in=years)
    if indicators:
        rows = rows.filter(kind=CommitmentKind.INDICATOR)
    return _lines(rows, years, _formers(years))


def year_line(commitment: Commitment, years: Sequence[int]) -> YearLine | None:
    """The line that a commitment belongs to; None where it has no number."""
    before = _formers(years)
    after = {former: successor for successor, former in before.items()}
    keys = {commitment.pk}
    for links in (before, after):
        key = commitment.pk
        while (key := links.get(key, key)) not in keys:
            keys.add(key)
    lines = _lines(Commitment.objects.filter(pk__in=keys), years, before)
    return next((one for one in lines if commitment.pk in _keys(one)), None)


def _keys(line: YearLine) -> set[UUID]:
    return {cell.commitment.pk for cell in line.cells if cell.commitment is not None}


def _lines(
    found: QuerySet[Commitment], years: Sequence[int], before: dict[UUID, UUID]
) -> list[YearLine]:
    rows = list(
        found.filter(value__isnull=False)
        .exclude(state=CommitmentState.CANCELLED)
        .select_related("report", "measure", "tracked", "lead_unit")
        .order_by("-report__year", "sort", "depth", "id")
    )
    values = _values(rows, years)
    stated = _stated(rows)
    known = {row.pk: row for row in rows}
    taken: set[UUID] = set()
    lines = []
    for row in rows:
        if row.pk in taken:
            continue
        chain = _chain(row, before, known)
        taken.update(one.pk for one in chain)
        cells = _cells(chain, years, values, stated)
        lines.append(YearLine(row, cells))
    return lines


def _chain(
    row: Commitment, before: dict[UUID, UUID], known: dict[UUID, Commitment]
) -> list[Commitment]:
    chain = [row]
    while (former := before.get(chain[-1].pk)) is not None and former in known:
        if known[former] in chain:
            break
        chain.append(known[former])
    return chain


def _cells(
    chain: Sequence[Commitment],
    years: Sequence[int],
    values: dict[str, list[MeasureValue]],
    stated: dict[UUID, Statement],
) -> tuple[YearCell, ...]:
    by_year = {row.report.year: row for row in chain}
    # A year without a commitment of its own may be told by the report of the year after.
    told = {row.report.year - 1: stated[row.pk] for row in chain if row.pk in stated}
    cells = []
    for year in years:
        row = by_year.get(year)
        said = told.get(year)
        if row is None:
            cells.append(YearCell(year, stated=said))
            continue
        known = measured_by(row, values.get(str(row.measure_id), ()))
        light, reasons = _light(row, known)
        cells.append(YearCell(year, row, known, said, light, reasons))
    return tuple(cells)


def _light(row: Commitment, known: Measured) -> tuple[str, tuple[str, ...]]:
    """The light of its year: the tracked one while it runs, else by the same rule at its end."""
    if row.state in (CommitmentState.PENDING, CommitmentState.ACTIVE):
        tracked = row.tracked
        if tracked is None:
            return "none", ()
        return tracked.light, tuple(reason_text(one) for one in tracked.reasons)
    if known.actual is None:
        return "none", ()
    today = min(clock.today(), date(row.year, 12, 31))
    verdict = number_light(numbers_of(row, known), today, light_policy(COMMITMENT))
    return verdict.light, tuple(reason_text(one) for one in verdict.reasons)


def _values(rows: Sequence[Commitment], years: Sequence[int]) -> dict[str, list[MeasureValue]]:
    keys = sorted({str(row.measure_id) for row in rows if row.measure_id})
    found: dict[str, list[MeasureValue]] = defaultdict(list)
    if not keys or not years:
        return found
    last = min(clock.today(), date(max(years), 12, 31))
    for start in range(0, len(keys), _CHUNK):
        values = MeasureValue.objects.filter(
            measure_id__in=keys[start : start + _CHUNK],
            superseded_by=None,
            period_end__gte=date(min(years) - 1, 1, 1),
            period_end__lte=last,
        )
        for one in values.order_by("period_end", "period_start"):
            found[one.measure_id].append(one)
    return found


def _formers(years: Sequence[int]) -> dict[UUID, UUID]:
    """Successor -> the former with a number that it goes on with, the oldest link of several."""
    links = Succession.objects.filter(
        former__report__year__in=years,
        former__value__isnull=False,
        successor__value__isnull=False,
    ).order_by("created_at", "id")
    found: dict[UUID, UUID] = {}
    for successor, former in links.values_list("successor", "former"):
        if successor is not None:
            found.setdefault(successor, former)
    return found


def _stated(rows: Sequence[Commitment]) -> dict[UUID, Statement]:
    """What the report of a commitment says of the year before in its unit, by commitment."""
    by_statement = {row.statement_id: row for row in rows if row.statement_id}
    keys = list(by_statement)
    found: dict[UUID, Statement] = {}
    for start in range(0, len(keys), _CHUNK):
        links = (
            Link.objects.filter(target__in=keys[start : start + _CHUNK])
            .exclude(actual__state=StatementState.REJECTED)
            .select_related("actual")
            .defer("actual__text", "actual__compiled")
            .order_by("-score", "pk")
        )
        for link in links:
            row = by_statement[link.target_id]
            told = (link.actual.year, link.actual.unit, link.actual.basis)
            if told == (row.report.year - 1, row.unit, row.basis):
                found.setdefault(row.pk, link.actual)
    return found
