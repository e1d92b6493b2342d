"""Forms of enterprise requests: what is registered; what it means is checked by the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.base import clock
from district.kernel.cases.public import SOURCES
from district.kernel.organisation.public import Level, units
from district.systems.enterprise_requests.names import COMPLAINT
from district.systems.enterprise_requests.selectors.posts import choices_of, industries

Choices = list[tuple[str, Any]]
_MISSING = {"required": gettext_lazy("请填写这一项。")}
_WAYS = ("phone", "counter", "web", "city")


def _choose() -> Choices:
    return [("", _("请选择"))]


def _sources() -> Choices:
    return [(key, label) for key, label in SOURCES if key in _WAYS]


def _streets() -> Choices:
    return [(unit.pk, unit.display_short) for unit in units(level=Level.STREET)]


def _units(*levels: str) -> Choices:
    """Units of these levels in groups; two communities share a name, so the street is told."""
    names = dict(Level.choices)
    grouped: dict[str, Choices] = {}
    for unit in units().filter(level__in=levels).select_related("parent"):
        label = unit.display_short
        if unit.level == Level.COMMUNITY and unit.parent is not None:
            label = f"{unit.parent.display_short} · {label}"
        grouped.setdefault(str(names[Level(unit.level)]), []).append((unit.pk, label))
    return list(grouped.items())


class _Contact(forms.Form):
    """Who is to be called back: encrypted, and read only for a reason that is kept."""

    name = forms.CharField(label=gettext_lazy("联系人"), required=False, max_length=60)
    phone = forms.CharField(label=gettext_lazy("联系电话"), required=False, max_length=20)
    source = forms.ChoiceField(label=gettext_lazy("来源"), choices=_sources, initial="phone")


class RequestForm(_Contact):
    """A request as an officer registers it."""

    enterprise = forms.CharField(
        label=gettext_lazy("企业名称"), max_length=120, error_messages=_MISSING
    )
    industry = forms.ChoiceField(
        label=gettext_lazy("行业"),
        choices=lambda: [*_choose(), *industries()],
        error_messages=_MISSING,
        help_text=gettext_lazy("按行业分到对应的行业指挥部"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("诉求类别"),
        choices=lambda: [*_choose(), *choices_of("kind")],
        error_messages=_MISSING,
    )
    text = forms.CharField(
        label=gettext_lazy("诉求内容"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=5000,
        error_messages=_MISSING,
    )
    street = forms.ChoiceField(
        label=gettext_lazy("所在街道"),
        choices=lambda: [*_choose(), *_streets()],
        required=False,
        help_text=gettext_lazy("周边环境和水电气网的诉求由街道承办"),
    )
    place = forms.CharField(label=gettext_lazy("地点"), required=False, max_length=200)
    amount = forms.IntegerField(
        label=gettext_lazy("涉及金额（万元）"), required=False, min_value=0, max_value=99_999_999
    )
    stopped = forms.BooleanField(label=gettext_lazy("影响正常生产经营"), required=False)
    field_order = (
        "enterprise", "industry", "kind", "text", "street", "place", "amount", "stopped",
        "name", "phone", "source",
    )  # fmt: skip


class ComplaintForm(_Contact):
    """A complaint as the supervision centre registers it."""

    complained_unit = forms.ChoiceField(
        label=gettext_lazy("被投诉的单位"),
        choices=lambda: [*_choose(), *_units(Level.DEPARTMENT, Level.STREET, Level.COMMUNITY)],
        error_messages=_MISSING,
        help_text=gettext_lazy("该单位看不到、办不了、也统计不到这件投诉"),
    )
    conduct = forms.ChoiceField(
        label=gettext_lazy("投诉事由"),
        choices=lambda: [*_choose(), *choices_of("conduct", COMPLAINT)],
        error_messages=_MISSING,
    )
    text = forms.CharField(
        label=gettext_lazy("投诉内容"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=5000,
        error_messages=_MISSING,
        help_text=gettext_lazy("请勿写出投诉人、投诉企业的名称和电话：承办单位能看到内容"),
    )
    retaliation = forms.BooleanField(label=gettext_lazy("担心或遭到打击报复"), required=False)
    anonymous = forms.BooleanField(label=gettext_lazy("匿名投诉（不登记投诉人）"), required=False)
    field_order = (
        "complained_unit", "conduct", "text", "retaliation", "anonymous", "name", "phone", "source",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("投诉人或投诉企业")
        self.fields["name"].help_text = _("加密保存，只有监督机构能查看，每次查看都留痕")


class VisitForm(forms.Form):
    """A visit as it is entered by hand."""

    visited_on = forms.DateField(
        label=gettext_lazy("走访日期"),
        initial=clock.today,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=_MISSING,
    )
    enterprise = forms.CharField(
        label=gettext_lazy("企业名称"), max_length=120, error_messages=_MISSING
    )
    visitor = forms.CharField(
        label=gettext_lazy("走访人"),
        max_length=60,
        error_messages=_MISSING,
        help_text=gettext_lazy("姓名和职务，例如“李冬至 区领导”"),
    )
    lead_unit = forms.ChoiceField(
        label=gettext_lazy("走访单位"),
        choices=lambda: [*_choose(), *_units(Level.DISTRICT, Level.DEPARTMENT, Level.STREET)],
        error_messages=_MISSING,
    )
    street = forms.ChoiceField(
        label=gettext_lazy("所在街道"), choices=lambda: [*_choose(), *_streets()], required=False
    )
    industry = forms.ChoiceField(
        label=gettext_lazy("行业"), choices=lambda: [*_choose(), *industries()], required=False
    )
    raised = forms.CharField(
        label=gettext_lazy("企业反映"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=5000,
        required=False,
        help_text=gettext_lazy("需要办理的，保存后在走访页登记为诉求"),
    )
