"""Tells tracking the light of approved decompositions: what came in against what is due by then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from district.kernel.tracking.public import (
    LightContext,
    LightVerdict,
    Reason,
    TrackedRow,
    light_provider,
    progress_light,
)
from district.systems.economy.names import DECOMPOSITION
from district.systems.economy.selectors.pace import paces_of


@light_provider(DECOMPOSITION)
def decomposition_lights(
    rows: Sequence[TrackedRow], context: LightContext
) -> Mapping[UUID, LightVerdict]:
    """The lights of approved decompositions; three statements however many they are."""
    by_subject = {row.subject_id: row for row in rows}
    found: dict[UUID, LightVerdict] = {}
    for pace in paces_of(by_subject):
        row = by_subject[str(pace.decomposition.pk)]
        if pace.latest is None:
            found[row.pk] = LightVerdict("none", (Reason("economy.no_value"),))
            continue
        found[row.pk] = progress_light(
            pace.target,
            pace.actual,
            pace.period,
            pace.latest.period_end,
            profile=pace.profile,
            last_year=pace.last_year,
            policy=context.policy(row),
        )
    return found
