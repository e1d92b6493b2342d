"""Forms of measures and of filing duties. Rules stand in the services."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from district.kernel.measures.models import FilingDuty, Frequency, Measure, Span
from district.kernel.measures.models.measures import Source
from district.kernel.measures.records import MeasureSpec
from district.kernel.measures.services.measures import FIXED_BY_VALUES
from district.kernel.organisation.public import Assignment, Level, Unit

_COMPUTED = Source.SYSTEM.value


class MeasureForm(forms.Form):
    """A measure with its statistical basis. What values so far fix is shown and not asked."""

    name = forms.CharField(
        label=_("名称"),
        max_length=120,
        help_text=_("例如“固定资产投资额”；增速另建一个指标，例如“固定资产投资额增速”。"),
        error_messages={"required": _("没有填名称。请填写指标的名称。")},
    )
    definition = forms.CharField(
        label=_("口径说明"),
        required=False,
        max_length=4000,
        widget=forms.Textarea,
        help_text=_("统计范围、计算方法、数据出处，例如“不含农户投资，按项目所在地统计”。"),
    )
    unit = forms.CharField(
        label=_("计量单位"),
        max_length=40,
        required=False,
        help_text=_("例如“亿元”“个”；增速和比率写“%”。"),
    )
    decimals = forms.IntegerField(
        label=_("小数位"),
        min_value=0,
        max_value=6,
        initial=2,
        error_messages={
            "required": _("请填写 0 到 6 的整数。"),
            "invalid": _("请填写 0 到 6 的整数。"),
        },
    )
    basis = forms.ChoiceField(label=_("口径类型"), choices=Measure.Basis.choices)
    span = forms.ChoiceField(
        label=_("时间口径"),
        choices=Span.choices,
        initial=Span.YEAR_TO_DATE,
        help_text=_("每个数值统计的是哪一段时间。"),
    )
    frequency = forms.ChoiceField(
        label=_("频率"),
        choices=Frequency.choices,
        help_text=_("新设置的填报任务照此填写；已有的任务不变。"),
    )
    prices = forms.ChoiceField(label=_("价格口径"), choices=Measure.Prices.choices, required=False)
    aggregation = forms.ChoiceField(label=_("汇总方式"), choices=Measure.Aggregation.choices)
    direction = forms.ChoiceField(label=_("方向"), choices=Measure.Direction.choices)
    source = forms.ChoiceField(
        label=_("数据来源"),
        choices=[choice for choice in Source.choices if choice[0] != _COMPUTED],
        initial=Source.DEPARTMENT,
    )
    name_en = forms.CharField(label=_("英文名称"), max_length=160, required=False)
    key = forms.CharField(
        label=_("编码"),
        max_length=80,
        required=False,
        help_text=_("用于导出和接口，建立后不能改。不填则按名称自动生成。"),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @classmethod
    def of(cls, row: Measure, definition: str, *, fixed: bool, data: Any = None) -> MeasureForm:
        """The form of a measure that exists; `fixed` where it has values."""
        words = {name: getattr(row, name) for name in cls.base_fields if hasattr(row, name)}
        form = cls(data, initial={**words, "definition": definition, "seen": row.version})
        del form.fields["key"]
        form.fields["definition"].help_text = _(
            "改动口径说明或价格口径，会开始新的一版口径；已有数值仍按原来的版本。"
        )
        if row.source == _COMPUTED:
            del form.fields["source"]
        for name in FIXED_BY_VALUES if fixed else ():
            # Not asked for, so neither a hint nor a word that it may be left out.
            form.fields[name].disabled = True
            form.fields[name].required = bool(getattr(row, name))
            form.fields[name].help_text = ""
        return form

    def spec(self, row: Measure | None = None) -> MeasureSpec:
        """What the valid form asks for; what it does not carry is as `row` has it."""
        words = {k: v for k, v in self.cleaned_data.items() if k != "seen"}
        if row is not None:
            words = {"key": row.key, "source": row.source, **words}
        words["definition"] = words["definition"].strip().replace("\r\n", "\n")
        return MeasureSpec(**words)


class EndForm(forms.Form):
    """Ending a measure or a duty: why, and whether what is owed now goes too."""

    reason = forms.CharField(
        label=_("停用原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("没有写停用原因。请写明原因。")},
    )
    cancel_open = forms.BooleanField(label=_("一并取消还没有提交的填报"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)


class DutyForm(forms.Form):
    """Who files a measure, and on which terms."""

    unit = forms.ChoiceField(
        label=_("填报单位"),
        help_text=_("由该单位的经办人填报，单位负责人审核，计划统筹员审定。"),
        error_messages={"required": _("没有选单位。请选择填报单位。")},
    )
    frequency = forms.ChoiceField(label=_("频率"), choices=Frequency.choices)
    days_after = forms.IntegerField(
        label=_("填报期限"),
        initial=5,
        min_value=1,
        max_value=250,
        help_text=_("统计期结束后多少个工作日内填报。"),
        error_messages={
            "required": _("请填写 1 到 250 的整数。"),
            "invalid": _("请填写 1 到 250 的整数。"),
        },
    )
    since = forms.DateField(
        label=_("起始日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("在这一天或以后结束的各期都要填报，已结束的各期随即发起。"),
        error_messages={"required": _("没有填日期。请填写日期。"), "invalid": _("请填写日期。")},
    )
    contact = forms.UUIDField(
        label=_("联系人"),
        required=False,
        widget=forms.Select,
        help_text=_("催办时先提醒联系人；不指定则提醒单位的全部经办人。"),
        error_messages={"invalid": _("请从列表中选择联系人。")},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @classmethod
    def new(
        cls,
        measure: Measure,
        units: Iterable[Unit],
        posts: Iterable[Assignment],
        *,
        today: date,
        unit: str = "",
        data: Any = None,
    ) -> DutyForm:
        """The form of a duty that is not there yet; from this month's or a later period on."""
        first = {"frequency": measure.frequency, "since": today.replace(day=1), "unit": unit}
        form = cls(data, initial=first)
        form.fields["unit"].choices = [("", _("请选择单位")), *_grouped(units)]  # type: ignore[attr-defined]  # a ChoiceField
        groups: dict[str, list[tuple[str, str]]] = {}
        for post in posts:
            person = (str(post.member_id), post.member.display_name)
            groups.setdefault(post.unit.display_name, []).append(person)
        form.fields["contact"].widget.choices = [("", _("不指定")), *groups.items()]
        return form

    @classmethod
    def of(cls, duty: FilingDuty, posts: Iterable[Assignment], *, data: Any = None) -> DutyForm:
        """The form of a duty that exists; its unit stays."""
        names = ("frequency", "days_after", "since")
        words: dict[str, Any] = {name: getattr(duty, name) for name in names}
        form = cls(data, initial={**words, "contact": duty.contact_id, "seen": duty.version})
        del form.fields["unit"]
        form.fields["since"].help_text = _("在这一天或以后结束的各期都要填报。已发起的填报不变。")
        if not duty.by_hand:
            # The commitment names the contact; a change here would not last.
            del form.fields["contact"]
            return form
        people = {str(p.member_id): p.member.display_name for p in posts}
        if duty.contact is not None:
            people.setdefault(str(duty.contact_id), duty.contact.display_name)
        form.fields["contact"].widget.choices = [("", _("不指定")), *people.items()]
        return form


def _grouped(units: Iterable[Unit]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Units by level; a community with its street before it: two communities share a name."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for unit in units:
        name = unit.display_name
        if unit.level == Level.COMMUNITY and unit.parent is not None:
            name = f"{unit.parent.display_short} · {name}"
        groups.setdefault(str(Level(unit.level).label), []).append((unit.pk, name))
    return list(groups.items())
