"""The typed reference of drafts."""

from __future__ import annotations

from uuid import UUID

from district.kernel.history.public import Subject

DRAFT = "reports.draft"


def draft_subject(key: UUID | str) -> Subject:
    """The reference of a draft; what happens to its passages stands there too."""
    return Subject(DRAFT, str(key))
