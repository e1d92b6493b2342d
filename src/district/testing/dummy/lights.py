"""Tells tracking the light of faults: many at once, with one query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from district.kernel.tracking.public import LightContext, LightVerdict, TrackedRow, light_provider
from district.testing.dummy.rules import fault_light
from district.testing.dummy.selectors import faults_within_a_year


@light_provider("dummy.fault")
def fault_lights(rows: Sequence[TrackedRow], context: LightContext) -> Mapping[UUID, LightVerdict]:
    """The deadline decides, unless the lamp fails again and again."""
    often = faults_within_a_year([row.subject_id for row in rows], context.now)
    return {
        row.pk: fault_light(context.deadline(row), often.get(row.subject_id, 0)) for row in rows
    }
