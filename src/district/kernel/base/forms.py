"""What forms share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django import forms
from django.utils import timezone

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


def moment_given(text: str, wrong: Invalid) -> datetime | None:
    """The local moment that a form without a Form sends, aware; None where it sends none.

    Raises `wrong` where the text is no moment.
    """
    if not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise wrong from error
    return timezone.make_aware(found) if found.tzinfo is None else found
