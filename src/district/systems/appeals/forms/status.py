"""What somebody may answer who asks how their report stands."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from district.kernel.cases.public import LONGEST_TEXT


class AnswerForm(forms.Form):
    """A reason, or a word on how it went; what is required the case's type says."""

    text = forms.CharField(
        label=gettext_lazy("说明"),
        required=False,
        widget=forms.Textarea(attrs={"maxlength": LONGEST_TEXT, "rows": 3}),
    )
