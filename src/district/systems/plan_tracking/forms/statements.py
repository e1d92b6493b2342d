"""The form of the review desk: the compiler's reading, ready to be corrected."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from district.kernel.plan.public import (
    CORRECTABLE,
    Basis,
    Comparator,
    Statement,
    StatementKind,
)


class StatementForm(forms.Form):
    """The fields that a planner may correct, as texts; the service reads and checks them."""

    subject = forms.CharField(label=_("主体"), required=False)
    measure = forms.CharField(label=_("指标"), required=False)
    comparator = forms.ChoiceField(label=_("比较"), choices=Comparator.choices)
    value = forms.CharField(label=_("数值"), required=False)
    value_from = forms.CharField(label=_("起始值"), required=False)
    unit = forms.CharField(label=_("单位"), required=False)
    kind = forms.ChoiceField(label=_("性质"), choices=StatementKind.choices)
    basis = forms.ChoiceField(
        label=_("口径"), choices=[("", _("未注明")), *Basis.choices], required=False
    )
    year = forms.CharField(label=_("年度"), required=False)
    deadline = forms.CharField(
        label=_("时限"), required=False, widget=forms.TextInput(attrs={"placeholder": "2025-12"})
    )
    note = forms.CharField(
        label=_("说明"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )

    @classmethod
    def of(cls, statement: Statement) -> StatementForm:
        """The form with what is in force now."""
        return cls(initial={field: _text(getattr(statement, field)) for field in CORRECTABLE})

    def changes(self) -> dict[str, Any]:
        """What was filled in, for `correct_statement`."""
        return {key: self.cleaned_data[key] for key in CORRECTABLE}


def _text(value: Any) -> str:
    """As people write it: a number without exponent or trailing zeros, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)
