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


_MISSING = {"required": _("请填写这一项。")}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=_MISSING,
    )


class _Choosing(forms.Form):
    """A form some of whose fields choose among what the page hands in."""

    def __init__(self, *args: Any, choices: Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, given in choices.items():
            field = self.fields[name]
            blank = field.required or isinstance(field, forms.MultipleChoiceField)
            field.choices = given if blank else [("", "—"), *given]  # type: ignore[attr-defined]  # a ChoiceField


class MeetingForm(_Choosing):
    """A dispatch meeting."""

    year = forms.IntegerField(label=_("所议年份"), min_value=2000, max_value=2100)
    month = forms.IntegerField(label=_("所议月份"), min_value=1, max_value=12)
    title = forms.CharField(
        label=_("会议名称"),
        required=False,
        max_length=120,
        help_text=_("留空则按月份取名"),
    )
    held_on = _day(_("会议日期"))
    place = forms.CharField(label=_("地点"), required=False, max_length=120)
    chair = forms.ChoiceField(label=_("主持人"), error_messages=_MISSING)


class DecisionForm(_Choosing):
    """What a meeting decides."""

    text = forms.CharField(
        label=_("决定事项"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("写明要谁做成什么"),
        error_messages=_MISSING,
    )
    series = forms.ChoiceField(label=_("涉及指标"), required=False)
    industry = forms.ChoiceField(label=_("涉及行业"), required=False)
    street = forms.ChoiceField(label=_("涉及街道"), required=False)
    lead_unit = forms.ChoiceField(label=_("牵头单位"), error_messages=_MISSING)
    co_units = forms.MultipleChoiceField(
        label=_("配合单位"), required=False, widget=forms.CheckboxSelectMultiple
    )
    leader = forms.ChoiceField(label=_("责任领导"), error_messages=_MISSING)
    due_on = _day(_("完成时限"))
