"""What the report reader and the review desk show: the text with its statements' spans."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.plan.models import Commitment, Edition, Link, Statement


@dataclass(frozen=True, slots=True)
class Span:
    """A number in the text: `start`:`end` in characters, half open; spans never overlap."""

    start: int
    end: int
    sentence_start: int
    sentence_end: int
    statement_id: UUID
    state: str
    kind: str
    flags: tuple[str, ...]
    commitment_id: UUID | None
    light: str


@dataclass(frozen=True, slots=True)
class StatementDetail:
    """A statement with what it is decided beside.

    `before` is the same statement in the edition before (its old decision), `commitment` what
    grew from it, `links` the outturn or target of the same measure.
    """

    statement: Statement
    before: Statement | None
    commitment: Commitment | None
    links: tuple[Link, ...]


def statement_rows(edition: Edition, *, where: Iterable[str] = ()) -> QuerySet[Statement]:
    """The statements in the order of the text, with their earlier ones; of some states if given."""
    rows = Statement.objects.filter(edition=edition).select_related("previous", "task")
    states = list(where)
    return (rows.filter(state__in=states) if states else rows).order_by("start", "position")


def spans(edition: Edition) -> list[Span]:
    """Every statement's place in the text with state and light, in order. Two queries.

    A span that would overlap the one before it is left out (the same number said twice over).
    """
    lights = {
        row[0]: (row[1], row[2] or "none")
        for row in Commitment.objects.filter(statement__edition=edition).values_list(
            "statement_id", "pk", "tracked__light"
        )
    }
    found: list[Span] = []
    fields = ("pk", "start", "end", "sentence_start", "sentence_end", "state", "kind", "flags")
    reached = 0
    for key, start, end, from_, to, state, kind, flags in (
        Statement.objects.filter(edition=edition).order_by("start", "end").values_list(*fields)
    ):
        if start < reached:
            continue
        reached = end
        commitment, light = lights.get(key, (None, ""))
        found.append(Span(start, end, from_, to, key, state, kind, tuple(flags), commitment, light))
    return found


def statement_detail(key: UUID | str) -> StatementDetail:
    """One statement with its old decision, commitment and linked statements; three queries."""
    row = (
        Statement.objects.select_related("edition__report", "previous", "task")
        .filter(pk=key)
        .first()
    )
    if row is None:
        raise NotFound(_("没有这条表述。"))
    links = Link.objects.filter(edition=row.edition).select_related("actual", "target")
    return StatementDetail(
        statement=row,
        before=row.previous,
        commitment=Commitment.objects.filter(statement=row).select_related("lead_unit").first(),
        links=tuple(links.filter(actual=row) | links.filter(target=row)),
    )


def neighbours(row: Statement, *, states: Iterable[str] = ()) -> tuple[UUID | None, UUID | None]:
    """The ids of the statements before and after in the text, of some states if given."""
    rows = Statement.objects.filter(edition_id=row.edition_id)
    wanted = list(states)
    if wanted:
        rows = rows.filter(state__in=wanted)
    keys = rows.values_list("pk", flat=True)
    before = keys.filter(position__lt=row.position).order_by("-position").first()
    after = keys.filter(position__gt=row.position).order_by("position").first()
    return before, after
