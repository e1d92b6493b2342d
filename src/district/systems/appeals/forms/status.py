"""What somebody fills in who asks how their report stands, and what they may answer."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from district.kernel.cases.public import LONGEST_TEXT


class StatusForm(forms.Form):
    """A number and its code."""

    number = forms.CharField(
        label=gettext_lazy("单号"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": gettext_lazy("还没有填写单号，例如 SQ250926-7K2Q9M。")},
    )
    code = forms.CharField(
        label=gettext_lazy("查询码"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": gettext_lazy("还没有填写查询码。提交反映时给过您。")},
    )


class AnswerForm(forms.Form):
    """A reason, or a word on how it went; what is required the case's type says."""

    text = forms.CharField(
        label=gettext_lazy("说明"),
        required=False,
        widget=forms.Textarea(attrs={"maxlength": LONGEST_TEXT, "rows": 3}),
    )
