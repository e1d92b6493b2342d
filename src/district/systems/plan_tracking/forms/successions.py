"""What a planner decides on a commitment of the year before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SuccessionForm(forms.Form):
    """Who goes on with it, and a word on why; the button says what is done."""

    successor = forms.ChoiceField(
        label=_("接续事项"),
        required=False,
        help_text=_("下年计划中还没有承接的事项，名称最像的在前。"),
    )
    note = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=400,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("不再继续时必填。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].choices = [("", _("请选择")), *choices]  # type: ignore[attr-defined]  # a ChoiceField
