"""Generated series for the benchmark of the nowcast, with troubles that are known.

Growth wanders like a business cycle, season and noise differ from series to series. On top of that
come, by kind: restated bases in three years of ten, a holiday that moves, January and February
jointly, a break of level, missing months, quarters instead of months, or all of these.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from decimal import Decimal

from district.systems.economy.rules.nowcasting import History, Reading, Sum, spring_festival

#: Kinds of generated series: what troubles them.
KINDS = ("plain", "restated", "festival", "joint", "break", "missing", "quarters", "all")
FIRST, LAST = 2011, 2025


@dataclass
class Made:
    """A generated series: monthly amounts on their own year's basis; what is published of them."""

    key: str
    kind: str
    months: dict[tuple[int, int], float]
    links: dict[int, float] = field(default_factory=dict)

    def history(self) -> History:
        """The figures as a bureau publishes them: the year to date."""
        kind, rng = self.kind, random.Random(f"gaps {self.key}")  # noqa: S311  # no secret
        readings = []
        for year in range(FIRST, LAST + 1):
            link = self.links.get(year)
            for month in range(1, 13):
                skipped = (kind in ("joint", "all") and month == 1) or (
                    kind == "quarters" and month % 3
                )
                if skipped or (kind in ("missing", "all") and month < 12 and rng.random() < 0.08):
                    continue
                before = sum(self.months.get((year - 1, m), 0.0) for m in range(1, month + 1))
                base = _exact(before * link) if link and before else None
                value = sum(self.months[year, m] for m in range(1, month + 1))
                readings.append(Reading(year, 1, month, _exact(value), base))
        return History(self.key, tuple(readings))


def generated(count: int = 96, seed: int = 7) -> list[Made]:
    """So many series, the kinds in turn."""
    rng = random.Random(seed)  # noqa: S311  # no secret
    return [_made(f"generated.{at}", KINDS[at % len(KINDS)], rng) for at in range(count)]


def _made(key: str, kind: str, rng: random.Random) -> Made:
    season = [math.exp(rng.gauss(0, 0.15)) for _ in range(12)]
    growth, noise = rng.gauss(0.05, 0.04), rng.uniform(0.01, 0.08)
    effect = rng.uniform(0.2, 0.6) if kind in ("festival", "joint", "all") else 0.0
    broken = rng.randrange((FIRST + 4) * 12, LAST * 12) if kind in ("break", "all") else 10**9
    drop, swing, level = rng.uniform(0.65, 1.3), 0.0, rng.uniform(50, 5000)
    made = Made(key, kind, {})
    basis = 1.0
    for year in range(FIRST, LAST + 1):
        if kind in ("restated", "all") and year > FIRST and rng.random() < 0.3:
            made.links[year] = rng.uniform(0.8, 1.2)
            basis *= made.links[year]
        for month in range(1, 13):
            at = year * 12 + month - 1
            # Growth wanders like a business cycle: a month keeps most of the last one's swing.
            swing = 0.93 * swing + rng.gauss(0, 0.006)
            level *= math.exp(growth / 12 + swing / 12)
            change = drop if at >= broken else 1.0
            moved = math.exp(-effect * _window(year, month))
            shock = math.exp(rng.gauss(0, noise))
            made.months[year, month] = level * season[month - 1] * change * moved * shock * basis
    return made


def hierarchy(
    seed: int = 11, industries: int = 4, streets: int = 3
) -> tuple[list[Made], list[Sum]]:
    """A district that is the sum of its industries and of its streets, with their cells."""
    rng = random.Random(seed)  # noqa: S311  # no secret
    cells = {
        (i, s): _made(f"cell.{i}.{s}", "festival", rng)
        for i in range(industries)
        for s in range(streets)
    }

    def added(key: str, of: list[Made]) -> Made:
        return Made(key, "plain", {at: sum(one.months[at] for one in of) for at in of[0].months})

    groups = [
        *(added(f"industry.{i}", [cells[i, s] for s in range(streets)]) for i in range(industries)),
        *(added(f"street.{s}", [cells[i, s] for i in range(industries)]) for s in range(streets)),
    ]
    district = added("district", list(cells.values()))
    by_industry = {
        f"industry.{i}": tuple(f"cell.{i}.{s}" for s in range(streets)) for i in range(industries)
    }
    by_street = {
        f"street.{s}": tuple(f"cell.{i}.{s}" for i in range(industries)) for s in range(streets)
    }
    sums = [Sum("district", tuple(by_industry)), Sum("district", tuple(by_street))]
    sums += [Sum(key, cells_of) for key, cells_of in (*by_industry.items(), *by_street.items())]
    return [district, *groups, *cells.values()], sums


def _window(year: int, month: int) -> float:
    """The share of the fortnight around the Spring Festival in a month; not that of the rules."""
    first = spring_festival(year)
    if first is None:
        return 0.0
    days = [first.toordinal() + at for at in range(-4, 11)]
    inside = [day for day in days if type(first).fromordinal(day).month == month]
    return len(inside) / len(days)


def _exact(value: float) -> Decimal:
    return Decimal(str(round(value, 2)))
