"""The year's outturn is computed anew when figures came in, and kept."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.db import transaction

from district.kernel.base import clock
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.kernel.tracking.public import refresh_subjects
from district.systems.economy.models import Nowcast, Series
from district.systems.economy.names import COMPUTE, DECOMPOSITION, series_subject
from district.systems.economy.rules.foreseeing import Foreseen, foreseen, target_level
from district.systems.economy.rules.nowcasting import Outturn, Unusable
from district.systems.economy.selectors.nowcasts import (
    approved_target,
    figures_for_nowcast,
    kept_nowcasts,
    vintages_of,
)


@transaction.atomic
def compute_nowcast(key: str, year: int, *, actor: Actor) -> Nowcast | None:
    """Compute what a year of a series will come to, keep it, and refresh the target's light.

    Where neither figures nor target changed since, nothing is done and None returned. Where
    nothing can be said, that is kept with its reason. Raises NotPermitted.
    """
    authorise(actor, COMPUTE)
    # New values wait meanwhile, so that those counted are those read.
    series = Series.objects.select_for_update().get(pk=key)
    approved = approved_target(series, year)
    kept = kept_nowcasts([key], [year]).get((key, year))
    if kept is not None and not kept.stale and kept.row.target == kept.target(approved):
        return None
    row = kept.row if kept is not None else Nowcast(series=series, year=year)
    vintages, newest = vintages_of(series)
    figures = figures_for_nowcast(series)
    row.vintages, row.newest_at, row.computed_at = vintages, newest, clock.now()
    comparable = series.prices == Series.Prices.COMPARABLE
    try:
        found = foreseen(figures.whole, figures.groups, year, comparable=comparable)
    except Unusable as error:
        _empty(row, {"key": error.problem, "values": error.values})
    else:
        _fill(row, found)
        level = None if approved is None else approved.level
        growth = None if approved is None else approved.growth
        row.target = target_level(found.whole, level, growth)
        row.chance = _chance(found.whole, row.target)
    if kept is None:
        row.save()
    else:
        save_versioned(row)
    record(series_subject(key), "economy.nowcast.computed", _told(row), actor=actor)
    if approved is not None:
        refresh_subjects(DECOMPOSITION, [str(approved.pk)])
    return row


def _chance(outturn: Outturn, target: Decimal | None) -> Decimal | None:
    found = None if target is None else outturn.probability(target)
    return None if found is None else found * 100


def _empty(row: Nowcast, problem: dict[str, Any]) -> None:
    row.after, row.so_far, row.problem = 0, Decimal(0), problem
    row.level = row.low = row.high = row.growth = row.growth_low = row.growth_high = None
    row.base = row.open_base = row.target = row.chance = None
    row.spread, row.parts, row.notes, row.members, row.differences = {}, [], [], {}, {}


def _fill(row: Nowcast, found: Foreseen) -> None:
    one = found.whole
    row.after, row.so_far, row.problem = one.after, one.so_far, {}
    row.level, row.low, row.high, row.share = one.level, one.low, one.high, one.share
    row.growth, row.growth_low, row.growth_high = one.growth, one.growth_low, one.growth_high
    row.base, row.open_base = one.base, one.open_base
    row.spread = asdict(one.spread)
    row.parts = [
        {
            "model": part.model,
            "level": str(part.level),
            "weight": str(part.weight),
            "error": _text(part.error),
        }
        for part in one.parts
    ]
    row.notes = [{"key": note.key, "values": dict(note.values)} for note in one.notes]
    row.members = {
        dimension: {key: _member(outturn) for key, outturn in group.items()}
        for dimension, group in found.members.items()
    }
    row.differences = {key: str(value) for key, value in found.differences.items()}


def _member(one: Outturn) -> dict[str, str | None]:
    numbers = {"level": one.level, "low": one.low, "high": one.high, "growth": one.growth}
    return {name: _text(value) for name, value in numbers.items()}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _told(row: Nowcast) -> dict[str, Any]:
    """What history keeps of a nowcast."""
    numbers = {
        name: _text(getattr(row, name))
        for name in ("level", "low", "high", "growth", "target", "chance")
    }
    return {
        "year": row.year, "after": row.after, "vintages": row.vintages, "problem": row.problem,
        **numbers,
    }  # fmt: skip
