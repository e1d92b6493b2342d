"""Publishing checklists: each version is kept for good before an inspection follows it."""

from __future__ import annotations

from django.db import transaction

from district.kernel.base import clock
from district.kernel.history.public import Subject, record
from district.systems.inspections.checklists import content_of
from district.systems.inspections.models import ChecklistVersion
from district.systems.inspections.names import SYSTEM
from district.systems.inspections.rules.checklist import Checklist


@transaction.atomic
def ensure_published(checklist: Checklist) -> None:
    """Keep the present version of a checklist, once."""
    defaults = {
        "key": checklist.key,
        "content": content_of(checklist),
        "published_at": clock.now(),
    }
    _row, made = ChecklistVersion.objects.get_or_create(
        version=checklist.version, defaults=defaults
    )
    if made:
        record(
            Subject("inspections.checklist", checklist.key),
            "inspections.checklist.published",
            {"version": checklist.version},
            actor=SYSTEM,
        )
