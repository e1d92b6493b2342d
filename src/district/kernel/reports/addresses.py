"""Where drafts stand; the system plan_reports serves them."""

from __future__ import annotations

from uuid import UUID


def draft_url(key: UUID | str) -> str:
    """The page of a draft."""
    return f"/plan_reports/{key}/"


def passage_url(draft: UUID | str, passage: UUID | str) -> str:
    """Goes on to the chapter of a draft that holds the passage."""
    return f"/plan_reports/{draft}/at/{passage}/"
