"""From a history to an outturn: of one series, and of a hierarchy. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from district.systems.economy.rules.nowcasting.conformal import Spread, spread_of
from district.systems.economy.rules.nowcasting.history import Floats, History, Table, table_of
from district.systems.economy.rules.nowcasting.models import MODELS
from district.systems.economy.rules.nowcasting.outturn import Note, Outturn, Part
from district.systems.economy.rules.nowcasting.reconciling import (
    STEP,
    Sum,
    closed,
    connected,
    constraints,
    reconciled,
)
from district.systems.economy.rules.nowcasting.rolling import (
    Combined,
    Rolls,
    Settings,
    combine,
    roll,
)

DEFAULT = Settings()
_SHORT = 4


@dataclass(frozen=True)
class Nowcasts:
    """The outturns of a hierarchy, by key. `differences` are what the published figures of each sum
    do not add up by (total less parts, in the order of the sums); what is foreseen for the open
    months adds up exactly, so the levels add up but for these."""

    outturns: Mapping[str, Outturn]
    differences: tuple[Decimal, ...]


def nowcast(history: History, year: int, settings: Settings = DEFAULT) -> Outturn:
    """What the year will come to, from the figures of the history as far as they are published.

    Raises Unusable where readings contradict each other or no whole year before is known.
    """
    return Study(history, year, settings).outturn()


def nowcast_all(
    histories: Sequence[History],
    sums: Sequence[Sum],
    year: int,
    settings: Settings = DEFAULT,
) -> Nowcasts:
    """The nowcasts of the series of a hierarchy, with what is foreseen made to add up.

    Every earlier origin is reconciled like today's, with what was known then, and the intervals
    rest on the errors that are left. Series are reconciled while all of a sum are known as far as
    the same month; sums of which that does not hold are left out, and their series noted. Raises
    Unusable like `nowcast`, and where a sum names an unknown series.
    """
    studies, kept = studied(histories, sums, year, settings)
    outturns = {key: one.outturn() for key, one in studies.items()}
    for key in {key for one in sums if one not in kept for key in (one.total, *one.parts)}:
        note = Note("nowcast.not_reconciled", {})
        outturns[key] = replace(outturns[key], notes=(*outturns[key].notes, note))
    differences = tuple(
        outturns[one.total].so_far - sum((outturns[part].so_far for part in one.parts), Decimal(0))
        for one in sums
    )
    return Nowcasts(outturns, differences)


def studied(
    histories: Sequence[History], sums: Sequence[Sum], year: int, settings: Settings = DEFAULT
) -> tuple[dict[str, Study], list[Sum]]:
    """The series of a hierarchy with all their origins, reconciled, and the sums that were kept.

    Raises Unusable like `nowcast_all`.
    """
    studies = {one.key: Study(one, year, settings) for one in histories}
    constraints(list(studies), sums)
    kept = _alike(studies, sums)
    for group in connected(kept):
        keys = dict.fromkeys(key for one in group for key in (one.total, *one.parts))
        _reconcile([studies[key] for key in keys], group)
    return studies, kept


class Study:
    """A series with its origins. `open_amount` is what remains of the year, once reconciled."""

    def __init__(self, history: History, year: int, settings: Settings) -> None:
        self.settings = settings
        self.table: Table = table_of(history, year)
        self.rolls: Rolls = roll(self.table, settings, history.festival)
        self.combined: Combined = combine(self.rolls, settings)
        self.open_amount: Decimal | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing of the year is open."""
        return self.table.known == self.table.parts

    def outturn(self) -> Outturn:
        """The nowcast, by what was combined or reconciled."""
        table, known = self.table, self.table.known
        if self.whole:
            return self._build(Decimal(0), Spread((), (), 0, 0), ())
        said = float(self.combined.said[-1, known])
        amount = _exact(said) if self.open_amount is None else self.open_amount
        scale = float(self.rolls.scale[-1, known])
        spread = spread_of(float(amount), self.combined.errors[1:-1], scale, known, self.settings)
        parts = tuple(
            Part(
                model,
                table.so_far + _exact(float(self.rolls.said[-1, known, at])),
                Decimal(str(round(float(self.combined.weights[-1, known, at]), 4))),
                self._error_of(at),
            )
            for at, model in enumerate(MODELS)
            if not np.isnan(self.rolls.said[-1, known, at])
        )
        return self._build(amount, spread, parts)

    def _build(self, amount: Decimal, spread: Spread, parts: tuple[Part, ...]) -> Outturn:
        table = self.table
        level = table.so_far + amount
        low = high = level if self.whole else None
        if spread.points:
            outside = (1 - self.settings.share) / 2
            bottom, top = spread.quantile(outside), spread.quantile(1 - outside)
            if (table.flows >= 0).all():
                bottom = max(bottom, 0.0)
            low = min(level, table.so_far + _exact(bottom))
            high = max(level, table.so_far + _exact(top))
        return Outturn(
            key=table.key,
            year=table.year,
            after=table.after,
            so_far=table.so_far,
            level=level,
            low=low,
            high=high,
            share=Decimal(str(self.settings.share)),
            base=table.base,
            open_base=self._open_base(),
            parts=parts,
            notes=self._notes(spread),
            origins=spread.origins,
            years=spread.years,
            spread=spread,
        )

    def _open_base(self) -> Decimal | None:
        """Last year's figure of the open months, on this year's basis."""
        table = self.table
        if table.base is None or not table.known:
            return table.base
        total = float(table.flows[-1].sum())
        share = float(table.flows[-1, table.known :].sum()) / total if total else 0.0
        return (table.base * Decimal(repr(share))).quantize(STEP)

    def _error_of(self, model: int) -> Decimal | None:
        errors = np.abs(self.rolls.came - self.rolls.said[:, :, model])
        sizes = np.abs(self.table.flows.sum(axis=1))
        shares = errors[1:-1] / np.where(sizes[1:, None] > 0, sizes[1:, None], np.nan)
        known = shares[np.isfinite(shares)]
        return Decimal(str(round(float(known.mean()), 6))) if known.size else None

    def _notes(self, spread: Spread) -> tuple[Note, ...]:
        table = self.table
        notes = [
            Note("nowcast.filled", {"year": str(year), "month": str(month)})
            for year, month in table.filled
        ]
        links = table.factors / np.append(table.factors[1:], 1.0)
        notes += [
            Note("nowcast.restated", {"year": str(year + 1), "factor": f"{link:.6f}"})
            for year, link in zip(table.years, links, strict=True)
            if abs(link - 1) > 1e-6
        ]
        if not self.whole and not spread.points:
            notes.append(Note("nowcast.no_interval", {}))
        elif not self.whole and spread.years < _SHORT:
            notes.append(Note("nowcast.short", {"years": str(spread.years)}))
        return tuple(notes)


def _alike(studies: Mapping[str, Study], sums: Sequence[Sum]) -> list[Sum]:
    """The sums whose series are known as far as the same month, in the same parts of the year."""
    tables = {key: one.table for key, one in studies.items()}
    return [
        one
        for one in sums
        if len({(tables[key].known, tables[key].ends) for key in (one.total, *one.parts)}) == 1
    ]


def _reconcile(ones: Sequence[Study], sums: Sequence[Sum]) -> None:
    """Reconcile today's and all earlier origins that every series has; changes the studies."""
    keys = [one.table.key for one in ones]
    rows = constraints(keys, sums)
    least = np.array([0.0 if (one.table.flows >= 0).all() else -np.inf for one in ones])
    today = None
    if not ones[0].whole:
        said = np.array([one.combined.said[-1, one.table.known] for one in ones])
        spreads = np.array([_variance(one, -1, one.table.known) for one in ones])
        today = reconciled(said, spreads, rows, least=least)
    _reconcile_past(ones, rows, least)
    if today is not None:
        exact = closed(dict(zip(keys, today.tolist(), strict=True)), sums)
        for one in ones:
            one.open_amount = exact[one.table.key]


def _reconcile_past(ones: Sequence[Study], rows: Floats, least: Floats) -> None:
    """Replace what was said at earlier origins by what would have been, reconciled.

    Sums held on the basis of their own year, so the amounts are brought there and back.
    """
    changed: list[tuple[list[int], int, Floats]] = []
    for year in sorted(set.intersection(*(set(one.table.years[1:]) for one in ones))):
        at = [one.table.years.index(year) for one in ones]
        pairs = list(zip(ones, at, strict=True))
        factors = np.array([one.table.factors[row] for one, row in pairs])
        for known in range(ones[0].table.parts):
            said = np.array([one.combined.said[row, known] for one, row in pairs])
            spreads = np.array([_variance(one, row, known) for one, row in pairs])
            if not np.isnan(said).any():
                found = reconciled(said / factors, spreads / factors**2, rows, least=least)
                changed.append((at, known, found * factors))
    for at, known, found in changed:
        for one, row, amount in zip(ones, at, found, strict=True):
            one.combined.said[row, known] = amount
            error = (one.rolls.came[row, known] - amount) / one.rolls.scale[row, known]
            one.combined.errors[row, known] = error


def _variance(study: Study, row: int, known: int) -> float:
    """The variance of a series' error at an origin, from the years before; its scale without."""
    scale = float(study.rolls.scale[row, known])
    stop = len(study.combined.errors) - 1 if row == -1 else row
    before = study.combined.errors[1:stop]
    seen = before[~np.isnan(before)]
    typical = float((seen**2).mean()) if seen.size else 0.0025
    return max(typical, 1e-10) * scale**2 + 1e-12


def _exact(value: float) -> Decimal:
    return Decimal(repr(float(value))).quantize(STEP)
