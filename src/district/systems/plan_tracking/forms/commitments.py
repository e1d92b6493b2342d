"""Forms of a commitment: owners, facts, profile, adjustment, progress, closing."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from district.kernel.measures.public import Measure
from district.kernel.organisation.public import Assignment, Level, Unit
from district.kernel.plan.public import (
    Basis,
    Commitment,
    CommitmentKind,
    Comparator,
    Nature,
    Profile,
)

_NUMBER = _("请填写数字，例如 12.5。")


def unit_choices(units: Iterable[Unit]) -> list[Any]:
    """Units that can lead, grouped by level."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for unit in units:
        if unit.level in (Level.DISTRICT, Level.DEPARTMENT, Level.STREET):
            groups.setdefault(str(Level(unit.level).label), []).append(
                (unit.code, unit.display_name)
            )
    return list(groups.items())


def people_choices(posts: Iterable[Assignment]) -> list[tuple[str, str]]:
    """Members with the unit and role that they hold, each once."""
    seen: dict[str, str] = {}
    for post in posts:
        words = (
            f"{post.member.display_name}（{post.unit.display_short}，{post.get_role_display()}）"
        )
        seen.setdefault(str(post.member_id), words)
    return list(seen.items())


class OwnerForm(forms.Form):
    """Who answers for a commitment."""

    lead_unit = forms.ChoiceField(
        label=_("牵头单位"), error_messages={"required": _("请选择牵头单位。")}
    )
    co_units = forms.MultipleChoiceField(
        label=_("配合单位"), required=False, widget=forms.CheckboxSelectMultiple
    )
    leader = forms.ChoiceField(label=_("责任领导"), required=False)
    contact = forms.ChoiceField(label=_("联系人"), required=False)

    def __init__(
        self, *args: Any, units: Iterable[Unit], posts: Iterable[Assignment], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        known = unit_choices(units)
        people = people_choices(posts)
        self.fields["lead_unit"].choices = [("", _("请选择")), *known]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["co_units"].choices = [pair for _label, group in known for pair in group]  # type: ignore[attr-defined]  # as above
        for name in ("leader", "contact"):
            self.fields[name].choices = [("", _("暂不指定")), *people]  # type: ignore[attr-defined]  # as above


class ContactForm(forms.Form):
    """Another contact."""

    contact = forms.ChoiceField(label=_("联系人"), error_messages={"required": _("请选择联系人。")})

    def __init__(self, *args: Any, posts: Iterable[Assignment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = people_choices(posts)
        self.fields["contact"].choices = [("", _("请选择")), *people]  # type: ignore[attr-defined]  # a ChoiceField


class FactsForm(forms.Form):
    """What a commitment is called and how it counts; never its target."""

    title = forms.CharField(
        label=_("名称"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请填写名称。")},
    )
    kind = forms.ChoiceField(label=_("类别"), choices=CommitmentKind.choices)
    nature = forms.ChoiceField(
        label=_("性质"),
        choices=Nature.choices,
        help_text=_("约束性：必须完成；预期性：争取完成"),
    )
    theme = forms.ChoiceField(label=_("主题"), required=False)

    def __init__(self, *args: Any, themes: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = [("", _("未归类")), *themes]  # type: ignore[attr-defined]  # a ChoiceField


class ProfileForm(forms.Form):
    """How progress is due over the year."""

    profile = forms.ChoiceField(
        label=_("序时进度"), choices=Profile.choices, widget=forms.RadioSelect
    )
    shares = forms.CharField(
        label=_("1月至12月的累计比例"),
        required=False,
        help_text=_("选“自行设定”时填写：12 个数，用空格分开，从 0 到 1 逐月不减，12 月为 1"),
    )

    def numbers(self) -> list[Decimal]:
        """The shares as numbers; words that are none come back as not-a-number."""
        text = self.cleaned_data["shares"].replace("，", " ").replace(",", " ")
        return [_decimal(word) for word in text.split()]


def _decimal(word: str) -> Decimal:
    try:
        return Decimal(word)
    except ArithmeticError:
        return Decimal("NaN")


class MeasureForm(forms.Form):
    """The measure that feeds a light; those in the commitment's own unit come first."""

    measure = forms.ChoiceField(
        label=_("指标"),
        help_text=_("与目标同单位的指标排在前面"),
        error_messages={
            "required": _("请选择指标。"),
            "invalid_choice": _("没有这个指标，或已停用。请从列表中选择。"),
        },
    )

    @classmethod
    def of(
        cls, row: Commitment, measures: Iterable[Measure], data: Any = None, proposed: str = ""
    ) -> MeasureForm:
        """The form with the measures in use, and the one that is proposed, else bound."""
        form = cls(data, initial={"measure": proposed or row.measure_id or ""})
        form.offer(measures, row.unit)
        return form

    def offer(self, measures: Iterable[Measure], unit: str) -> None:
        """Offer these measures, those in that unit first."""
        groups: dict[str, list[tuple[str, str]]] = {str(_("同单位")): [], str(_("其他单位")): []}
        same, other = groups
        for each in measures:
            words = f"{each.display_name} ({each.unit})" if each.unit else each.display_name
            groups[same if each.unit == unit else other].append((each.pk, words))
        field = cast("forms.ChoiceField", self.fields["measure"])
        field.choices = [("", "---------"), *((k, v) for k, v in groups.items() if v)]


class CountedForm(MeasureForm):
    """The measure that counts an achievement from now on; none is a choice too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].required = False
        self.fields["measure"].help_text = _("与原文同单位的指标排在前面；不选则不统计")


class AdjustForm(forms.Form):
    """Another target, with the reason."""

    comparator = forms.ChoiceField(label=_("比较"), choices=Comparator.choices)
    value = forms.DecimalField(
        label=_("新目标值"), error_messages={"required": _NUMBER, "invalid": _NUMBER}
    )
    deadline = forms.DateField(
        label=_("新时限"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("请填写日期。"), "invalid": _("请填写日期。")},
    )
    reason = forms.CharField(
        label=_("调整理由"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请说明为什么要调整。")},
    )
    document = forms.CharField(
        label=_("依据文件"),
        required=False,
        max_length=255,
        help_text=_("例如会议纪要或批复的文号"),
    )

    @classmethod
    def of(cls, row: Commitment, data: Any = None) -> AdjustForm:
        """The form with the target that is in force; a task has only its deadline."""
        value = row.value
        initial = {
            "comparator": row.comparator,
            "value": None if value is None else value.normalize().__format__("f"),
            "deadline": row.deadline,
        }
        form = cls(data, initial=initial)
        if value is None:
            del form.fields["comparator"], form.fields["value"]
        return form


class ProgressForm(forms.Form):
    """How far a task without a number has come."""

    percent = forms.IntegerField(
        label=_("形象进度"),
        min_value=0,
        max_value=100,
        error_messages={
            "required": _("请填写 0 到 100 的整数。"),
            "invalid": _("请填写 0 到 100 的整数。"),
        },
    )
    text = forms.CharField(
        label=_("进展情况"),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请用一两句话说明进展。")},
    )
    evidence = forms.FileField(
        label=_("佐证材料"),
        required=False,
        help_text=_("PDF、Office 文档或图片，不超过 20 MB"),
    )


class NoteForm(forms.Form):
    """A word with a decision."""

    note = forms.CharField(
        label=_("说明"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


class FinishForm(forms.Form):
    """Why a commitment counts as done, with what proves it."""

    note = forms.CharField(
        label=_("办结说明"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("怎样完成、由谁验收"),
        error_messages={"required": _("请说明怎样完成、由谁验收。")},
    )
    evidence = forms.FileField(
        label=_("佐证材料"),
        required=False,
        help_text=_("PDF、Office 文档或图片，不超过 20 MB"),
    )


class NewForm(forms.Form):
    """A commitment that no sentence of the report states."""

    kind = forms.ChoiceField(
        label=_("类别"), choices=CommitmentKind.choices, initial=CommitmentKind.TASK
    )
    title = forms.CharField(
        label=_("名称"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请填写名称。")},
    )
    nature = forms.ChoiceField(label=_("性质"), choices=Nature.choices, initial=Nature.EXPECTED)
    comparator = forms.ChoiceField(
        label=_("比较"), choices=[("", _("无量化目标")), *Comparator.choices], required=False
    )
    value = forms.DecimalField(
        label=_("目标值"), required=False, error_messages={"invalid": _NUMBER}
    )
    unit = forms.CharField(label=_("单位"), required=False, max_length=40)
    basis = forms.ChoiceField(
        label=_("口径"), choices=[("", _("未注明")), *Basis.choices], required=False
    )
    deadline = forms.DateField(
        label=_("时限"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("不填为年底"),
    )
    theme = forms.ChoiceField(label=_("主题"), required=False)

    def __init__(self, *args: Any, themes: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = [("", _("未归类")), *themes]  # type: ignore[attr-defined]  # a ChoiceField
