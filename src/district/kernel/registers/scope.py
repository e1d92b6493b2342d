"""Which rows of a register an actor may see."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import JSONField, Model, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotPermitted
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Scope, action_of, permitted, visible
from district.kernel.registers.declaration import Field, OwnedBy, Register
from district.kernel.registers.rules import visible_fields


def model_of(register: Register) -> type[Model]:
    """The register's model class."""
    if isinstance(register.model, str):
        return apps.get_model(register.model)
    return register.model


def steps(model: type[Model], path: str) -> list[Any]:
    """The model fields along a lookup path; shorter where it leaves the model (annotations)."""
    found: list[Any] = []
    here: Any = model
    for name in path.split(LOOKUP_SEP):
        try:
            one = here._meta.pk if name == "pk" else here._meta.get_field(name)
        except (AttributeError, FieldDoesNotExist):
            return found
        found.append(one)
        here = getattr(one, "related_model", None)
    return found


def is_to_many(model: type[Model], path: str) -> bool:
    """Whether a lookup path passes through a relation to many."""
    return any(one.many_to_many or one.one_to_many for one in steps(model, path))


def all_rows(register: Register) -> QuerySet[Any]:
    """Every row of the register, whoever asks."""
    rows = model_of(register)._default_manager.all()
    return register.rows(rows) if register.rows else rows


def rows_for(register: Register, actor: Actor, action_key: str = "") -> QuerySet[Any]:
    """The rows on which `actor` may do the action (the register's view action if empty).

    Raises NotPermitted when it may do it on no row at all.
    """
    key = action_key or register.view_action
    scope = visible(actor, key)
    if scope.nothing:
        raise NotPermitted(
            _("您没有“%(action)s”的权限。如确需办理，请联系系统管理员调整角色。")
            % {"action": action_of(key).label}
        )
    rows = all_rows(register).filter(_scope_q(register, scope))
    return rows.exclude(register.hidden(actor)) if register.hidden else rows


def _scope_q(register: Register, scope: Scope) -> Q:
    if scope.everything:
        return Q()
    if register.owned is None:
        return Q(pk__in=[])
    if not isinstance(register.owned, OwnedBy):
        return register.owned(scope)
    owned = register.owned
    condition = scope.q(owned.lead_unit, member=owned.member)
    if not (owned.co_units and scope.co_units):
        return condition
    model = model_of(register)
    if is_to_many(model, owned.co_units):
        helped = {f"{owned.co_units}__in": sorted(scope.co_units)}
        # A sub-query, because a join would list a row once for every co-unit.
        return condition | Q(pk__in=model._default_manager.filter(**helped).values("pk"))
    last = steps(model, owned.co_units)
    if last and isinstance(last[-1], JSONField):
        has = (Q(**{f"{owned.co_units}__has_member": code}) for code in sorted(scope.co_units))
        return reduce(or_, has, condition)
    return condition | Q(**{f"{owned.co_units}__in": sorted(scope.co_units)})


def fields_for(register: Register, actor: Actor) -> tuple[Field, ...]:
    """The fields that `actor` may see."""
    return visible_fields(register, lambda key: permitted(actor, key))


def may_export(register: Register, actor: Actor) -> bool:
    """Whether `actor` may take rows out of the register."""
    return not visible(actor, register.export_action or register.view_action).nothing


def may_import(register: Register, actor: Actor) -> bool:
    """Whether `actor` may bring rows into the register."""
    return (
        bool(register.importing)
        and not visible(actor, register.importing.action if register.importing else "").nothing
    )
