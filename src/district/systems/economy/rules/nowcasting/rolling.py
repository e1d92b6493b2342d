"""Every origin of the past as if it were today: what was foreseen, what came. Pure.

An origin is a year and a number of its parts that were known. What is learned for a year (how
the festival moves it, weights of the models, the spread of errors) is learned from years before it
alone, so an error of the past is what would have been one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from district.systems.economy.rules.nowcasting.festival import adjustment, festival_effect
from district.systems.economy.rules.nowcasting.history import Floats, Table
from district.systems.economy.rules.nowcasting.models import MODELS, Origin, remaining


@dataclass(frozen=True)
class Settings:
    """What is set and not learned; the defaults are those of the benchmark.

    `share` of outturns that an interval is to hold. An error of a year ago counts `fading` as much,
    one `reach` parts of a twelve-part year away in known parts 1/e as much. Models weigh by their
    mean absolute error to the power of -`sharpness`, all errors drawn towards the mean of the
    models as if `prior` origins had shown it. Errors are scaled by the part of the year still open
    to the power of `opening`.
    """

    share: float = 0.8
    fading: float = 0.8
    reach: float = 3.0
    sharpness: float = 4.0
    prior: float = 2.0
    opening: float = 0.75


@dataclass(frozen=True)
class Rolls:
    """The origins of a series, in its current basis: rows are years, columns known parts.

    The rows are `table.years` and `table.year`; `said` has the models on its third axis, `came` the
    remaining amounts (NaN in the last row), `scale` what an error of one is at each origin.
    """

    table: Table
    said: Floats
    came: Floats
    scale: Floats


@dataclass(frozen=True)
class Combined:
    """The combined models at all origins, and the weights (years, known parts, models)."""

    said: Floats
    weights: Floats
    errors: Floats


def roll(table: Table, settings: Settings, festival: bool = True) -> Rolls:
    """What every model said at every origin, and what came."""
    years, parts = table.flows.shape
    said = np.full((years + 1, parts, len(MODELS)), np.nan)
    came = np.full((years + 1, parts), np.nan)
    scale = np.full((years + 1, parts), np.nan)
    origins = [_origin(table, row, festival) for row in range(1, years + 1)]
    for row, found in enumerate(remaining(origins), 1):
        said[row, : len(found)] = found
        scale[row] = _scale(table.flows[:row], settings.opening)
        if row < years:
            came[row] = np.cumsum(table.flows[row, ::-1])[::-1]
    return Rolls(table, said, came, scale)


def _origin(table: Table, row: int, festival: bool) -> Origin:
    """The year of a row as it was seen from the years before it."""
    past = table.flows[:row]
    now = row == len(table.years)
    current = table.current if now else table.flows[row]
    calendar = [*table.years[:row], table.year if now else table.years[row]]
    effect = festival_effect(past, calendar[:-1], table.ends) if festival else 0.0
    moved = adjustment(calendar, table.ends, effect)
    return Origin(past / moved[:-1], current / moved[-1, : len(current)], moved[-1])


def combine(rolls: Rolls, settings: Settings) -> Combined:
    """The models weighed by their errors at origins of earlier years."""
    errors = (rolls.came[:, :, None] - rolls.said) / rolls.scale[:, :, None]
    rows, parts, count = errors.shape
    said = np.full((rows, parts), np.nan)
    weights = np.zeros((rows, parts, count))
    near = nearness(parts, settings)
    for row in range(1, rows):
        counted = fading(row, settings)[:, None] * ~np.isnan(errors[:row]).all(axis=2)
        sizes = _mean_errors(np.abs(errors[:row]), counted, near, settings.prior)
        able = ~np.isnan(rolls.said[row])
        weight = np.where(able, sizes**-settings.sharpness, 0.0)
        total = weight.sum(axis=1, keepdims=True)
        weights[row] = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
        mean = (weights[row] * np.nan_to_num(rolls.said[row])).sum(axis=1)
        said[row] = np.where(able.any(axis=1), mean, np.nan)
    return Combined(said, weights, (rolls.came - said) / rolls.scale)


def nearness(parts: int, settings: Settings) -> Floats:
    """How much an origin with so many known parts (columns) says of one with others (rows)."""
    at = np.arange(parts) * 12 / parts
    return np.asarray(np.exp(-np.abs(at[:, None] - at[None, :]) / settings.reach))


def fading(row: int, settings: Settings) -> Floats:
    """How much each year before `row` counts."""
    return np.asarray(settings.fading ** np.arange(row - 1, -1, -1), dtype=np.float64)


def _scale(past: Floats, opening: float) -> Floats:
    """What an error of one is after each number of known parts: the mean year times a power of the
    part that is open (by amounts, or by number where amounts are not all positive)."""
    means = np.abs(past[-4:]).mean(axis=0)
    size = float(means.sum()) or 1.0
    shares = (
        means / size if (past >= 0).all() and means.all() else np.full(len(means), 1 / len(means))
    )
    still = np.maximum(np.cumsum(shares[::-1])[::-1], 1e-9)
    return np.asarray(size * still**opening, dtype=np.float64)


def _mean_errors(errors: Floats, counted: Floats, near: Floats, prior: float) -> Floats:
    """Mean absolute error by known parts and model, drawn towards that of all models."""
    known = np.where(np.isnan(errors), 0.0, errors)
    weight = counted[:, :, None] * ~np.isnan(errors)
    sums = np.einsum("kj,yjm->km", near, weight * known)
    counts = np.einsum("kj,yjm->km", near, weight)
    total = counts.sum(axis=1, keepdims=True)
    typical = np.divide(
        sums.sum(axis=1, keepdims=True), total, out=np.ones_like(total), where=total > 0
    )
    typical = np.maximum(typical, 1e-12)
    drawn = (sums + prior * typical) / (counts + prior)
    return np.asarray(np.maximum(drawn, 0.05 * typical), dtype=np.float64)
