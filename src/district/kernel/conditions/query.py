"""A condition as a Django query: exactly the rows whose verdict is True."""

from __future__ import annotations

import uuid
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Exists, Field, JSONField, Model, OuterRef, Q, UUIDField
from django.db.models.constants import LOOKUP_SEP

from district.kernel.conditions.rules import typing_rules as rules
from district.kernel.conditions.rules.normal import by_instants, resolve, simplify
from district.kernel.conditions.rules.schema import Attribute, Schema
from district.kernel.conditions.rules.tree import All, Compare, Condition, Not

_NONE = Q(pk__in=[])
_ORDER = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}


def to_q(
    condition: Condition,
    schema: Schema | None = None,
    *,
    today: date | None = None,
    model: type[Model] | None = None,
) -> Q:
    """A Q that selects exactly the rows whose verdict is True, on SQLite and PostgreSQL.

    `schema` takes the attributes' paths from there instead of from the condition. `model` is
    needed where a set is a many-to-many relation or a text is a UUID column. Decimals must be
    ExactDecimalField, sets JSON lists of texts or relations. Raises ValueError when a relative
    date meets no `today`.
    """
    return _q(simplify(by_instants(resolve(condition, today))), _Columns(schema, model))


class _Columns:
    """Where attributes are found."""

    def __init__(self, schema: Schema | None, model: type[Model] | None) -> None:
        self.schema, self.model = schema, model

    def attribute(self, leaf: Compare) -> Attribute:
        if self.schema is None:
            return leaf.attribute
        return rules.attribute_of(self.schema, leaf.attribute.key)

    def field(self, path: str) -> Field[Any, Any] | None:
        """The model field at the end of `path`; None when unknown (no model, an annotation)."""
        model, field = self.model, None
        if model is None:
            return None
        try:
            for name in path.split(LOOKUP_SEP):
                options = model._meta
                field = options.pk if name == "pk" else options.get_field(name)
                model = getattr(field, "related_model", None) or model
        except FieldDoesNotExist:
            return None
        while getattr(field, "target_field", None) is not None:  # a foreign key's own type
            field = field.target_field  # type: ignore[union-attr]  # just seen that it is there
        return field if isinstance(field, Field) else None

    def is_relation(self, path: str) -> bool:
        """Whether `path` passes through a relation to many."""
        model = self.model
        if model is None:
            return False
        for name in path.split(LOOKUP_SEP):
            try:
                field = model._meta.get_field(name)
            except FieldDoesNotExist:
                return False
            if field.many_to_many or field.one_to_many:
                return True
            model = getattr(field, "related_model", None) or model
        return False


def _q(condition: Condition, columns: _Columns) -> Q:
    if isinstance(condition, Compare):
        return _leaf(condition, columns, negated=False)
    if isinstance(condition, Not):
        assert isinstance(condition.clause, Compare)  # noqa: S101  # the normal form's promise
        return _leaf(condition.clause, columns, negated=True)
    conjunction = isinstance(condition, All)
    if not condition.clauses:
        return Q() if conjunction else _NONE
    parts = [_q(clause, columns) for clause in condition.clauses]
    if not conjunction and any(not part for part in parts):
        return Q()  # an empty Q is true, but Django's `|` would drop it
    return reduce(and_ if conjunction else or_, parts)


def _leaf(leaf: Compare, columns: _Columns, *, negated: bool) -> Q:
    attribute = columns.attribute(leaf)
    if attribute.type == "set":
        return _set(leaf, attribute, columns, negated=negated)
    known = _known(attribute, columns)
    if leaf.operator == "known":
        return ~known if negated else known
    operator = leaf.operator
    if operator == "!=":  # the complement of =, as `not in` is of `in`
        operator, negated = "=", not negated
    # Always together with `known`: Django drops or inverts overflowing integer comparisons
    # and negations without regard to NULL.
    test = _test(operator, leaf, attribute, columns)
    return known & ~test if negated else known & test


def _known(attribute: Attribute, columns: _Columns) -> Q:
    known = Q(**{f"{attribute.path}__isnull": False})
    if rules.is_textual(attribute) and not isinstance(columns.field(attribute.path), UUIDField):
        known &= ~Q(**{attribute.path: ""})
    return known


def _test(operator: str, leaf: Compare, attribute: Attribute, columns: _Columns) -> Q:
    path, values = attribute.path, list(leaf.values)
    if attribute.type == "code" and attribute.hierarchy == "path":
        return _chain(operator, values, attribute)
    if operator in _ORDER:
        return Q(**{f"{path}__{_ORDER[operator]}": values[0]})
    if operator == "between":
        return Q(**{f"{path}__gte": values[0]}) & Q(**{f"{path}__lte": values[1]})
    if operator == "contains":
        return Q(**{f"{path}__contains_exactly": values[0]})
    if operator in ("starts_with", "under"):
        return Q(**{f"{path}__starts_exactly": values[0]})
    if isinstance(columns.field(path), UUIDField):
        keys = [key for key in map(_uuid, values) if key is not None]
        return Q(**{f"{path}__in": keys}) if keys else _NONE
    return Q(**{f"{path}__in": values})


def _uuid(value: object) -> uuid.UUID | None:
    try:
        key = uuid.UUID(str(value))
    except ValueError:
        return None
    return key if str(key) == value else None


def _chain(operator: str, values: list[Any], attribute: Attribute) -> Q:
    if operator == "under":
        return Q(**{f"{attribute.path}__contains_exactly": f"/{values[0]}/"})
    if attribute.code_path:
        return Q(**{f"{attribute.code_path}__in": values})
    ends = (Q(**{f"{attribute.path}__ends_exactly": f"/{value}/"}) for value in values)
    return reduce(or_, ends)


def _set(leaf: Compare, attribute: Attribute, columns: _Columns, *, negated: bool) -> Q:
    path = attribute.path
    if columns.is_relation(path):
        if leaf.operator == "known":
            return _NONE if negated else Q()
        assert columns.model is not None  # noqa: S101  # is_relation has looked into it
        inner = columns.model._default_manager.filter(**{path: leaf.value, "pk": OuterRef("pk")})
        return Q(~Exists(inner)) if negated else Q(Exists(inner))
    field = columns.field(path)
    if field is not None and not isinstance(field, JSONField):
        raise TypeError(f"{attribute.key}: a set is a JSON list or a relation to many, not {field}")
    known = Q(**{f"{path}__is_list": True})
    if leaf.operator == "known":
        return ~known | Q(**{f"{path}__isnull": True}) if negated else known
    has = Q(**{f"{path}__has_member": leaf.value})
    return known & ~has if negated else has
