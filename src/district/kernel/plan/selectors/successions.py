"""Reads of what became of commitments in the next year's plan."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, UUIDField, Value, When
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.plan.models import (
    Commitment,
    Report,
    Succession,
    SuccessionState,
    SuccessionWay,
)
from district.kernel.plan.models.commitments import CommitmentState
from district.kernel.plan.rules.coverage import alike

_ALIVE = (CommitmentState.PENDING, CommitmentState.ACTIVE)


@dataclass(frozen=True, slots=True)
class Origin:
    """The commitment of the year before that another one goes on with."""

    key: UUID
    title: str
    year: int


def succession_counts(report: Report) -> dict[str, int]:
    """How many commitments of the year before stand how, every state named. One query."""
    found = dict(
        Succession.objects.filter(report=report)
        .values_list("state")
        .annotate(count=Count("pk"))
        .order_by()
    )
    return {state: found.get(state, 0) for state in SuccessionState.values}


def succession_by_id(key: UUID | str) -> Succession:
    """A succession with both commitments; NotFound where there is none. One query."""
    row = (
        Succession.objects.select_related(
            "report",
            "former__report",
            "former__lead_unit",
            "former__tracked",
            "former__measure",
            "successor__report",
            "successor__lead_unit",
            "successor__tracked",
        )
        .filter(pk=key)
        .first()
    )
    if row is None:
        raise NotFound(_("没有这项年度接续。"))
    return row


def possible_successors(row: Succession, most: int = 200) -> list[Commitment]:
    """The commitments of the next year that nobody goes on as, the likest in name first. One
    query."""
    known = Succession.objects.filter(report=row.report_id, successor__isnull=False)
    taken = known.exclude(way=SuccessionWay.PARTS).values("successor")
    free = Commitment.objects.filter(report=row.report_id, state__in=_ALIVE)
    found = list(free.exclude(pk__in=taken).select_related("lead_unit").order_by("sort", "id"))
    title = row.former.title
    return sorted(found, key=lambda one: -alike(one.title, title))[:most]


def with_origin(rows: QuerySet[Commitment]) -> QuerySet[Commitment]:
    """Commitments with the one of the year before that they go on with, for `origin_of`; no query
    more."""
    # What it goes on with itself comes before a whole that went on in it.
    by_parts = Case(When(way=SuccessionWay.PARTS, then=Value(1)), default=Value(0))
    known = Succession.objects.filter(successor=OuterRef("pk"))
    before = known.order_by(by_parts, "created_at", "id")
    return rows.annotate(
        origin_id=Subquery(before.values("former_id")[:1], output_field=UUIDField()),
        origin_title=Subquery(before.values("former__title")[:1]),
        origin_year=Subquery(before.values("former__report__year")[:1]),
    )


def origin_of(row: Commitment) -> Origin | None:
    """Whence a commitment read `with_origin` comes; None where it began in its own year."""
    said = vars(row)
    if said.get("origin_id") is None:
        return None
    return Origin(said["origin_id"], str(said["origin_title"]), int(said["origin_year"]))
