"""What forms share."""

from __future__ import annotations

from django import forms

from district.kernel.base.errors import Conflict, Invalid


def show_on(form: forms.Form, error: Invalid | Conflict) -> None:
    """Put a service's refusal beside the field that it names, or above the form."""
    field = error.field if isinstance(error, Invalid) and error.field in form.fields else None
    form.add_error(field, str(error))
