"""How leads turn into landed projects: cohorts, conversion, and how long it takes. Pure.

A lead that is still under way has not failed to reach a stage: it is censored (在途). Its share is
estimated as a cumulative incidence with being lost as the competing end (Aalen and Johansen 1978,
An empirical transition matrix for non-homogeneous Markov chains based on censored observations,
Scandinavian Journal of Statistics 5). Without censoring that is the plain share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

End = Literal["reached", "lost", "open"]


@dataclass(frozen=True)
class Track:
    """A lead's way: the day it was told, the days on which it first came as far as each stage or
    beyond, the day it was lost (None: it is not), and the day until which it was watched.

    `month`, `source`, `unit` and `chain` are what cohorts are made by.
    """

    told: date
    until: date
    reached: Mapping[str, date] = field(default_factory=dict)
    lost: date | None = None
    source: str = ""
    unit: str = ""
    chain: str = ""

    @property
    def month(self) -> str:
        """The month of the lead, 2025-09."""
        return f"{self.told:%Y-%m}"

    def end(self, stage: str) -> tuple[int, End]:
        """After how many days it reached the stage, was lost, or was last seen under way."""
        if stage in self.reached:
            return max((self.reached[stage] - self.told).days, 0), "reached"
        if self.lost is not None:
            return max((self.lost - self.told).days, 0), "lost"
        return max((self.until - self.told).days, 0), "open"


@dataclass(frozen=True)
class Conversion:
    """How many of a cohort reached a stage. `median_days` is of those who did; `within` the
    estimated share that does so in so many days, None where nobody was watched that long."""

    stage: str
    leads: int
    reached: int
    lost: int
    under_way: int
    median_days: Fraction | None
    within: Fraction | None

    @property
    def share(self) -> Fraction | None:
        """Reached so far, of all."""
        return Fraction(self.reached, self.leads) if self.leads else None


def conversion(tracks: Sequence[Track], stage: str, days: int) -> Conversion:
    """The conversion of these leads to a stage; `within` estimates that of so many days."""
    ends = [track.end(stage) for track in tracks]
    kinds = Counter(kind for _after, kind in ends)
    return Conversion(
        stage,
        len(tracks),
        kinds["reached"],
        kinds["lost"],
        kinds["open"],
        median([after for after, kind in ends if kind == "reached"]),
        incidence(ends, days),
    )


def median(numbers: Iterable[int]) -> Fraction | None:
    """The middle one, or the mean of the two in the middle; None of nothing."""
    ranked = sorted(numbers)
    if not ranked:
        return None
    half = len(ranked) // 2
    if len(ranked) % 2:
        return Fraction(ranked[half])
    return Fraction(ranked[half - 1] + ranked[half], 2)


def incidence(ends: Iterable[tuple[int, End]], days: int) -> Fraction | None:
    """The estimated share that reaches the stage within `days`; None where the leads that are not
    yet decided were all watched for less, so that nothing can be said.

    What ends on a day is decided before what was only watched until then leaves.
    """
    at: dict[int, Counter[str]] = {}
    for after, kind in ends:
        at.setdefault(after, Counter())[kind] += 1
    staying = sum(counted.total() for counted in at.values())
    if not staying:
        return None
    share, undecided = Fraction(0), Fraction(1)
    for day in sorted(at):
        if day > days:
            return share
        counted = at[day]
        share += undecided * Fraction(counted["reached"], staying)
        undecided *= 1 - Fraction(counted["reached"] + counted["lost"], staying)
        staying -= counted.total()
        if staying == 0 and undecided and day < days:
            return None
    return share


def cohorts(tracks: Iterable[Track], by: str) -> dict[str, list[Track]]:
    """The leads by one of month, source, unit, chain; months in order, others the largest first."""
    found: dict[str, list[Track]] = {}
    for track in tracks:
        found.setdefault(getattr(track, by), []).append(track)
    if by == "month":
        return dict(sorted(found.items()))
    return dict(sorted(found.items(), key=lambda one: (-len(one[1]), one[0])))
