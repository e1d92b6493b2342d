"""Entering a radar survey."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from district.systems.early_warning.forms.forest import MISSING


class SurveyForm(forms.Form):
    """A survey, whose voids are imported afterwards; `own` are the units for which the member may
    enter one, as (code, label) pairs."""

    number = forms.CharField(
        label=gettext_lazy("检测编号"),
        max_length=30,
        error_messages=MISSING,
        help_text=gettext_lazy("字母、数字和横线，病害文件用它指明是哪一次检测。"),
    )
    title = forms.CharField(label=gettext_lazy("检测名称"), max_length=120, error_messages=MISSING)
    lead_unit = forms.ChoiceField(label=gettext_lazy("组织单位"), error_messages=MISSING)
    firm = forms.CharField(label=gettext_lazy("检测单位"), max_length=120, error_messages=MISSING)
    surveyed_on = forms.DateField(
        label=gettext_lazy("检测日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=MISSING,
    )
    kilometres = forms.DecimalField(
        label=gettext_lazy("检测里程（公里）"),
        required=False,
        min_value=0,
        max_value=10_000,
        decimal_places=3,
    )
    roads = forms.CharField(
        label=gettext_lazy("检测道路"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=20_000,
        error_messages=MISSING,
        help_text=gettext_lazy("全程检测的道路，每行一条。没有发现病害的也要写，复测才能销号。"),
    )

    def __init__(self, *args: Any, own: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead_unit"].choices = own  # type: ignore[attr-defined]  # a ChoiceField
