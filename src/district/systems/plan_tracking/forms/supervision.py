"""Forms of supervision: open a run, do one of its actions, issue a circular."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from district.kernel.supervision.public import MoveView

_DAYS = _("请填写工作日天数，例如 10。")


class StartForm(forms.Form):
    """On what grounds a commitment is supervised."""

    origin = forms.CharField(
        label=_("立项依据"),
        max_length=300,
        help_text=_("例如：区领导批示、连续两月滞后"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请填写立项依据。")},
    )


class MoveForm(forms.Form):
    """The form that the flow declares for an action."""

    def __init__(self, *args: Any, move: MoveView, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, required in move.form:
            self.fields[name] = _field(name, required)


def _field(name: str, required: bool) -> forms.Field:
    if name == "days":
        return forms.IntegerField(
            label=_("工作日"),
            required=required,
            min_value=1,
            max_value=250,
            error_messages={"required": _DAYS, "invalid": _DAYS},
        )
    label = _("办理要求") if name == "demand" else _("内容")
    return forms.CharField(
        label=label,
        required=required,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请写明情况。")},
    )


class CircularForm(forms.Form):
    """The words of a circular."""

    title = forms.CharField(
        label=_("标题"),
        max_length=200,
        initial=_("关于重点工作督办逾期情况的通报"),
        error_messages={"required": _("请填写标题。")},
    )
    text = forms.CharField(
        label=_("正文"),
        widget=forms.Textarea(attrs={"rows": 6}),
        initial=_(
            "经核查，以下事项未在规定期限内办结，现予通报。请有关单位抓紧办理，并按要求反馈。"
        ),
        error_messages={"required": _("请填写正文。")},
    )
