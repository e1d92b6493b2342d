"""From errors of the past to an interval and a chance. Pure.

Split conformal prediction over rolling origins (Vovk, Gammerman and Shafer 2005; for series Xu and
Xie 2021): the scaled errors at earlier origins are taken as a sample of the next one. They are
weighted by nearness, and taken with both signs, so that a run of good years does not become a
promise. Origins of one year err together; with few years the spread is widened as Student's
distribution is against the normal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from district.systems.economy.rules.nowcasting.history import Floats
from district.systems.economy.rules.nowcasting.rolling import Settings, fading, nearness


@dataclass(frozen=True)
class Spread:
    """The distribution of what remains of the year: `points` rise, each has the chance `below`.

    Between points it is linear, beyond the outermost ones it falls off exponentially. With no
    points nothing is known. `origins` and `years` say how much it rests on.
    """

    points: tuple[float, ...]
    below: tuple[float, ...]
    origins: int
    years: int

    def quantile(self, chance: float) -> float:
        """The amount that is not exceeded with the chance (0 to 1, exclusive)."""
        if chance < self.below[0]:
            return self.points[0] - self._tail * float(np.log(self.below[0] / chance))
        if chance > self.below[-1]:
            left = (1 - self.below[-1]) / (1 - chance)
            return self.points[-1] + self._tail * float(np.log(left))
        return float(np.interp(chance, self.below, self.points))

    def reaches(self, amount: float) -> float:
        """The chance that at least the amount comes."""
        if amount < self.points[0]:
            return 1 - self.below[0] * self._fall(self.points[0] - amount)
        if amount > self.points[-1]:
            return (1 - self.below[-1]) * self._fall(amount - self.points[-1])
        return 1 - float(np.interp(amount, self.points, self.below))

    @property
    def _tail(self) -> float:
        """The length by which the tails fall to 1/e: a quarter of the spread that was seen."""
        return (self.points[-1] - self.points[0]) / 8

    def _fall(self, beyond: float) -> float:
        return float(np.exp(-beyond / self._tail)) if self._tail > 0 else 0.0


def spread_of(said: float, errors: Floats, scale: float, known: int, settings: Settings) -> Spread:
    """The distribution of what remains after `known` parts, from the errors of earlier years.

    `errors` has a row for each earlier year and a column for each number of known parts.
    """
    rows, parts = errors.shape
    weight = fading(rows, settings)[:, None] * nearness(parts, settings)[known][None, :]
    seen = ~np.isnan(errors)
    if not seen.any():
        return Spread((), (), 0, 0)
    values, weights = errors[seen], weight[seen]
    by_year = np.where(seen, weight, 0.0).sum(axis=1)
    years = float(by_year.sum() ** 2 / (by_year**2).sum())
    both = np.concatenate([values, -values]) * widening(years)
    order = np.argsort(both, kind="stable")
    mass = np.concatenate([weights, weights])[order]
    # Half a point's mass lies on each side of it, and one more point might be anywhere.
    below = (np.cumsum(mass) - mass / 2) / mass.sum()
    points = said + scale * both[order]
    return Spread(
        tuple(points.tolist()), tuple(below.tolist()), int(seen.sum()), int(seen.any(axis=1).sum())
    )


def widening(years: float) -> float:
    """By how much a spread seen in so many years is widened: the 90th percentile of Student's
    distribution over that of the normal one, by Cornish and Fisher's expansion.

    Origins of one year err alike, but not wholly: a year counts as two degrees of freedom. The
    benchmark chose between one, two, and no widening at all.
    """
    z, free = 1.2816, 2 * max(years, 1.0)
    student = z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
    return student / z
