"""The form of a city platform."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from district.kernel.organisation.public import Level, units


class PlatformForm(forms.Form):
    """Name, address, key and desk of a platform; what they may be is checked by the service."""

    name = forms.CharField(label=_("平台名称"), max_length=40, help_text=_("例如“12345”"))
    url = forms.CharField(
        label=_("接口地址"),
        max_length=200,
        required=False,
        help_text=_("空着表示只用文件导入；结果留待人工报送"),
    )
    secret = forms.CharField(
        label=_("接口密钥"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("由市平台提供，加密保存；空着表示不改"),
    )
    centre = forms.ChoiceField(label=_("受理中心"))
    is_active = forms.BooleanField(label=_("启用"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(unit.pk, unit.display_short) for unit in units() if unit.level in _DESKS]
        self.fields["centre"].choices = choices  # type: ignore[attr-defined]  # a field of choices


_DESKS = (Level.DISTRICT, Level.STREET)
