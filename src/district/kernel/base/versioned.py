"""Optimistic locking that means the same on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict


class Versioned(models.Model):
    """A row with a version that every write must have seen."""

    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True


def save_versioned(row: Versioned, fields: list[str] | None = None) -> None:
    """Write `row` if nobody wrote it since it was read; raise Conflict otherwise.

    `fields` limits the write to those attribute names; None writes every concrete field but
    the key. The row's `version` grows by one.
    """
    concrete = [field for field in row._meta.concrete_fields if not field.primary_key]
    wanted = set(fields) if fields is not None else {field.name for field in concrete}
    values: dict[str, Any] = {
        field.attname: getattr(row, field.attname)
        for field in concrete
        if (field.name in wanted or field.attname in wanted) and field.name != "version"
    }
    seen = row.version
    changed = (
        type(row)
        ._default_manager.filter(pk=row.pk, version=seen)
        .update(version=seen + 1, **values)
    )
    if not changed:
        raise Conflict(_("这一条刚被别人修改过。请刷新后再试。"))
    row.version = seen + 1
