"""Measures that systems compute: declared with the function that counts them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from district.kernel.measures.records import MeasureSpec
from district.kernel.measures.rules.periods import StatPeriod
from district.kernel.registry.ledger import note

# (period) -> value by unit code; a unit left out has no value for that period.
Compute = Callable[[StatPeriod], Mapping[str, Decimal]]
P = ParamSpec("P")
R = TypeVar("R")
_counted: ContextVar[dict[Hashable, Any] | None] = ContextVar("counted", default=None)


@dataclass(frozen=True)
class Computed:
    """A declared measure and how it is computed; `by` names the system."""

    spec: MeasureSpec
    compute: Compute


# () -> measures that a part's own data names; reads rows.
Family = Callable[[], Iterable[Computed]]

_DECLARED: dict[str, Computed] = {}
_FAMILIES: dict[str, Family] = {}


def declare_measure(spec: MeasureSpec, compute: Compute) -> MeasureSpec:
    """Have `compute` deliver this measure's values; returns the spec.

    The compute function must cost a few queries for all units together. It counts rows of its
    system and sees no value of the same run: those are written once all are counted. Raises
    ValueError when another declaration has the key, or the spec's source is not `system`.
    """
    if spec.source != "system":
        raise ValueError(f"measure {spec.key!r}: a computed measure has the source 'system'")
    known = _DECLARED.setdefault(spec.key, Computed(spec, compute))
    if known != Computed(spec, compute):
        raise ValueError(f"measure {spec.key!r} is declared twice")
    note("measure", spec.key)
    return spec


def declare_measure_family(key: str, family: Family) -> None:
    """Have `family` name further measures of the source `system`, which a district's data makes.

    It is asked whenever measures are computed, so what the data names no more is computed no
    more. The keys are the caller's own: they begin with its system's key. Raises ValueError when
    another function has the key.
    """
    if _FAMILIES.setdefault(key, family) is not family:
        raise ValueError(f"family of measures {key!r} is declared twice")
    note("measure_family", key)


def computed_measures() -> tuple[Computed, ...]:
    """All declared computed measures, by key; asks the families, which read rows."""
    found = {one.spec.key: one for key in sorted(_FAMILIES) for one in _FAMILIES[key]()}
    found |= _DECLARED
    return tuple(found[key] for key in sorted(found))


def once_a_run(count: Callable[P, R]) -> Callable[P, R]:
    """Have what several measures are made of counted once while they are computed together.

    `count` takes hashable values in their places and reads rows; outside a run it is called
    every time.
    """

    @wraps(count)
    def counted(*args: P.args, **kwargs: P.kwargs) -> R:
        kept = _counted.get()
        if kept is None or kwargs:
            return count(*args, **kwargs)
        key = (count, args)
        if key not in kept:
            kept[key] = count(*args, **kwargs)
        found: R = kept[key]
        return found

    return counted


@contextmanager
def one_run() -> Iterator[None]:
    """A run in which nothing is counted twice."""
    token = _counted.set({})
    try:
        yield
    finally:
        _counted.reset(token)
