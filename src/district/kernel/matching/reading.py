"""Entities read from the database, as conditions take them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import polars as pl
from django.core.exceptions import ValidationError
from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    Field,
    JSONField,
    QuerySet,
    TextField,
    UUIDField,
)
from django.db.models.constants import LOOKUP_SEP

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.frames import Column, fields_of, read_parts
from district.kernel.conditions.public import Attribute, Schema, frame_of
from district.kernel.matching.rules.keys import Keys
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


def whole(spec: PopulationSpec) -> tuple[Keys, pl.DataFrame]:
    """All that count now: their keys, and their values as `conditions.frame_of` writes them.

    The same values as `entities` gives, read in columns: an attribute whose column the database
    gives otherwise (a time, an annotation) is read value by value, the others are not.
    """
    rows, attributes = spec.rows().order_by(), list(spec.schema().attributes)
    related = [a for a in attributes if a.type == "set" and _passes_to_many(rows, a.path)]
    plain = [a for a in attributes if a not in related]
    held = {a.key: _related(spec, rows, a) for a in related}
    paths = [spec.id_path, *(a.path for a in plain)]
    id_field, *fields = fields_of(rows, paths)
    quick = [a.key for a, field in zip(plain, fields, strict=True) if _is_quick(a, field)]
    listed = {a.path for a in plain if a.key not in quick} | ({spec.id_path} if related else set())
    ids = [Keys.of(())]
    frames = [frame_of((), spec.schema())]
    for key_column, *columns in read_parts(rows, paths, listed=listed):
        ids.append(_keys(key_column, id_field))
        made = {
            a.key: _quick(a, column) if isinstance(column, pl.Series) else _slow(a, column)
            for a, column in zip(plain, columns, strict=True)
        }
        for a in related:
            made[a.key] = _slow(a, [held[a.key].get(one, ()) for one in key_column])
        frames.append(pl.DataFrame({a.key: made[a.key] for a in attributes}))
    return Keys.joined(ids), pl.concat(frames)


def _keys(column: Column, field: Field[Any, Any]) -> Keys:
    if isinstance(column, list):
        return Keys.of(column)
    if isinstance(field, UUIDField):
        return Keys.of_bytes(bytes.fromhex("".join(column.to_list())))
    return Keys.of(column.to_list())


def _is_quick(attribute: Attribute, field: Field[Any, Any]) -> bool:
    """Whether the database's own column becomes the attribute's without looking at each value."""
    if attribute.type in _TEXTUAL:
        return isinstance(field, CharField | TextField)
    if attribute.type == "decimal":
        return isinstance(field, ExactDecimalField) and field.places == attribute.places
    if attribute.type == "integer":
        return field.get_internal_type().endswith("IntegerField") and not isinstance(
            field, ExactDecimalField
        )
    kinds: dict[str, type[Any]] = {"boolean": BooleanField, "date": DateField, "set": JSONField}
    return attribute.type in kinds and type(field) is kinds[attribute.type]


def _quick(attribute: Attribute, column: pl.Series) -> pl.Series:
    if attribute.type in _TEXTUAL:
        return pl.select(pl.when(column != "").then(column)).to_series()
    return _sets(attribute, column) if attribute.type == "set" else column


def _sets(attribute: Attribute, texts: pl.Series) -> pl.Series:
    """Lists written as JSON: each that occurs is read once."""
    occurring = texts.unique()
    lists = [None if text is None else json.loads(text) for text in occurring.to_list()]
    frame = pl.DataFrame({"text": occurring, "members": _slow(attribute, lists)})
    return texts.to_frame("text").join(
        frame, on="text", how="left", nulls_equal=True, maintain_order="left"
    )["members"]


def _slow(attribute: Attribute, values: Sequence[Any]) -> pl.Series:
    """A column of Django's values, each looked at."""
    if attribute.type in _TEXTUAL:
        values = [None if value is None else str(value) for value in values]
    alone = Schema(attribute.key, (attribute,))
    return frame_of(({attribute.key: value} for value in values), alone)[attribute.key]


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
