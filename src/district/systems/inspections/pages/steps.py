"""The steps that a page's buttons take with its row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.history.public import Actor
from district.kernel.organisation.public import actor_of

Row = TypeVar("Row")


def taken(
    request: HttpRequest, row: Row, steps: Mapping[str, Callable[[Row, HttpRequest, Actor], str]]
) -> Invalid | Conflict | None:
    """Take the step that `do` names, say what it did, and return None; or return the refusal."""
    step = steps.get(request.POST.get("do", ""))
    if step is None:
        raise Conflict(_("没有这项操作。"))
    try:
        messages.success(request, step(row, request, actor_of(request)))
    except (Invalid, Conflict) as error:
        return error
    return None
