"""What forms share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms

from district.kernel.base.errors import Conflict, Invalid

Made = TypeVar("Made")


def show_on(form: forms.Form, error: Invalid | Conflict) -> None:
    """Put a service's refusal beside the field that it names, or above the form."""
    field = error.field if isinstance(error, Invalid) and error.field in form.fields else None
    form.add_error(field, str(error))


def submitted(form: forms.Form, act: Callable[[dict[str, Any]], Made]) -> Made | None:
    """What `act` made of the form's values; None where nothing was sent or something is wrong.

    What is wrong stands on the form then, be it the form's own word or the service's, which
    `act` calls: its Invalid and Conflict are shown, anything else passes through.
    """
    if not form.is_valid():
        return None
    try:
        return act(form.cleaned_data)
    except (Invalid, Conflict) as error:
        show_on(form, error)
        return None
