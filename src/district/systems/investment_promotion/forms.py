"""Forms of investment promotion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from district.systems.investment_promotion.models import Project, Trip, Visit

MISSING = {"required": _("请填写这一项。")}
Choices = Sequence[tuple[str, Any]]


def _text(label: Any, most: int, *, required: bool = True, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=hint, error_messages=MISSING
    )


def _long(label: Any, *, required: bool = True, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=5000,
        required=required,
        help_text=hint,
        error_messages=MISSING,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def _number(label: Any, hint: Any = "", *, required: bool = False) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=0,
        max_digits=16,
        decimal_places=4,
        help_text=hint,
        error_messages=MISSING,
    )


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=MISSING,
    )


def _moment(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        error_messages=MISSING,
    )


def _one_of(label: Any, *, required: bool = True, hint: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=required, help_text=hint, error_messages=MISSING)


class _Choosing(forms.Form):
    """A form some of whose fields choose among what the page hands in."""

    def __init__(self, *args: Any, choices: Mapping[str, Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, given in choices.items():
            field = self.fields.get(name)
            if isinstance(field, forms.ChoiceField):
                field.choices = given if field.required else [("", "—"), *given]


class ProjectForm(_Choosing):
    """What is told of a lead, and changed of a project."""

    organisation = _text(_("投资方"), 120)
    code = _text(
        _("投资方统一社会信用代码"),
        18,
        required=False,
        hint=_("国内企业填写，18位；不清楚的留空。"),
    )
    country = _text(_("国家或地区"), 40, required=False)
    city = _text(_("城市"), 40, required=False)
    chain = _one_of(_("产业链环节"))
    industry = _text(
        _("行业代码"), 5, required=False, hint=_("国民经济行业分类（GB/T 4754），例如 C39。")
    )
    source = _one_of(_("线索来源"))
    recommended_by = _text(
        _("推荐企业或机构"), 120, required=False, hint=_("以商招商、投资机构须填写。")
    )
    investment = _number(_("意向投资额（万元）"), _("不清楚的留空。1亿元填10000。"))
    wanted = forms.ChoiceField(label=_("空间需求"), choices=Project.Wanted.choices)
    space_area = _number(_("需要用房面积（㎡）"))
    land_area = _number(_("需要用地面积（公顷）"))
    distinct = _text(
        _("与已有线索的区别"),
        200,
        required=False,
        hint=_("同一投资方先登记的单位跟进；确为另一个项目时填写。"),
    )


class LeadForm(ProjectForm):
    """A lead that is told."""

    text = _long(_("项目情况"), hint=_("投资什么、谁牵的线、对方最关心什么。"))
    lead_unit = _one_of(_("跟进单位"))
    confidential = forms.BooleanField(
        label=_("保密"),
        required=False,
        help_text=_("只有跟进单位和区领导能看到，统筹单位也看不到；解除保密后才能转交和核验。"),
    )
    field_order = ("organisation", "text", "lead_unit")


class ContactForm(forms.Form):
    """Somebody of the investor."""

    name = _text(_("姓名"), 60)
    post = _text(_("职务"), 60, required=False)
    phone = _text(_("联系电话"), 30, required=False)


class SignForm(forms.Form):
    """The agreement."""

    signed_on = _day(_("签约日期"))
    agreed = _number(_("协议投资额（万元）"), _("1亿元填10000。"), required=True)
    agreement = _text(_("协议编号"), 60)
    text = _long(_("说明"), required=False)


class RegistrationForm(forms.Form):
    """The entity that was registered for the project."""

    code = _text(_("落户主体统一社会信用代码"), 18, hint=_("18位，照营业执照。"))
    name = _text(_("落户主体名称"), 200, required=False, hint=_("经营主体库里已有的可以留空。"))
    text = _long(_("说明"), required=False)


class VerifyForm(forms.Form):
    """A word of whoever verifies."""

    note = _text(_("核验说明"), 300, required=False)


class VisitForm(_Choosing):
    """A visit that is planned."""

    organisation = _text(_("拜访对象"), 120)
    project = _one_of(_("招商项目"), required=False)
    trip = _one_of(_("出行计划"), required=False)
    kind = forms.ChoiceField(label=_("方式"), choices=Visit.Kind.choices)
    lead_unit = _one_of(_("出访单位"))
    starts_at = _moment(_("开始"))
    ends_at = _moment(_("结束"))
    city = _text(_("城市"), 40)
    place = _text(_("地点"), 200, required=False)
    visitors = _text(_("我方人员"), 300, hint=_("姓名和职务，用顿号分开。"))
    hosts = _text(_("对方人员"), 300, required=False)
    purpose = _text(_("目的"), 300)
    agenda = _long(_("议程"), required=False)
    lon = forms.DecimalField(
        label=_("经度"),
        required=False,
        max_digits=9,
        decimal_places=6,
        help_text=_("WGS-84，可不填。"),
    )
    lat = forms.DecimalField(label=_("纬度"), required=False, max_digits=8, decimal_places=6)


class HoldForm(forms.Form):
    """What came of a visit."""

    hosts = _text(_("对方人员"), 300, required=False)
    minutes = _long(_("会谈纪要"))
    result = _text(_("结果"), 300)
    next_step = _text(_("下一步"), 300, required=False)
    next_on = _day(_("下一步期限"), required=False)


class CancelForm(forms.Form):
    """Why a visit does not take place."""

    reason = _text(_("取消原因"), 200)


class TripForm(_Choosing):
    """A journey to investors."""

    title = _text(_("名称"), 120)
    lead_unit = _one_of(_("组织单位"))
    head = _text(_("带队人"), 60)
    members = _text(_("同行人员"), 300, required=False)
    cities = _text(_("目的地"), 120)
    starts_on = _day(_("出发日期"))
    ends_on = _day(_("返回日期"))
    purpose = _long(_("目的"))
    state = forms.ChoiceField(label=_("状态"), choices=Trip.State.choices)


class SpaceForm(_Choosing):
    """What a project must have of a space; the demand is kept in `spaces`."""

    use = _text(_("用途"), 200)
    area_from = _number(_("面积不小于（㎡）"), _("上下限至少填一个。"))
    area_to = _number(_("面积不大于（㎡）"))
    load = _number(_("楼面荷载不小于（kN/㎡）"), _("以下都是必须满足的条件，不作要求的留空。"))
    height = _number(_("层高不小于（m）"))
    power = _number(_("用电容量不小于（kVA）"))
    budget = _number(_("租金不高于（元/㎡·月）"))
    wanted_on = _day(_("最迟入驻"), required=False)
    streets = forms.MultipleChoiceField(
        label=_("意向街道"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("都不选就是不限街道。"),
    )

    def __init__(self, *args: Any, choices: Mapping[str, Choices], **kwargs: Any) -> None:
        super().__init__(*args, choices={}, **kwargs)
        self.fields["streets"].choices = choices["streets"]  # type: ignore[attr-defined]  # it chooses
