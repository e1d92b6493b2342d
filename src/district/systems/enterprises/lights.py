"""Tells tracking the light of the doubling plan's targets: what is counted against what is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils import timezone

from district.kernel.tracking.public import (
    LightContext,
    LightVerdict,
    TrackedRow,
    light_provider,
    progress_light,
)
from district.systems.enterprises.names import DOUBLING
from district.systems.enterprises.rules.doubling import profile_of, tracked_target
from district.systems.enterprises.selectors.doubling import actuals, targets_in_force


@light_provider(DOUBLING)
def doubling_lights(
    rows: Sequence[TrackedRow], context: LightContext
) -> Mapping[UUID, LightVerdict]:
    """The lights of targets in force, counted now; a few statements however many they are."""
    wanted = {row.subject_id: row for row in rows}
    read = [one for one in targets_in_force() if str(one.row.pk) in wanted]
    today = timezone.localtime(context.now).date()
    counted = actuals(read, today)
    found: dict[UUID, LightVerdict] = {}
    for one in read:
        row = wanted[str(one.row.pk)]
        found[row.pk] = progress_light(
            tracked_target(one.doubling, one.indicator),
            counted[one.row.pk],
            one.doubling.period,
            min(today, one.doubling.period.end),
            profile=profile_of(one.doubling),
            policy=context.policy(row),
        )
    return found
