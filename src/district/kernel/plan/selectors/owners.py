"""Suggested owners: departments whose topic words a commitment says, with reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from district.kernel.organisation.public import Level, units
from district.kernel.plan.models import Commitment, Statement
from district.kernel.plan.rules.owners import Candidate, Owners, Suggestion

#: Tasks below numbered items are clauses: their text speaks of one thing.
ITEM_LEVEL = 2


def owners() -> Owners:
    """The departments in use as candidates. One query; keep it for many texts."""
    return Owners(
        Candidate(
            code=unit.code,
            name=unit.name,
            short_name=unit.short_name,
            topics=tuple(str(word) for word in unit.topics if word),
        )
        for unit in units(level=Level.DEPARTMENT)
    )


def suggestions_for(
    commitments: Sequence[Commitment], limit: int = 3
) -> dict[UUID, list[Suggestion]]:
    """The best owners of each commitment, from its words, its sentence and the item above it.

    `statement`, `task` and `parent` should be selected with the rows; then this is one query.
    """
    known = owners()
    return {row.pk: _suggest(known, row, limit) for row in commitments}


def suggestions_for_statements(
    statements: Iterable[Statement], limit: int = 3
) -> dict[UUID, list[Suggestion]]:
    """The same for statements that are not confirmed yet."""
    known = owners()
    return {
        row.pk: known.suggest(
            row.text, focus=f"{row.subject} {row.measure}", context=row.section, limit=limit
        )
        for row in statements
    }


def _suggest(known: Owners, row: Commitment, limit: int) -> list[Suggestion]:
    statement = row.statement
    context = row.parent.title if row.parent else ""
    if statement is not None:
        context = f"{context} {statement.section}"
    elif row.task is not None and row.task.level > ITEM_LEVEL:
        return known.suggest(row.task.text, focus=row.title, context=context, limit=limit)
    return known.suggest(
        f"{row.title} {_clause(statement)}", focus=row.title, context=context, limit=limit
    )


def _clause(statement: Statement | None) -> str:
    """The clause around the number: a long sentence speaks of many things."""
    if statement is None:
        return ""
    here = statement.start - statement.sentence_start
    before = max(statement.text.rfind(mark, 0, max(here, 0)) for mark in ",,;;。")
    after = [statement.text.find(mark, max(here, 0)) for mark in ",,;;。"]
    end = min((place for place in after if place >= 0), default=len(statement.text))
    return statement.text[before + 1 : end]
