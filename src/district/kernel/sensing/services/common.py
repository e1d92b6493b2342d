"""What the services of sensing share: locking a row, writing what changed of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, NotFound
from district.kernel.base.versioned import Versioned, save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.sensing.names import subject

Row = TypeVar("Row", bound=Versioned)


def locked(model: type[Row], key: int | str, **live: Any) -> Row:
    """The row, locked until the transaction ends; NotFound where there is none."""
    rows = model._default_manager.select_for_update(of=("self",))
    found = rows.filter(pk=key, **live).first()
    if found is None:
        name = model._meta.verbose_name
        raise NotFound(_("没有这个%(name)s。") % {"name": name})
    return found


def created(model: type[Row], **values: Any) -> Row:
    """A new row; Conflict where somebody made one of the same code at the same moment."""
    try:
        with transaction.atomic():
            return model._default_manager.create(**values)
    except IntegrityError as error:
        raise _taken(model) from error


def _taken(model: type[models.Model]) -> Conflict:
    name = model._meta.verbose_name
    return Conflict(_("同一编号的%(name)s刚刚登记。请换一个编号。") % {"name": name})


def write(row: Versioned, kind: str, values: Mapping[str, Any], *, actor: Actor) -> list[str]:
    """Set what differs, save it, and tell history; the names of what changed, maybe none.

    `values` are by the names of columns (`lead_unit_id`), checked already.
    """
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if not changed:
        return []
    for name in changed:
        setattr(row, name, values[name])
    try:
        with transaction.atomic():
            save_versioned(row, changed)
    except IntegrityError as error:
        raise _taken(type(row)) from error
    data = {name: values[name] for name in changed}
    record(subject(kind, row.pk), f"sensing.{kind}.changed", {"values": data}, actor=actor)
    return changed


def free(row: models.Model, model: type[models.Model], field: str, message: str) -> None:
    """Conflict unless no row of `model` refers to `row` by `field`."""
    if model._default_manager.filter(**{field: row.pk}).exists():
        raise Conflict(message)
