"""The light of an owed filing: late filing turns it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from district.kernel.measures.subjects import FILING
from district.kernel.tracking.public import (
    LightContext,
    LightVerdict,
    TrackedRow,
    filing_light,
    light_provider,
)


@light_provider(FILING)
def filing_lights(rows: Sequence[TrackedRow], context: LightContext) -> Mapping[UUID, LightVerdict]:
    """Open rows are owed; a filed one is closed, and green by its clock. No query."""
    return {
        row.pk: filing_light(
            row.due_at,
            context.now,
            context.calendar(row),
            provisional=row.due_provisional,
            policy=context.policy(row),
        )
        for row in rows
    }
