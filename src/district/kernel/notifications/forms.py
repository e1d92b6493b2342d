"""Forms of the pages of notifications."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from district.kernel.notifications.models import Urgency


class ChannelForm(forms.Form):
    """A new channel."""

    label = forms.CharField(
        label=_("名称"), max_length=60, required=False, help_text=_("给自己看的，例如“值班手机”。")
    )
    address = forms.CharField(
        label=_("地址"),
        max_length=2000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("按示例填写。地址加密保存，保存后不再显示。"),
    )
    at_least = forms.ChoiceField(
        label=_("发送范围"),
        choices=[
            (Urgency.NORMAL, _("全部消息")),
            (Urgency.IMPORTANT, _("重要和紧急的消息")),
            (Urgency.URGENT, _("只要紧急的消息")),
        ],
    )
