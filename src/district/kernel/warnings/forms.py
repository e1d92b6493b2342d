"""The forms of warnings; what a service refuses is shown beside the field that it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.organisation.public import Unit
from district.kernel.warnings.models import ColourName, Draft
from district.kernel.warnings.selectors.alerts import area_choices
from district.kernel.warnings.selectors.catalogue import catalogue, kind_name
from district.kernel.warnings.services import DraftValues, Entered

MISSING = {"required": gettext_lazy("请填写这一项。")}
_LOCAL = "%Y-%m-%dT%H:%M"


def _kinds() -> list[tuple[str, Any]]:
    return [("", _("请选择")), *((key, kind_name(key)) for key in catalogue().kinds)]


def _issuable_kinds() -> list[tuple[str, Any]]:
    return [("", _("请选择")), *((k.key, kind_name(k.key)) for k, _colours in catalogue().issuable)]


def _colours() -> list[tuple[str, Any]]:
    return [("", _("请选择")), *ColourName.choices]


def _moment(label: Any, **more: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_LOCAL),
        input_formats=[_LOCAL, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={**MISSING, "invalid": gettext_lazy("请按 2025-09-22 09:50 的格式填写。")},
        **more,
    )


def _text(label: Any, rows: int, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        widget=forms.Textarea(attrs={"rows": rows}),
        max_length=5000,
        error_messages=MISSING,
        **more,
    )


class EnterForm(forms.Form):
    """A warning of somebody else, as it was told."""

    kind = forms.ChoiceField(label=gettext_lazy("灾种"), choices=_kinds, error_messages=MISSING)
    colour = forms.ChoiceField(
        label=gettext_lazy("预警颜色"), choices=_colours, error_messages=MISSING
    )
    sender_name = forms.CharField(
        label=gettext_lazy("发布单位"),
        max_length=100,
        error_messages=MISSING,
        help_text=gettext_lazy("例如“市气象台”。"),
    )
    headline = forms.CharField(label=gettext_lazy("标题"), max_length=200, error_messages=MISSING)
    description = _text(gettext_lazy("预警内容"), 4, help_text=gettext_lazy("照原文录入。"))
    instruction = _text(gettext_lazy("防御指引"), 3, required=False)
    areas = forms.MultipleChoiceField(
        label=gettext_lazy("影响街道"),
        choices=area_choices,
        required=False,
        help_text=gettext_lazy("不选表示全区。可多选。"),
    )
    sent_at = _moment(gettext_lazy("发布时间"))
    expires_at = _moment(
        gettext_lazy("失效时间"),
        required=False,
        help_text=gettext_lazy("原文没有写的可以不填，按颜色的默认时长失效。"),
    )

    def entered(self, key: str = "") -> Entered:
        """What the form says."""
        return Entered(**{**self.cleaned_data, "areas": tuple(self.cleaned_data["areas"])}, key=key)


class DraftForm(forms.Form):
    """A warning of our own, or what changes one."""

    unit = forms.ChoiceField(label=gettext_lazy("拟稿单位"), error_messages=MISSING)
    kind = forms.ChoiceField(
        label=gettext_lazy("灾种"),
        choices=_issuable_kinds,
        error_messages=MISSING,
        help_text=gettext_lazy("气象预警信号由气象部门发布，本区不自行发布。"),
    )
    colour = forms.ChoiceField(
        label=gettext_lazy("预警颜色"), choices=_colours, error_messages=MISSING
    )
    headline = forms.CharField(label=gettext_lazy("标题"), max_length=120, error_messages=MISSING)
    description = _text(gettext_lazy("预警内容"), 4)
    instruction = _text(gettext_lazy("防御指引"), 3, required=False)
    areas = forms.MultipleChoiceField(
        label=gettext_lazy("影响街道"),
        choices=area_choices,
        required=False,
        help_text=gettext_lazy("街道、多边形和圆都不填表示全区。可多选。"),
    )
    polygon = forms.CharField(
        label=gettext_lazy("多边形（WGS-84）"),
        required=False,
        max_length=10_000,
        help_text=gettext_lazy("纬度,经度 纬度,经度 …，至少三个点。"),
    )
    circle = forms.CharField(
        label=gettext_lazy("圆（WGS-84）"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("纬度,经度 半径公里，例如 22.72,114.24 1.5。"),
    )
    area_text = forms.CharField(
        label=gettext_lazy("影响区域的说法"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("不填的，用所选街道的名称。"),
    )
    onset_at = _moment(gettext_lazy("预计开始"), required=False)
    expires_at = _moment(
        gettext_lazy("失效时间"),
        required=False,
        help_text=gettext_lazy("不填的，按颜色的默认时长失效。"),
    )
    headline_en = forms.CharField(label=gettext_lazy("英文标题"), required=False, max_length=200)
    description_en = _text(gettext_lazy("英文内容"), 3, required=False)
    instruction_en = _text(gettext_lazy("英文防御指引"), 2, required=False)
    area_text_en = forms.CharField(
        label=gettext_lazy("英文影响区域"), required=False, max_length=200
    )
    reason = forms.CharField(label=gettext_lazy("更新的原因"), required=False, max_length=300)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, homes: Sequence[Unit] = (), draft: Draft | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        if draft is not None or len(homes) == 1:
            del self.fields["unit"]
        elif isinstance(unit, forms.ChoiceField):
            unit.choices = [(each.pk, each.display_short) for each in homes]
        if draft is None or draft.msg_type == "Alert":
            del self.fields["reason"]

    def values(self) -> DraftValues:
        """What the form says."""
        known: Mapping[str, Any] = self.cleaned_data
        words = {key: value for key, value in known.items() if key not in ("unit", "seen")}
        return DraftValues(**{**words, "areas": tuple(words["areas"])})


class SourceForm(forms.Form):
    """A source that may send us messages."""

    name = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=60,
        error_messages=MISSING,
        help_text=gettext_lazy("例如“市气象台”。"),
    )
    senders = forms.CharField(
        label=gettext_lazy("发送方标识"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages=MISSING,
        help_text=gettext_lazy("报文中 sender 的值，每行一个。只采用这些发送方的报文。"),
    )
    is_active = forms.BooleanField(label=gettext_lazy("启用"), required=False, initial=True)


def local_input(moment: Any) -> Any:
    """A moment as a form shows it."""
    return timezone.localtime(moment).strftime(_LOCAL) if moment else None
