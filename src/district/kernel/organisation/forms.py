"""Forms of the pages of members. Rules stand in the services; a form only carries the fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from district.kernel.organisation.models import Level, Unit
from district.kernel.organisation.rules import Role
from district.kernel.organisation.selectors import units


class UnitChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """A choice of active units in their order, told apart by street where names repeat."""

    def __init__(self, **kwargs: Any) -> None:
        rows = units().exclude(level=Level.GRID).select_related("parent")
        super().__init__(rows, empty_label=_("请选择单位"), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """A community with its street before it: two communities share a name."""
        unit: Unit = obj
        if unit.level == Level.COMMUNITY and unit.parent is not None:
            return f"{unit.parent.display_short} · {unit.display_name}"
        return unit.display_name


class NameForm(forms.Form):
    """What a member is called."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    name_en = forms.CharField(label=_("英文姓名"), max_length=100, required=False)
    title = forms.CharField(label=_("职务"), max_length=100, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class AssignForm(forms.Form):
    """A new post."""

    unit = UnitChoiceField(label=_("单位"))
    role = forms.ChoiceField(label=_("角色"), choices=Role.choices)
    since = forms.DateField(
        label=_("起始日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("不填则从今天起。"),
    )


class MemberForm(forms.Form):
    """A new member with a first post."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    name_en = forms.CharField(label=_("英文姓名"), max_length=100, required=False)
    title = forms.CharField(label=_("职务"), max_length=100, required=False)
    unit = UnitChoiceField(label=_("单位"))
    role = forms.ChoiceField(label=_("角色"), choices=Role.choices, initial=Role.OFFICER)
    username = forms.CharField(
        label=_("登录名"),
        max_length=150,
        required=False,
        help_text=_("不登录系统的人员可以不填。"),
    )
    password = forms.CharField(
        label=_("初始密码"),
        max_length=200,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少8位，不能全是数字。不填则需另行设置后才能登录。"),
    )
    phone = forms.CharField(
        label=_("联系电话"),
        max_length=40,
        required=False,
        help_text=_("加密保存，查看会留下记录。"),
    )


class PasswordForm(forms.Form):
    """A new password for a member's log-in."""

    password = forms.CharField(
        label=_("新密码"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少8位，不能全是数字。"),
    )


class PhoneForm(forms.Form):
    """A member's number."""

    phone = forms.CharField(label=_("联系电话"), max_length=40, required=False)


class ReasonForm(forms.Form):
    """Why somebody does what is recorded."""

    reason = forms.CharField(label=_("事由"), max_length=200)
