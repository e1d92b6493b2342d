"""Tells tracking the light of approved decompositions: by the chance of reaching the target, else
by what came in against what is due by then."""

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
from district.systems.economy.rules.light import chance_light
from district.systems.economy.selectors.nowcasts import Kept, kept_nowcasts
from district.systems.economy.selectors.pace import Pace, paces_of
from district.systems.economy.selectors.settings import settings


@light_provider(DECOMPOSITION)
def decomposition_lights(
    rows: Sequence[TrackedRow], context: LightContext
) -> Mapping[UUID, LightVerdict]:
    """The lights of approved decompositions; four statements however many they are."""
    by_subject = {row.subject_id: row for row in rows}
    found: dict[UUID, LightVerdict] = {}
    paces = paces_of(by_subject)
    kept = kept_nowcasts({one.series.key for one in paces}, {one.year for one in paces})
    for pace in paces:
        row = by_subject[str(pace.decomposition.pk)]
        if pace.latest is None:
            found[row.pk] = LightVerdict("none", (Reason("economy.no_value"),))
            continue
        progress = progress_light(
            pace.target,
            pace.actual,
            pace.period,
            pace.latest.period_end,
            profile=pace.profile,
            last_year=pace.last_year,
            policy=context.policy(row),
        )
        found[row.pk] = _by_chance(pace, kept.get((pace.series.key, pace.year)), progress)
    return found


def _by_chance(pace: Pace, kept: Kept | None, progress: LightVerdict) -> LightVerdict:
    """The light by the kept nowcast, where there is one that says something."""
    outturn = kept.outturn if kept is not None else None
    if kept is None or outturn is None:
        return progress
    target = kept.target(pace.decomposition)
    if target is None:
        return progress
    return chance_light(
        outturn,
        target,
        settings().limits,
        progress,
        unit=pace.series.unit,
        places=pace.series.places,
        as_growth=not pace.series.has_levels,
        stale=kept.stale,
    )
