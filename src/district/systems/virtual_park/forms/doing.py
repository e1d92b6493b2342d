"""Forms of what a firm does: applying, requests, spaces, its profile, activities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from district.kernel.cases.public import LONGEST_TEXT, SATISFACTION
from district.systems.enterprise_requests.public import choices_of, industries
from district.systems.enterprises.public import BY_KEY, SAID_BY_FIRMS, Fact
from district.systems.spaces.public import hazards
from district.systems.virtual_park.forms.account import MISSING, day_field
from district.systems.virtual_park.services.doing import RATINGS


def _choose(more: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [("", _now("请选择")), *more]


def _text(label: Any, *, required: bool = True, rows: int = 4, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages=MISSING,
        **more,
    )


def _number(label: Any, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_digits=14, decimal_places=3,
        help_text=help_text,
    )  # fmt: skip


class ApplyForm(forms.Form):
    """What is added to an application that the register has filled in."""

    asked = forms.DecimalField(
        label=_("申请金额（万元）"),
        required=False,
        max_digits=14,
        decimal_places=6,
        help_text=_("不超过政策的最高金额；不清楚的可以留空。"),
    )
    note = _text(_("补充说明"), required=False)


class AnswerForm(forms.Form):
    """What a firm says to a step of its case; `required` is whether words are."""

    text = _text(_("说明"), required=False, rows=3)
    satisfaction = forms.ChoiceField(label=_("是否满意"), error_messages=MISSING)

    def __init__(self, *args: Any, rates: bool, required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = required
        if rates:
            offered = [(key, label) for key, label in SATISFACTION if key in RATINGS]
            self.fields["satisfaction"].choices = _choose(offered)  # type: ignore[attr-defined]  # a ChoiceField
        else:
            del self.fields["satisfaction"]


class RequestForm(forms.Form):
    """A request."""

    kind = forms.ChoiceField(
        label=_("诉求类别"), choices=lambda: _choose(choices_of("kind")), error_messages=MISSING
    )
    industry = forms.ChoiceField(
        label=_("行业"),
        choices=lambda: _choose(industries()),
        error_messages=MISSING,
        help_text=_("按行业分到对应的行业指挥部。"),
    )
    text = _text(_("诉求内容"), rows=5)
    place = forms.CharField(label=_("地点"), required=False, max_length=200)
    amount = forms.IntegerField(
        label=_("涉及金额（万元）"), required=False, min_value=0, max_value=99_999_999
    )
    stopped = forms.BooleanField(label=_("影响正常生产经营"), required=False)


class DemandForm(forms.Form):
    """What space a firm looks for; `streets` are (code, label) pairs."""

    use = forms.CharField(
        label=_("用途"),
        max_length=200,
        error_messages=MISSING,
        help_text=_("做什么用，例如“精密注塑和组装”。"),
    )
    area_from = _number(_("面积不小于（㎡）"), _("上下限至少填一个。"))
    area_to = _number(_("面积不大于（㎡）"))
    budget = _number(_("租金不高于（元/㎡·月）"))
    wanted_on = day_field(_("最迟入驻"), required=False)
    streets = forms.MultipleChoiceField(
        label=_("意向街道"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("都不选就是不限街道。"),
    )
    load = _number(_("楼面荷载不小于（kN/㎡）"), _("以下都是必须满足的条件，不作要求的留空。"))
    height = _number(_("层高不小于（m）"))
    lift_load = _number(_("货梯载重不小于（t）"))
    power = _number(_("用电容量不小于（kVA）"))
    hazard = forms.ChoiceField(
        label=_("生产的火灾危险性"),
        required=False,
        choices=lambda: [("", _now("不作要求")), *hazards()],
        help_text=_("按GB 50016。丙类厂房可做丙、丁、戊类生产。"),
    )
    drainage = forms.BooleanField(label=_("须有工业排水"), required=False)

    def __init__(self, *args: Any, streets: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["streets"].choices = streets  # type: ignore[attr-defined]  # it chooses


class VisitForm(forms.Form):
    """When a firm would see a unit."""

    day = day_field(_("希望看房的日期"))
    text = _text(_("说明"), required=False, rows=2)


def _fact_field(fact: Fact) -> forms.Field:
    label = f"{fact.label}（{fact.unit}）" if fact.unit else str(fact.label)
    if fact.type == "integer":
        return forms.IntegerField(label=label, required=False)
    if fact.type == "decimal":
        return forms.DecimalField(label=label, required=False, max_digits=18, decimal_places=6)
    return forms.CharField(label=label, required=False, max_length=fact.length or 200)


class FactsForm(forms.Form):
    """What a firm says of itself; what is left empty is not said."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in SAID_BY_FIRMS:
            self.fields[key] = _fact_field(BY_KEY[key])


class DiscloseForm(forms.Form):
    """What other firms may see."""

    is_findable = forms.BooleanField(
        label=_("参加上下游对接"),
        required=False,
        help_text=_(
            "勾选后，其他入驻企业找供应方或买家时能按产品找到贵企业，看到名称、街道、行业和可对外展示的产品。"
        ),
    )
    shows_products = forms.BooleanField(label=_("公开产品和服务"), required=False)
    products = forms.CharField(
        label=_("产品和服务"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    shows_contact = forms.BooleanField(label=_("公开联系方式"), required=False)
    contact = forms.CharField(
        label=_("对外联系方式"),
        required=False,
        max_length=120,
        help_text=_("请填写企业对外的电话或邮箱，不要填个人手机号。"),
    )


class RegisterForm(forms.Form):
    """How many come."""

    persons = forms.IntegerField(
        label=_("参加人数"), min_value=1, max_value=20, initial=1, error_messages=MISSING
    )


def _moment(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages=MISSING,
    )


class ActivityForm(forms.Form):
    """An activity; `own` are the units that may hold it, none where it is there already."""

    title = forms.CharField(label=_("名称"), max_length=120, error_messages=MISSING)
    text = _text(_("内容"), rows=6)
    place = forms.CharField(label=_("地点"), max_length=200, error_messages=MISSING)
    starts_at = _moment(_("开始时间"))
    ends_at = _moment(_("结束时间"))
    closes_at = _moment(_("报名截止"))
    seats = forms.IntegerField(label=_("名额（人）"), min_value=1, error_messages=MISSING)
    where = forms.CharField(
        label=_("面向企业的条件"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_('例如 industry under "C" and staff >= 20；留空为全部在营企业。'),
    )
    unit = forms.ChoiceField(label=_("主办单位"), error_messages=MISSING)

    def __init__(self, *args: Any, own: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own:
            self.fields["unit"].choices = own  # type: ignore[attr-defined]  # a ChoiceField
        else:
            del self.fields["unit"]


class LimitForm(forms.Form):
    """How often one enterprise is told in a month."""

    most = forms.IntegerField(
        label=_("每家企业每月最多推送次数"), min_value=1, max_value=100, error_messages=MISSING
    )
