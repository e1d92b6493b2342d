"""What people fill in about the economy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from district.systems.economy.models import SeriesValue

Choices = Sequence[tuple[str, Any]]
Offered = Mapping[str, Choices]


class UploadForm(forms.Form):
    """A workbook with the layout that it follows."""

    layout = forms.ChoiceField(label=_("表式"))
    status = forms.ChoiceField(
        label=_("数据状态"),
        required=False,
        choices=[("", _("按表式")), *SeriesValue.Status.choices],
    )
    file = forms.FileField(label=_("文件"), error_messages={"required": _("请选择要导入的文件。")})

    def __init__(self, *args: Any, layouts: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["layout"].choices = layouts  # type: ignore[attr-defined]  # a ChoiceField


class ReasonForm(forms.Form):
    """Why an import with doubts is right."""

    reason = forms.CharField(
        label=_("疑点说明"), required=False, max_length=400, widget=forms.Textarea({"rows": 2})
    )


class TargetForm(forms.Form):
    """A year's target."""

    year = forms.IntegerField(label=_("年份"), min_value=2000, max_value=2100)
    growth = forms.DecimalField(
        label=_("增速目标（%）"), required=False, max_digits=8, decimal_places=4
    )
    base = forms.DecimalField(
        label=_("同口径基数"),
        required=False,
        max_digits=16,
        decimal_places=6,
        help_text=_("留空则用已知的上年同口径数"),
    )
    level = forms.DecimalField(
        label=_("目标总量"),
        required=False,
        max_digits=16,
        decimal_places=6,
        help_text=_("填写后以总量为准，不再由增速换算"),
    )
    keep = forms.BooleanField(label=_("沿用上一版手工设定的数"), required=False)
    note = forms.CharField(label=_("说明"), required=False, max_length=400)


class CellForm(forms.Form):
    """A number set by hand: where, how, and what."""

    period = forms.ChoiceField(label=_("时期"))
    industry = forms.ChoiceField(label=_("行业"), required=False)
    street = forms.ChoiceField(label=_("街道"), required=False)
    kind = forms.ChoiceField(
        label=_("方式"), choices=[("fixed", _("定死")), ("floor", _("不低于"))]
    )
    value = forms.DecimalField(label=_("数值"), max_digits=16, decimal_places=6)

    def __init__(
        self, *args: Any, choices: Mapping[str, Choices], unit: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in ("period", "industry", "street"):
            if name in choices:
                self.fields[name].choices = choices[name]  # type: ignore[attr-defined]  # a ChoiceField
            else:
                del self.fields[name]
        self.fields["value"].help_text = unit


class ReturnForm(forms.Form):
    """Why a proposal goes back."""

    note = forms.CharField(label=_("退回原因"), required=False, max_length=400)


class ReadFirmsForm(forms.Form):
    """Why single firms' returns are looked at."""

    reason = forms.CharField(
        label=_("查看原因"),
        max_length=200,
        help_text=_("例如“核实同比增幅”"),
        error_messages={"required": _("还没有写明查看原因。")},
    )
