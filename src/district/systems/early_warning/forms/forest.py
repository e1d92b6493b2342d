"""What the duty officer enters of a mission and of a nest."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.systems.early_warning.models import DroneNest, Mission

MISSING = {"required": gettext_lazy("还没有填写。请填写后再提交。")}


def _verdicts() -> list[tuple[str, Any]]:
    return [("", _("请选择")), *Mission.Verdict.choices]


def _whys() -> list[tuple[str, Any]]:
    return [("", _("误报时选择")), *Mission.Why.choices]


class VerdictForm(forms.Form):
    """Whether there is a fire."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("核查结果"), choices=_verdicts, error_messages=MISSING
    )
    means = forms.ChoiceField(
        label=gettext_lazy("核查方式"), choices=Mission.Means.choices, error_messages=MISSING
    )
    why_false = forms.ChoiceField(label=gettext_lazy("误报原因"), choices=_whys, required=False)
    note = forms.CharField(
        label=gettext_lazy("现场情况"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        required=False,
        help_text=gettext_lazy("火情写明火势、过火范围、周边设施；误报写明是什么。"),
    )


class TargetForm(forms.Form):
    """Where to look instead."""

    lon = forms.DecimalField(
        label=gettext_lazy("经度"), max_digits=10, decimal_places=6, error_messages=MISSING
    )
    lat = forms.DecimalField(
        label=gettext_lazy("纬度"), max_digits=10, decimal_places=6, error_messages=MISSING
    )


class NestStateForm(forms.Form):
    """Whether a nest is ready."""

    state = forms.ChoiceField(label=gettext_lazy("状态"), choices=DroneNest.State.choices)
    note = forms.CharField(
        label=gettext_lazy("原因"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("不能执行任务时写明原因和预计恢复时间。"),
    )
