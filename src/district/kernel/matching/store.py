"""The populations that parts and systems have declared, by key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.conditions.public import Schema
from district.kernel.registry.ledger import note

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

#: The key of an entity: whatever `id_path` leads to.
Id = Any
#: An entity with its values by attribute key; a value that is absent is unknown.
Entity = tuple[Id, Mapping[str, Any]]


@dataclass(frozen=True)
class PopulationSpec:
    """A kind of things that conditions are asked of, many at once: enterprises, units of space.

    - `schema`: the attributes that conditions may speak about; their paths lead from the model of
      `rows`, and no path but a set's passes through a relation to many.
    - `rows`: those that count now.
    - `id_path`: where a row's key is found.
    - `past`: the entities as they stood at the end of a day; None where the past is not kept.
    """

    key: str
    label: StrOrPromise
    schema: Callable[[], Schema]
    rows: Callable[[], QuerySet[Any]]
    id_path: str = "pk"
    past: Callable[[date], Iterable[Entity]] | None = None


_POPULATIONS: dict[str, PopulationSpec] = {}


def declare_population(spec: PopulationSpec) -> PopulationSpec:
    """Make a population known under its key; returns it.

    Called from `declare.py` while Django starts. Whoever declares it tells of every change by
    `note_changed`. Raises ValueError when another population has the key.
    """
    known = _POPULATIONS.setdefault(spec.key, spec)
    if known is not spec:
        raise ValueError(f"population {spec.key!r} is declared twice")
    note("population", spec.key)
    return spec


def population_spec(key: str) -> PopulationSpec:
    """The population of that key; raises NotFound."""
    try:
        return _POPULATIONS[key]
    except KeyError:
        raise NotFound(_("没有名为 %(key)s 的匹配对象。") % {"key": key}) from None


def population_specs() -> tuple[PopulationSpec, ...]:
    """All declared populations, by key."""
    return tuple(_POPULATIONS[key] for key in sorted(_POPULATIONS))
