"""Forms of signing in. Rules stand in the services; a form only carries the fields."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        label=_("验证码"),
        max_length=40,
        help_text=_("验证器应用显示的6位数字，或一个备用码。"),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}
        ),
    )


class FirstCodeForm(forms.Form):
    """The first code of an app that is set up."""

    code = forms.CharField(
        label=_("应用显示的6位数字"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class PasswordForm(forms.Form):
    """One's own password, asked again before something weighty."""

    password = forms.CharField(
        label=_("当前密码"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ReasonForm(forms.Form):
    """Why somebody else's second factor is taken away."""

    reason = forms.CharField(
        label=_("事由"),
        max_length=200,
        help_text=_("写明为什么重置，以及怎样核实了本人身份。"),
    )
