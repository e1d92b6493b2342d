"""What most registers say of a row: its code and name, its own page, how history calls it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.history.public import Subject
from district.kernel.registers.declaration import Field


def row_page(name: str) -> Callable[[Mapping[str, Any]], str]:
    """The address of a row's own page; `name` is that of a URL that takes the row's key."""
    return lambda values: reverse(name, args=[values["id"]])


def row_subject(kind: str) -> Callable[[Mapping[str, Any]], Subject]:
    """How history calls a row: by `kind` and its key."""
    return lambda values: Subject(kind, str(values["id"]))


def code_and_name() -> tuple[Field, Field]:
    """The first columns of what is known by a code and a name; a file must give both."""
    return (
        Field("code", _("编号"), search=True, import_as=True, required=True, kind="reference"),
        Field("name", _("名称"), search=True, import_as=True, required=True),
    )
