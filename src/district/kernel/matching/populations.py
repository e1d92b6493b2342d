"""This process's copies of the populations, brought up to date by positions."""

from __future__ import annotations

from threading import RLock

from district.kernel.base.recent import forgets
from district.kernel.matching import copies
from district.kernel.matching.positions import is_unfinished, moved_since, position_now
from district.kernel.matching.reading import entities, typed_ids, whole
from district.kernel.matching.rules.population import Population
from district.kernel.matching.store import PopulationSpec, population_spec, population_specs

#: Beyond so many written entities, or a tenth of places that count no more, it is written anew.
_SAVED_AFTER, _MOST_DEAD = 5_000, 10

_COPIES: dict[str, Population] = {}
_UNSAVED: dict[str, int] = {}
_LOCK = RLock()


def population(key: str) -> Population:
    """This process's copy of the population, with every change that is committed by now.

    Inside a transaction that has changed the population it holds those changes too, and is not
    kept for others. Raises NotFound for an unknown key.
    """
    spec = population_spec(key)
    with _LOCK:
        known = _COPIES.get(key)
        now = (known and _caught_up(spec, known)) or _from_file(spec) or _read(spec)
        if now is not _COPIES.get(key) and not is_unfinished(key):
            _COPIES[key] = now
            if _UNSAVED.get(key, 0) > _SAVED_AFTER:
                copies.save(spec, now)
                _UNSAVED[key] = 0
        return now


def catch_up() -> None:
    """Bring every population's copy up to date, so that few read all rows within a request."""
    for spec in population_specs():
        population(spec.key)


def forget_populations() -> None:
    """Drop this process's copies: they are read anew when they are asked for."""
    with _LOCK:
        _COPIES.clear()
        _UNSAVED.clear()


forgets(forget_populations)


def _read(spec: PopulationSpec) -> Population:
    at = position_now(spec.key)
    made = Population.of_frame(spec.schema(), *whole(spec), at)
    _UNSAVED[spec.key] = made.count
    return made


def _from_file(spec: PopulationSpec) -> Population | None:
    """What this or another process has kept, brought up to date; None where that is no use."""
    kept = copies.load(spec)
    return kept and _caught_up(spec, kept)


def _caught_up(spec: PopulationSpec, known: Population) -> Population | None:
    """The copy with what changed since it was made; None where all must be read anew."""
    moved = moved_since(spec.key, known.at)
    if moved.entities is None or known.schema != spec.schema():
        return None
    if not moved.entities:
        return known if moved.position == known.at else known.moved_to(moved.position)
    ids = typed_ids(spec, moved.entities)
    rows = dict(entities(spec, ids=ids))
    made = known.patched(rows, [one for one in ids if one not in rows], moved.position)
    if (made.length - made.count) * _MOST_DEAD > made.length:
        return None
    _UNSAVED[spec.key] = _UNSAVED.get(spec.key, 0) + len(ids)
    return made
