"""Forms of investment projects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from district.systems.projects.models import Problem, Project

MISSING = {"required": _("请填写这一项。")}
Choices = Sequence[tuple[str, Any]]


def _text(label: Any, most: int, *, required: bool = True, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=hint, error_messages=MISSING
    )


def _long(label: Any, most: int = 500, *, required: bool = True, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=hint,
        error_messages=MISSING,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _number(label: Any, hint: Any = "", *, required: bool = False) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        max_digits=18,
        decimal_places=6,
        help_text=hint,
        error_messages=MISSING,
    )


def _day(label: Any, *, required: bool = True, hint: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=MISSING,
    )


def _month(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
        error_messages=MISSING,
    )


def _one_of(label: Any, *, required: bool = True, hint: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=required, help_text=hint, error_messages=MISSING)


class Choosing(forms.Form):
    """A form some of whose fields choose among what the page hands in."""

    def __init__(
        self, *args: Any, choices: Mapping[str, Choices] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, given in (choices or {}).items():
            field = self.fields.get(name)
            if isinstance(field, forms.MultipleChoiceField):
                field.choices = given
            elif isinstance(field, forms.ChoiceField):
                field.choices = given if field.required else [("", "—"), *given]


class ProjectForm(Choosing):
    """What is known of a project."""

    name = _text(_("项目名称"), 120)
    sector = _one_of(_("投资领域"))
    ownership = forms.ChoiceField(label=_("投资主体"), choices=Project.Ownership.choices)
    developer = _text(_("建设单位"), 120)
    lead_unit = _one_of(_("责任单位"))
    street = _one_of(_("所在街道"))
    leader = _one_of(_("挂点领导"), required=False, hint=_("总投资达到挂点标准的项目必须填写。"))
    works = _one_of(_("建设类别"), required=False, hint=_("报告按类别统计动工和完工的项目。"))
    output = _number(_("建成后新增"), _("按建设类别的单位填写，例如厂房面积以万平方米计。"))
    total = _number(_("总投资（万元）"), _("1亿元填10000。"), required=True)
    earlier = _number(_("以前年度完成投资（万元）"))
    planned_start = _day(_("计划开工"), required=False)
    planned_finish = _day(_("计划竣工"), required=False)
    land = forms.ChoiceField(label=_("用地情况"), choices=Project.Land.choices)
    parcel = _text(_("宗地号"), 30, required=False)
    land_area = _number(_("用地面积（公顷）"))
    place = _text(_("地址"), 200, required=False)
    lon = _number(_("经度（WGS-84）"))
    lat = _number(_("纬度（WGS-84）"))
    text = _long(_("建设内容"), 5000, required=False)


class NewProjectForm(ProjectForm):
    """A project that is entered."""

    field_order = ("name", "kind")
    kind = _one_of(_("项目类型"), hint=_("决定审批事项，以后不能改。"))


class StageForm(Choosing):
    """To which stage, on which day."""

    stage = _one_of(_("转入阶段"))
    on = _day(_("日期"))
    note = _long(_("说明"), 300, required=False, hint=_("退回或终止时必须写明原因。"))


class MonthForm(forms.Form):
    """What was done in a month."""

    month = _month(_("月份"))
    done = _number(_("完成投资（万元）"), required=True)
    progress = _number(_("月末形象进度（%）"))


class CountForm(forms.Form):
    """What statistics counted of a month."""

    month = _month(_("月份"))
    counted = _number(_("纳统投资（万元）"), required=True)


class CountedForm(forms.Form):
    """How the project stands in statistics."""

    counted = forms.ChoiceField(label=_("纳统状态"), choices=Project.Counted.choices)
    on = _day(_("纳统日期"), required=False)


class PlanForm(forms.Form):
    """The plan of a year by month; `m1` to `m12` in 万元."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for month in range(1, 13):
            self.fields[f"m{month}"] = _number(_("%(month)s月（万元）") % {"month": month})


class FundForm(Choosing):
    """Money of a source."""

    source = _one_of(_("资金来源"))
    planned = _number(_("计划金额（万元）"), required=True)
    arrived = _number(_("到位金额（万元）"))


class NoteForm(forms.Form):
    """An event with what is to be said of it."""

    note = _long(_("说明"), 300)


class DayForm(forms.Form):
    """An event on a day."""

    on = _day(_("日期"))
    note = _long(_("说明"), 300, required=False)


class ToldForm(forms.Form):
    """An event on a day that needs a word."""

    on = _day(_("日期"), hint=_("可以填写实际发生的日期，时限按当日计算。"))
    note = _long(_("说明"), 300)


class PlanItemForm(forms.Form):
    """Whether early intervention and tolerance are reckoned with."""

    early = forms.BooleanField(label=_("提前介入"), required=False)
    tolerated = forms.BooleanField(label=_("容缺受理"), required=False)


class AcceptForm(DayForm):
    """An application is accepted, early or with something missing where the template allows it."""

    field_order = ("on", "early", "tolerated", "materials", "owed_on", "note")
    early = forms.BooleanField(label=_("提前介入"), required=False)
    tolerated = forms.BooleanField(label=_("容缺受理"), required=False)
    materials = _text(_("所缺材料"), 200, required=False, hint=_("容缺受理时填写。"))
    owed_on = _day(_("补齐期限"), required=False, hint=_("容缺受理时填写。"))


class ProblemForm(Choosing):
    """A problem that is put on the list."""

    title = _text(_("问题"), 120)
    kind = _one_of(_("问题类别"))
    level = forms.ChoiceField(label=_("协调层级"), choices=Problem.Level.choices)
    bureau = _one_of(_("协调部门"), required=False, hint=_("不选的为项目责任单位。"))
    text = _long(_("情况"), 5000, required=False)


class AnswerForm(forms.Form):
    """The answer of a level."""

    answer = _long(_("答复"), hint=_("写明措施、责任人。"))
    until = _day(_("解决期限"), hint=_("到期未解决的自动上升一级。"))


class ResultForm(forms.Form):
    """How it ended."""

    result = _long(_("结果"))


class CallForm(Choosing):
    """A street calls departments."""

    title = _text(_("事由"), 120)
    place = _text(_("集合地点"), 120, required=False)
    units = forms.MultipleChoiceField(
        label=_("报到部门"), widget=forms.CheckboxSelectMultiple, error_messages=MISSING
    )
    problem = _one_of(_("对应的问题"), required=False)


class PhotoForm(forms.Form):
    """Of pictures: the day and what they show."""

    taken_on = _day(_("拍摄日期"))
    caption = _text(_("说明"), 120, required=False)
