"""Forms of looking for suppliers and buyers, and of asking them for contact."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from district.systems.virtual_park.forms.account import MISSING
from district.systems.virtual_park.models import PartnerRequest

_CONTACT_HELP = _("例如“采购部王经理 0755-28900000”。对方同意后才能看到。")


def _contact(**more: Any) -> forms.CharField:
    return forms.CharField(
        label=_("本企业联系方式"), max_length=120, error_messages=MISSING, **more
    )


class LookForm(forms.Form):
    """What is looked for; nothing is required, so that the empty page is no error."""

    direction = forms.ChoiceField(
        label=_("找什么"), required=False, choices=PartnerRequest.Direction.choices
    )
    q = forms.CharField(label=_("产品"), required=False, max_length=100)
    amount = forms.CharField(
        label=_("一年多少"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"placeholder": _("例如“500万只”")}),
    )


class AskPartnerForm(forms.Form):
    """What a firm says to another that it would deal with."""

    direction = forms.ChoiceField(
        label=_("找什么"), choices=PartnerRequest.Direction.choices, error_messages=MISSING
    )
    product = forms.CharField(label=_("产品"), max_length=100, error_messages=MISSING)
    text = forms.CharField(
        label=_("说明"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=MISSING,
        help_text=_("对方现在就能看到。不要写联系方式。"),
    )
    contact = _contact(help_text=_CONTACT_HELP)


class AcceptForm(forms.Form):
    """How a firm that agrees can be reached."""

    contact = _contact(help_text=_("对方马上能看到，贵企业也能看到对方的联系方式。"))


class DeclineForm(forms.Form):
    """Why a firm does not agree, if it says so."""

    reason = forms.CharField(
        label=_("原因"), required=False, max_length=200, help_text=_("对方能看到；可以不填。")
    )


class ShowForm(forms.Form):
    """Whether others may know of a product that the district entered."""

    is_public = forms.BooleanField(label=_("可对外展示"), required=False)
