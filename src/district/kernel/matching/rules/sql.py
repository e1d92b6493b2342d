"""The kinds of a condition as SQL, for populations that another engine holds."""

from __future__ import annotations

from datetime import date

from district.kernel.conditions.public import Condition, Dialect, to_sql
from district.kernel.matching.rules.verdicts import clauses_of


def kind_to_sql(condition: Condition, dialect: Dialect, *, today: date | None = None) -> str:
    """An expression that is `holds`, `misses_one`, `unknown_only` or `fails` as text.

    Of the same columns as `conditions.to_sql`; ValueError when a relative date meets no `today`.
    """
    clauses = [to_sql(one, dialect, today=today) for one in clauses_of(condition)]
    if not clauses:
        return "'holds'"
    false = " + ".join(f"CASE WHEN NOT {one} THEN 1 ELSE 0 END" for one in clauses)
    unknown = " OR ".join(f"{one} IS NULL" for one in clauses)
    return (
        f"CASE WHEN {false} > 1 THEN 'fails'"
        f" WHEN {false} = 0 THEN CASE WHEN {unknown} THEN 'unknown_only' ELSE 'holds' END"
        f" WHEN {unknown} THEN 'fails' ELSE 'misses_one' END"
    )
