"""Forms of inspections; what their values mean is checked by the services."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.base import clock
from district.kernel.cases.public import said
from district.kernel.organisation.public import Level, units
from district.systems.inspections.checklists import checklists, field_words
from district.systems.inspections.models import Enforcement, Round
from district.systems.inspections.selectors.results import inspectors_of

Choices = list[tuple[str, Any]]
_MISSING = {"required": gettext_lazy("请填写这一项。")}


def _choose() -> Choices:
    return [("", _("请选择"))]


def _lists() -> Choices:
    return [(each.key, said(each.label)) for each in checklists()]


def _units() -> Choices:
    levels = (Level.DISTRICT, Level.DEPARTMENT, Level.STREET)
    return [(unit.pk, unit.display_short) for unit in units() if unit.level in levels]


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, error_messages=_MISSING, **more)


class RoundForm(forms.Form):
    """A round as it is planned. Weights are written `440307016=2`, one a line."""

    title = forms.CharField(label=gettext_lazy("名称"), max_length=120, error_messages=_MISSING)
    lead_unit = forms.ChoiceField(label=gettext_lazy("组织单位"), error_messages=_MISSING)
    checklist = forms.ChoiceField(
        label=gettext_lazy("检查表"),
        choices=lambda: [*_choose(), *_lists()],
        error_messages=_MISSING,
    )
    where = forms.CharField(
        label=gettext_lazy("对象范围"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "条件，例如 kind in (“workshop”, “battery”) and risk = “high”"
            "（引号用英文）；留空为本单位负责的全部在册对象"
        ),
    )
    size = forms.IntegerField(
        label=gettext_lazy("抽取数量"), min_value=1, max_value=5000, error_messages=_MISSING
    )
    stratify = forms.ChoiceField(
        label=gettext_lazy("分层"),
        choices=Round.Stratify.choices,
        required=False,
        help_text=gettext_lazy("各层按对象数量乘以权重分配"),
    )
    weights = forms.CharField(
        label=gettext_lazy("权重"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("一行一层，例如 high=3；没有写的权重为1"),
    )
    assign_to = forms.ChoiceField(
        label=gettext_lazy("由谁检查"), choices=Round.AssignTo.choices, initial="round"
    )
    inspectors = forms.MultipleChoiceField(
        label=gettext_lazy("检查人"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("选了检查人，检查人也随机分配；不选则由检查单位自己分派"),
    )
    starts_on = _day(gettext_lazy("开始日期"), initial=clock.today)
    ends_on = _day(gettext_lazy("截止日期"), initial=lambda: clock.today() + timedelta(days=30))
    public_source = forms.CharField(
        label=gettext_lazy("公开随机源"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "公示之后才会产生、谁都能查到的数，例如“2025年9月30日上证指数收盘点位”。"
            "填了它，连组织单位自己也无法事先知道结果"
        ),
    )

    def __init__(self, *args: Any, own: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead_unit"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (code, label) for code, label in _units() if code in own
        ]
        people = [(str(one.pk), one.display_name) for one in inspectors_of(own)]
        self.fields["inspectors"].choices = people  # type: ignore[attr-defined]  # as above

    def clean_weights(self) -> dict[str, int]:
        """Lines `stratum=number`."""
        found: dict[str, int] = {}
        for line in self.cleaned_data["weights"].split():
            key, equals, number = line.partition("=")
            if not equals or not number.isdecimal() or len(number) > 4:
                raise forms.ValidationError(
                    _("“%(line)s”写得不对，请写成 high=3。") % {"line": line}
                )
            found[key] = int(number)
        return found


class DrawForm(forms.Form):
    """What the public source said."""

    public_value = forms.CharField(
        label=gettext_lazy("公开随机源的值"), max_length=200, required=False
    )


class OrderForm(forms.Form):
    """An inspection of one place outside any round."""

    checklist = forms.ChoiceField(label=gettext_lazy("检查表"), error_messages=_MISSING)
    unit = forms.ChoiceField(label=gettext_lazy("检查单位"), error_messages=_MISSING)
    due_on = _day(gettext_lazy("截止日期"), initial=lambda: clock.today() + timedelta(days=7))

    def __init__(self, *args: Any, kind: str, own: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lists = [(each.key, said(each.label)) for each in checklists() if kind in each.kinds]
        self.fields["checklist"].choices = lists or _lists()  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["unit"].choices = own  # type: ignore[attr-defined]  # as above


class CaseForm(forms.Form):
    """A case of law."""

    number = forms.CharField(label=gettext_lazy("案号"), max_length=40, error_messages=_MISSING)
    field = forms.ChoiceField(
        label=gettext_lazy("领域"),
        choices=lambda: [(key, said(words)) for key, words in field_words().items()],
        required=False,
    )
    lead_unit = forms.ChoiceField(label=gettext_lazy("办案单位"), error_messages=_MISSING)
    violation = forms.CharField(
        label=gettext_lazy("违法行为"), max_length=200, error_messages=_MISSING
    )
    basis = forms.CharField(label=gettext_lazy("法律依据"), max_length=200, required=False)
    cases = forms.IntegerField(
        label=gettext_lazy("宗数"),
        min_value=1,
        initial=1,
        required=False,
        help_text=gettext_lazy("汇总报送时填写，单个案件为1"),
    )
    filed_on = _day(gettext_lazy("立案日期"), initial=clock.today)
    decided_on = forms.DateField(
        label=gettext_lazy("决定日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("处理结果"), choices=Enforcement.Outcome.choices, required=False
    )
    fine = forms.DecimalField(
        label=gettext_lazy("罚款金额（元）"), required=False, min_value=0, max_digits=15
    )

    def __init__(self, *args: Any, own: list[str], found: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead_unit"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (code, label) for code, label in _units() if code in own
        ]
        if found:  # field and number of cases follow from the inspection
            del self.fields["field"], self.fields["cases"]
