"""Forms of policies: what is typed; what it means is checked by the services."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from district.kernel.cases.public import units_kept
from district.kernel.organisation.public import Level, Unit
from district.systems.policies.forms_facts import fact_field, place_field, typed_fact
from district.systems.policies.models import Benefit, Notice
from district.systems.policies.rules.recipients import FACTS, PLACES
from district.systems.policies.rules.terms import LONGEST_TEXT
from district.systems.policies.services.forgetting import ERASURES
from district.systems.policies.services.recipients import Told

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
        help_text=_("能得到什么，一两句话"),
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
        help_text=_("条件都有登记数据时，由区里主动发起，对方只需确认"),
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
        help_text=_("边写边试算；可以用的项目和写法见下面"),
    )


class ReasonForm(forms.Form):
    """Why a policy is withdrawn."""

    reason = forms.CharField(label=_("撤回原因"), max_length=500, error_messages=_MISSING)


class LimitForm(forms.Form):
    """How often anybody is told."""

    most = forms.IntegerField(label=_("每个对象每月最多推送"), min_value=1, max_value=100)


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


class ReadingForm(forms.Form):
    """Why somebody reads who a person is."""

    reason = forms.CharField(
        label=_("查看原因"),
        max_length=200,
        error_messages=_MISSING,
        help_text=_("例如“上门告知政策”"),
    )


class OutcomeForm(forms.Form):
    """What came of telling somebody."""

    outcome = forms.ChoiceField(label=_("告知结果"), error_messages=_MISSING)
    means = forms.ChoiceField(label=_("方式"), choices=lambda: list(Notice.Means.choices))
    no_more = forms.BooleanField(label=_("本人要求以后不再告知政策"), required=False)

    def __init__(self, *args: Any, outcomes: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(Notice.Outcome.choices)
        field = self.fields["outcome"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # as declared above
        field.choices = [(one, labels[one]) for one in outcomes]


class LeaveForm(forms.Form):
    """Since when somebody has left."""

    left_on = forms.DateField(label=_("离开日期"), widget=_DATE, error_messages=_MISSING)


class ErasureForm(forms.Form):
    """Why somebody is erased."""

    reason = forms.ChoiceField(
        label=_("清除原因"),
        choices=lambda: [pair for pair in ERASURES.items() if pair[0] != "retention"],
    )


class ConsultForm(forms.Form):
    """Which units are asked for their opinion, until when."""

    units = forms.MultipleChoiceField(
        label=_("征求意见的单位"),
        error_messages=_MISSING,
        widget=forms.CheckboxSelectMultiple,
    )
    due_on = forms.DateField(label=_("反馈期限"), widget=_DATE, error_messages=_MISSING)

    def __init__(self, *args: Any, own: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["units"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  # as declared above
        field.choices = [
            (unit.pk, unit.display_short)
            for unit in units_kept().values()
            if unit.level in (Level.DEPARTMENT, Level.STREET) and unit.is_active and unit.pk != own
        ]


class AnswerForm(forms.Form):
    """What a unit thinks of a draft."""

    agrees = forms.ChoiceField(
        label=_("意见"),
        choices=lambda: [("yes", _("无意见")), ("no", _("有意见"))],
    )
    remarks = forms.CharField(
        label=_("具体意见"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


def _unit_choice(homes: Iterable[Unit]) -> forms.ChoiceField:
    choices = [(unit.pk, unit.display_short) for unit in homes]
    return forms.ChoiceField(label=_("管理单位"), choices=choices)


class _SourceForm(forms.Form):
    """Who says so, and as of which day."""

    source = forms.CharField(
        label=_("数据来源"),
        max_length=60,
        error_messages=_MISSING,
        help_text=_("例如“区残联名册”，不要写人名"),
    )
    as_of = forms.DateField(label=_("数据截至"), widget=_DATE, error_messages=_MISSING)


class RecipientForm(_SourceForm):
    """A person as somebody writes them down; what is left empty is not spoken of."""

    id_number = forms.CharField(
        label=_("身份证号码"),
        max_length=24,
        error_messages=_MISSING,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("已在册的按号码更新"),
    )
    name = forms.CharField(label=_("姓名"), max_length=60, required=False)
    phone = forms.CharField(label=_("联系电话"), max_length=20, required=False)
    address = forms.CharField(label=_("详细地址"), max_length=200, required=False)

    field_order = ("unit", "id_number", "name", "phone", "address", *PLACES)

    def __init__(self, *args: Any, homes: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = _unit_choice(homes)
        for key in PLACES:
            self.fields[key] = place_field(key)
        for fact in FACTS:
            self.fields[fact.key] = fact_field(fact)
        self.order_fields([*self.field_order, *(fact.key for fact in FACTS), "source", "as_of"])

    def told(self, data: dict[str, Any]) -> Told:
        """What was written down, as the service takes it."""
        facts: dict[str, Any] = {key: data[key] or None for key in PLACES}
        facts |= {fact.key: typed_fact(fact, data[fact.key]) for fact in FACTS}
        who = {key: data[key] for key in ("id_number", "name", "phone", "address")}
        return Told(source=data["source"], as_of=data["as_of"], facts=facts, **who)


class FindPersonForm(forms.Form):
    """Whom to look up."""

    id_number = forms.CharField(
        label=_("身份证号码"),
        max_length=24,
        error_messages=_MISSING,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ImportForm(_SourceForm):
    """A file of people."""

    file = forms.FileField(label=_("文件"), error_messages=_MISSING)
    field_order = ("unit", "file", "source", "as_of")

    def __init__(self, *args: Any, homes: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = _unit_choice(homes)
        self.order_fields(self.field_order)
