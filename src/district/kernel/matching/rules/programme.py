"""Conditions that are asked together on one day, and what they are to a population."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from district.kernel.conditions.public import Condition
from district.kernel.matching.rules.binding import Bound, bind
from district.kernel.matching.rules.columns import Places, packed, unpacked
from district.kernel.matching.rules.compiling import Plan, plan_of
from district.kernel.matching.rules.executing import Found, run
from district.kernel.matching.rules.population import Population
from district.kernel.matching.rules.verdicts import Kind, Tally

Mask = npt.NDArray[np.bool_]
#: Beyond a thirtieth of the population everything is evaluated again; and after so many mendings.
_FEW, _MOST_MENDED = 30, 16


@dataclass(frozen=True)
class Programme:
    """Conditions by key, and the day on which `today` in them is."""

    conditions: Mapping[str, Condition]
    today: date

    @classmethod
    def of(cls, conditions: Mapping[str, Condition], today: date) -> Programme:
        """The programme of these conditions."""
        return cls(MappingProxyType(dict(conditions)), today)

    @cached_property
    def plan(self) -> Plan:
        """The distinct comparisons and groups, made once."""
        return plan_of(self.conditions, self.today)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each condition stands in the plan."""
        return {key: place for place, key in enumerate(self.conditions)}


@dataclass(frozen=True)
class Outcomes:
    """What every condition of a programme is to every entity of a population."""

    population: Population
    programme: Programme
    bound: Bound = field(repr=False)
    counts: npt.NDArray[np.int64] = field(repr=False)
    found: Found = field(repr=False)
    #: Places whose bits are told anew, and those bits; later ones count.
    mended: tuple[tuple[Places, Found], ...] = field(default=(), repr=False)

    def __getitem__(self, key: str) -> Tally:
        """How many entities the condition holds for, and so on; KeyError for an unknown key."""
        holds, misses, unknown = self.counts[self.programme.places[key]].tolist()
        return Tally(holds, misses, unknown, self.population.count - holds - misses - unknown)

    def mask(self, key: str, kind: Kind, clause: int | None = None) -> Mask:
        """Which entities are of that kind, by place as in `population.ids`.

        With `clause`, those among them that miss the clause of that index alone.
        """
        length = self.population.length
        if clause is not None:
            if kind != "misses_one":
                raise ValueError("a clause is missed alone only by those who miss one")
            missed = self._alone(key, clauses=True).clauses
            assert missed is not None  # noqa: S101  # it was asked for
            return unpacked(missed[clause], length)
        if kind == "fails":
            others = [self.mask(key, one) for one in ("holds", "misses_one", "unknown_only")]
            alive = unpacked(self.population.alive, length)
            rest: Mask = alive & ~(others[0] | others[1] | others[2])
            return rest
        place = self.programme.places[key]
        if self.found.bits is None:
            found = self._alone(key)
            return unpacked(found.words(0, kind, len(self.population.alive)), length)
        mask = np.zeros(length, np.bool_)
        words = self.found.words(place, kind, -1)
        before = unpacked(words, min(length, 64 * len(words)))
        mask[: len(before)] = before
        for places, found in self.mended:
            bits = found.words(place, kind, -(-len(places) // 64))
            mask[places] = unpacked(bits, len(places))
        return mask

    def ids(
        self,
        key: str,
        kind: Kind,
        offset: int = 0,
        limit: int | None = None,
        clause: int | None = None,
    ) -> list[Any]:
        """The keys of those entities, in the order of `population.ids`, a page of them."""
        places = np.flatnonzero(self.mask(key, kind, clause))
        return self.population.ids.at(places[offset : None if limit is None else offset + limit])

    def missed(self, key: str) -> dict[int, int]:
        """By index of the top-level clause, how many entities miss it and nothing else."""
        clauses = self._alone(key, clauses=True).clauses
        assert clauses is not None  # noqa: S101  # it was asked for
        counts = np.bitwise_count(clauses).sum(axis=1).tolist()
        return {clause: count for clause, count in enumerate(counts) if count}

    def _alone(self, key: str, *, clauses: bool = False) -> Found:
        """One condition evaluated again over the same population."""
        one = self.programme.conditions[key]
        bound = bind(plan_of({key: one}, self.programme.today), self.population.columns)
        copy = self.population
        return run(bound, copy.columns, copy.alive, copy.length, clauses=clauses)


def evaluate_all(copy: Population, programme: Programme, *, bits: bool = True) -> Outcomes:
    """Every condition of the programme on every entity.

    Without `bits` only counts are kept (a quarter of a byte for each condition and entity is
    saved), and who they are is found again when it is asked. ValueError when a condition
    speaks of an attribute that the population does not have.
    """
    bound = bind(programme.plan, copy.columns)
    found = run(bound, copy.columns, copy.alive, copy.length, bits=bits)
    return Outcomes(copy, programme, bound, found.counts, found)


def evaluate_changes(before: Outcomes, copy: Population) -> Outcomes:
    """The same programme on a later state of the population, as `evaluate_all` would tell it.

    Only what was written since is evaluated, where that is known and little.
    """
    old, programme = before.population, before.programme
    places = copy.written_since(old.serial)
    if (
        places is None
        or before.found.bits is None
        or len(places) * _FEW > copy.length
        or len(before.mended) >= _MOST_MENDED
    ):
        return evaluate_all(copy, programme, bits=before.found.bits is not None)
    if not len(places):
        return replace(before, population=copy)
    bound = before.bound if _same_places(old, copy) else bind(programme.plan, copy.columns)
    was = _at(old, before.bound, places[places < old.length])
    now = _at(copy, bound, places)
    return Outcomes(
        copy,
        programme,
        bound,
        before.counts - was.counts + now.counts,
        before.found,
        (*before.mended, (places, now)),
    )


def _same_places(old: Population, copy: Population) -> bool:
    """Whether the cells of both mean the same, so that what was bound to one suits the other."""
    return all(
        column.dictionary is old.columns[key].dictionary and column.kind == old.columns[key].kind
        for key, column in copy.columns.items()
    )


def _at(copy: Population, bound: Bound, places: Places) -> Found:
    columns = {key: column.at(places) for key, column in copy.columns.items()}
    alive = packed((copy.alive[places // 64] >> (places % 64).astype(np.uint64) & np.uint64(1)) > 0)
    return run(bound, columns, alive, len(places), threads=1)
