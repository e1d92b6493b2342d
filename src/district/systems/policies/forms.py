"""Forms of policies: what is typed; what it means is checked by the services."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from district.systems.policies.models import Benefit
from district.systems.policies.rules.terms import LONGEST_TEXT

_MISSING = {"required": _("请填写这一项。")}
# A date control takes ISO dates alone, whatever the page's language.
_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PolicyForm(forms.Form):
    """A policy as it is written."""

    title = forms.CharField(label=_("政策名称"), max_length=120, error_messages=_MISSING)
    benefit_kind = forms.ChoiceField(label=_("支持方式"), choices=lambda: list(Benefit.choices))
    benefit = forms.CharField(
        label=_("支持内容"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("企业能得到什么，一两句话"),
    )
    amount = forms.DecimalField(
        label=_("最高金额（万元）"), required=False, max_digits=14, decimal_places=4
    )
    opens_on = forms.DateField(label=_("开始日期"), required=False, widget=_DATE)
    closes_on = forms.DateField(
        label=_("截止日期"), required=False, widget=_DATE, help_text=_("长期有效的留空")
    )
    without_application = forms.BooleanField(
        label=_("免申即享"),
        required=False,
        help_text=_("条件都有登记数据时，由区里主动发起，企业只需确认"),
    )
    text = forms.CharField(
        label=_("政策原文"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("粘贴原文，右侧随即给出条件的建议"),
    )
    where = forms.CharField(
        label=_("适用条件"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_('例如 revenue >= 2000 and industry under "C"；边写边试算'),
    )


class ReasonForm(forms.Form):
    """Why a policy is withdrawn."""

    reason = forms.CharField(label=_("撤回原因"), max_length=500, error_messages=_MISSING)


class LimitForm(forms.Form):
    """How often one enterprise is told."""

    most = forms.IntegerField(label=_("每家企业每月最多推送"), min_value=1, max_value=100)


class ConsentForm(forms.Form):
    """Whether an enterprise wants to be told."""

    wants = forms.ChoiceField(
        label=_("接收政策推送"),
        choices=lambda: [("yes", _("愿意接收")), ("no", _("不接收"))],
    )
    reason = forms.CharField(
        label=_("说明"), required=False, max_length=200, help_text=_("谁、怎样提出的")
    )


class ApplicationForm(forms.Form):
    """An application that the register has filled in."""

    asked = forms.DecimalField(
        label=_("申请金额（万元）"), required=False, max_digits=14, decimal_places=4
    )
    note = forms.CharField(
        label=_("补充说明"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("登记的数据有误或缺少的，请在这里说明"),
    )
    name = forms.CharField(label=_("联系人"), required=False, max_length=60)
    phone = forms.CharField(label=_("联系电话"), required=False, max_length=20)
