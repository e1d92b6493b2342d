"""Forms of signing in, claims, codes and mandates; what they mean is checked by the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from district.systems.virtual_park.rules.roles import ParkRole

MISSING = {"required": _("请填写这一项。")}
_TEL = {"inputmode": "tel", "autocomplete": "tel"}


def _phone(**more: Any) -> forms.CharField:
    return forms.CharField(
        label=_("手机号"),
        max_length=24,
        widget=forms.TextInput(attrs=_TEL),
        error_messages=MISSING,
        **more,
    )


def _password(label: Any, autocomplete: str, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        error_messages=MISSING,
        **more,
    )


def day_field(label: Any, *, required: bool = True, **more: Any) -> forms.DateField:
    """A day as the browser's own picker gives it."""
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=MISSING,
        **more,
    )


class SignInForm(forms.Form):
    """Number and password."""

    phone = _phone()
    password = _password(_("密码"), "current-password")


class ClaimForm(forms.Form):
    """Who claims to act for which enterprise."""

    code = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=18,
        error_messages=MISSING,
        help_text=_("18位，照营业执照。"),
    )
    name = forms.CharField(
        label=_("您的姓名"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages=MISSING,
    )
    phone = _phone(help_text=_("通过后用它登录。"))
    text = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("您在企业的职务等。"),
    )


class CodeForm(forms.Form):
    """A one-time code, and the password that it sets or proves."""

    phone = _phone()
    code = forms.CharField(
        label=_("代码"),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
        error_messages=MISSING,
    )
    password = _password(_("密码"), "new-password")


class PasswordForm(forms.Form):
    """A new password of one's own."""

    old = _password(_("原密码"), "current-password")
    new = _password(_("新密码"), "new-password", help_text=_("至少8个字符，不要太常见。"))


class _Terms(forms.Form):
    """Roles and last day of a mandate."""

    roles = forms.MultipleChoiceField(
        label=_("角色"),
        choices=ParkRole.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages=MISSING,
        help_text=_("管理员能管理人员和企业资料；统计报表只有“统计”角色能看。"),
    )
    last_day = day_field(_("最后一天"), required=False, help_text=_("留空为长期有效。"))


class InviteForm(_Terms):
    """Whom a manager invites."""

    name = forms.CharField(label=_("姓名"), max_length=40, error_messages=MISSING)
    phone = _phone()
    field_order = ("name", "phone", "roles", "last_day")


class MandateForm(_Terms):
    """Roles and last day of somebody who acts for the firm already."""


class ReasonForm(forms.Form):
    """A reason."""

    reason = forms.CharField(label=_("原因"), max_length=200, error_messages=MISSING)


class InviteManagerForm(forms.Form):
    """Whom the unit that serves an enterprise invites to manage its portal."""

    code = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=18,
        error_messages=MISSING,
        help_text=_("18位，照营业执照。"),
    )
    name = forms.CharField(label=_("姓名"), max_length=40, error_messages=MISSING)
    phone = _phone(help_text=_("请当面核实身份和企业授权后再邀请。"))


class ApproveForm(forms.Form):
    """How a claim was verified."""

    words = forms.CharField(
        label=_("核实情况"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=MISSING,
        help_text=_("例如“已核对营业执照和授权书，并电话联系法定代表人”。"),
    )
