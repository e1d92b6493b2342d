"""Which numbers of a report are computed from records, which are filed, which nobody counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from district.kernel.measures.public import (
    FilingDuty,
    MeasureValue,
    computed_measures,
    provided_measures,
)
from district.kernel.plan.models import Commitment, Report, Statement
from district.kernel.plan.models.commitments import CommitmentState
from district.kernel.plan.models.reports import EditionState, StatementKind
from district.kernel.plan.models.statements import StatementState
from district.kernel.plan.rules.coverage import Need, Offered, Wanted, need_of, suggest
from district.kernel.plan.selectors.readiness import missing_of

COUNTING_CHOICES = (
    ("computed", _("系统统计")),
    ("filed", _("部门填报")),
    ("none", _("尚无来源")),
)
_SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Uncomputed:
    """A number that no system computes: a commitment, or an achievement that was stated.

    `need` says what it lacks to be counted at all, "" where it is filed; `offered` are measures of
    systems that may count it.
    """

    row: Commitment | Statement
    counting: str
    need: Need
    offered: tuple[Offered, ...]

    @property
    def choices(self) -> list[tuple[str, str, str]]:
        """Key, name in the reader's language and unit of each measure that is offered."""
        english = (get_language() or "").startswith("en")
        return [
            (one.key, one.name_en if english and one.name_en else one.name, one.unit)
            for one in self.offered
        ]


def with_counting(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Commitments with `counting`: what counts their number, "" for those without a number.

    Filed is what a unit owes, or has filed for the commitment's year; computed is what a system
    counts or provides.
    """
    duty = FilingDuty.objects.filter(measure=OuterRef("measure"), active=True)
    told = MeasureValue.objects.filter(
        measure=OuterRef("measure"), superseded_by=None, period_end__year=OuterRef("year")
    )
    found: QuerySet[Any] = rows.annotate(
        counting=Case(
            When(value=None, then=Value("")),
            When(_of_systems("measure"), then=Value("computed")),
            When(Exists(duty) | Exists(told), then=Value("filed")),
            default=Value("none"),
            output_field=CharField(),
        )
    )
    return found


def with_counted(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Statements with `counting`: what counts an achievement today, "" for targets and the like."""
    found: QuerySet[Any] = rows.annotate(
        counting=Case(
            When(_of_systems("counted_by"), kind=StatementKind.ACTUAL, then=Value("computed")),
            When(kind=StatementKind.ACTUAL, counted_by__isnull=False, then=Value("filed")),
            When(kind=StatementKind.ACTUAL, then=Value("none")),
            default=Value(""),
            output_field=CharField(),
        )
    )
    return found


def _of_systems(field: str) -> Q:
    """Measures that a system computes, or whose values it records from rows of its own."""
    return Q(**{f"{field}__source": _SYSTEM}) | Q(**{f"{field}__in": list(provided_measures())})


def numbered_commitments(report: Report) -> list[Commitment]:
    """The commitments of a report with a number, with `counting` and lead unit; one statement."""
    rows = Commitment.objects.filter(report=report, value__isnull=False)
    rows = rows.exclude(state=CommitmentState.CANCELLED).select_related("lead_unit")
    return list(with_counting(rows).order_by("sort", "id"))


def stated_achievements(report: Report) -> list[Statement]:
    """What the current edition of a report says was achieved, unless rejected, with `counting`;
    one statement."""
    rows = Statement.objects.filter(
        edition__report=report, edition__state=EditionState.CURRENT, kind=StatementKind.ACTUAL
    )
    rows = rows.exclude(state=StatementState.REJECTED)
    return list(with_counted(rows).order_by("position", "id"))


def counting_by_theme(rows: Iterable[Commitment | Statement]) -> dict[str, Counter[str]]:
    """How many of these rows are counted how, by theme."""
    found: dict[str, Counter[str]] = {}
    for row in rows:
        found.setdefault(row.theme, Counter())[_counting(row)] += 1
    return found


def uncomputed(rows: Iterable[Commitment | Statement]) -> list[Uncomputed]:
    """Those that no system computes, those that nobody counts first; what the families of measures
    ask (`measures.computed_measures`), and no statement more."""
    offered = [
        Offered(
            one.spec.key,
            one.spec.name,
            one.spec.unit,
            one.spec.basis == "growth",
            one.spec.name_en,
        )
        for one in computed_measures()
    ]
    offered += [
        Offered(key, one.name, one.unit, one.is_growth) for key, one in provided_measures().items()
    ]
    found = [_uncomputed(row, offered) for row in rows if _counting(row) != "computed"]
    return sorted(found, key=lambda one: one.counting != "none")


def _counting(row: Commitment | Statement) -> str:
    return str(getattr(row, "counting", ""))


def _uncomputed(row: Commitment | Statement, offered: Sequence[Offered]) -> Uncomputed:
    counting = _counting(row)
    if isinstance(row, Statement):
        need: Need = "measure" if counting == "none" else ""
        return Uncomputed(
            row, counting, need, _offered(row, f"{row.subject}{row.measure}", offered)
        )
    need = need_of(
        counting,
        has_measure=row.measure_id is not None,
        lacking=missing_of(row),
        is_active=row.state == CommitmentState.ACTIVE,
    )
    return Uncomputed(row, counting, need, _offered(row, row.title, offered))


def _offered(
    row: Commitment | Statement, name: str, offered: Sequence[Offered]
) -> tuple[Offered, ...]:
    return suggest(Wanted(name, row.unit, row.basis == "yoy"), offered)
