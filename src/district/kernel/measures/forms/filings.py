"""Forms of filings and values. Rules stand in the services; a form only carries the fields."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from district.kernel.measures.models import Filing, MeasureValue, Status

_DROPPED = {ord(sign): None for sign in ", %"}


def plain_number(value: Decimal | None, decimals: int) -> str:
    """A stored number as people type it: the measure's decimals, more only where it has more."""
    if value is None:
        return ""
    text = f"{value:f}"
    whole, _dot, part = text.partition(".")
    part = part.rstrip("0").ljust(decimals, "0")
    return f"{whole}.{part}" if part else whole


class ValueField(forms.DecimalField):
    """A number as officers type it: thousands separators, full-width digits and % are taken."""

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs derive DecimalField from IntegerField
        """The number without separators; a ValidationError on anything else."""
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).replace("\u2212", "-")
            value = value.translate(_DROPPED)
        return super().to_python(value)


class FilingForm(forms.Form):
    """The value with its status and note; `confirm` when a warning was read.

    A draft may be saved without a value: pass `draft=True`.
    """

    # The browser must let a draft through, so it is the server that misses the value.
    use_required_attribute = False
    value = ValueField(
        label=_("数值"),
        max_digits=18,
        decimal_places=6,
        error_messages={
            "invalid": _("请填写数字，例如 12.5。"),
            "required": _("没有填数值。请填写数字，例如 12.5。"),
        },
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    status = forms.ChoiceField(label=_("数据状态"), choices=Status.choices)
    note = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=2000,
        widget=forms.Textarea,
        help_text=_("与上期相差较大时，请写明原因。"),
    )
    confirm = forms.BooleanField(label=_("已核对，数值无误"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, draft: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].required = not draft

    @classmethod
    def of(cls, filing: Filing) -> FilingForm:
        """The form as the filing stands."""
        return cls(
            initial={
                "value": plain_number(filing.value, filing.measure.decimals),
                "status": filing.status,
                "note": filing.note,
                "version": filing.version,
            }
        )


class StepForm(forms.Form):
    """Reviewing, signing off and returning: a remark or reason, and what was looked at."""

    reason = forms.CharField(
        label=_("意见"),
        required=False,
        max_length=1000,
        widget=forms.Textarea,
        help_text=_("退回时必须写明要改什么。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReviseForm(forms.Form):
    """A better value for a period that has one."""

    value = ValueField(
        label=_("修订后的数值"),
        max_digits=18,
        decimal_places=6,
        error_messages={"invalid": _("请填写数字，例如 12.5。")},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    status = forms.ChoiceField(label=_("数据状态"), choices=Status.choices)
    note = forms.CharField(label=_("修订原因"), max_length=400, widget=forms.Textarea)

    @classmethod
    def of(cls, value: MeasureValue) -> ReviseForm:
        """The form as the value stands."""
        shown = plain_number(value.value, value.measure.decimals)
        return cls(initial={"value": shown, "status": value.status})
