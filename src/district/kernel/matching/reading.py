"""Entities read from the database, as conditions take them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field, QuerySet
from django.db.models.constants import LOOKUP_SEP

from district.kernel.conditions.public import Attribute
from district.kernel.matching.store import Entity, Id, PopulationSpec

_AT_ONCE = 500  # keys in one query: SQLite takes 999 parameters where it is old
_TEXTUAL = {"text", "choice", "code"}


def entities(
    spec: PopulationSpec, keys: Collection[str] = (), *, ids: Iterable[Id] | None = None
) -> Iterator[Entity]:
    """Those that count now, with the values of the named attributes (all where none is named).

    `ids` limits them to these keys, of which those that no longer count are left out.
    """
    schema = spec.schema()
    attributes = [schema.by_key[key] for key in keys] if keys else list(schema.attributes)
    if ids is None:
        yield from _read(spec, spec.rows(), attributes)
        return
    wanted = list(ids)
    for at in range(0, len(wanted), _AT_ONCE):
        part = spec.rows().filter(**{f"{spec.id_path}__in": wanted[at : at + _AT_ONCE]})
        yield from _read(spec, part, attributes)


def _read(
    spec: PopulationSpec, rows: QuerySet[Any], attributes: Sequence[Attribute]
) -> Iterator[Entity]:
    related = [a for a in attributes if a.type == "set" and _passes_to_many(rows, a.path)]
    plain = [a for a in attributes if a not in related]
    sets = [(a.key, _related(spec, rows, a)) for a in related]
    texts = [a.key for a in plain if a.type in _TEXTUAL]
    found = rows.order_by().values_list(spec.id_path, *(a.path for a in plain))
    for one, *values in found.iterator(chunk_size=5000):
        row = dict(zip((a.key for a in plain), values, strict=True))
        for key in texts:
            if row[key] is not None:
                row[key] = str(row[key])
        for key, held in sets:
            row[key] = held.get(one, ())
        yield one, row


def _related(
    spec: PopulationSpec, rows: QuerySet[Any], attribute: Attribute
) -> dict[Id, list[str]]:
    """What is held through a relation to many; a row that is not named holds nothing."""
    held: dict[Id, list[str]] = {}
    for one, value in rows.order_by().values_list(spec.id_path, attribute.path).iterator():
        if value is not None:
            held.setdefault(one, []).append(str(value))
    return held


def _passes_to_many(rows: QuerySet[Any], path: str) -> bool:
    model = rows.model
    for name in path.split(LOOKUP_SEP):
        if name == "pk" or name in rows.query.annotations:
            return False
        field = model._meta.get_field(name)
        if field.many_to_many or field.one_to_many:
            return True
        model = getattr(field, "related_model", None) or model
    return False


def typed_ids(spec: PopulationSpec, texts: Iterable[str]) -> list[Id]:
    """Keys written as texts, as the database gives them; what cannot be a key is left out."""
    field = _id_field(spec)
    found = []
    for text in texts:
        try:
            found.append(field.to_python(text))
        except ValidationError:
            continue
    return found


def _id_field(spec: PopulationSpec) -> Field[Any, Any]:
    model = spec.rows().model
    field: Any = model._meta.pk
    for name in spec.id_path.split(LOOKUP_SEP):
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        model = getattr(field, "related_model", None) or model
    while getattr(field, "target_field", None) is not None:  # a foreign key's own type
        field = field.target_field
    found: Field[Any, Any] = field
    return found
