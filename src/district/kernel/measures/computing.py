"""Measures that systems compute: declared with the function that counts them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from district.kernel.measures.records import MeasureSpec
from district.kernel.measures.rules.periods import StatPeriod
from district.kernel.registry.ledger import note

# (period) -> value by unit code; a unit left out has no value for that period.
Compute = Callable[[StatPeriod], Mapping[str, Decimal]]


@dataclass(frozen=True)
class Computed:
    """A declared measure and how it is computed; `by` names the system."""

    spec: MeasureSpec
    compute: Compute


_DECLARED: dict[str, Computed] = {}


def declare_measure(spec: MeasureSpec, compute: Compute) -> MeasureSpec:
    """Have `compute` deliver this measure's values; returns the spec.

    The compute function must cost a few queries for all units together. Raises ValueError when
    another declaration has the key, or the spec's source is not `system`.
    """
    if spec.source != "system":
        raise ValueError(f"measure {spec.key!r}: a computed measure has the source 'system'")
    known = _DECLARED.setdefault(spec.key, Computed(spec, compute))
    if known != Computed(spec, compute):
        raise ValueError(f"measure {spec.key!r} is declared twice")
    note("measure", spec.key)
    return spec


def computed_measures() -> tuple[Computed, ...]:
    """All declared computed measures, by key."""
    return tuple(_DECLARED[key] for key in sorted(_DECLARED))
