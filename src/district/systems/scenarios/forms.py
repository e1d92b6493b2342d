"""Forms of entries; what their values mean is checked by the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.cases.public import said
from district.kernel.organisation.public import Level, Unit, units
from district.systems.scenarios.catalogue import catalogue, choices, kind_of
from district.systems.scenarios.rules.kinds import Kind

Choices = list[tuple[str, Any]]
_MISSING = {"required": gettext_lazy("请填写这一项。")}


def _choose(more: Any) -> Choices:
    return [("", _("请选择")), *more]


def _streets() -> Choices:
    return [(unit.pk, unit.display_short) for unit in units(level=Level.STREET)]


class EntryForm(forms.Form):
    """An entry of one kind, for one of the member's own units."""

    title = forms.CharField(label=gettext_lazy("名称"), max_length=120, error_messages=_MISSING)
    text = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages=_MISSING,
    )
    organisation = forms.CharField(
        label=gettext_lazy("单位名称"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("提供能力或提出需求的企业、机构"),
    )
    code = forms.CharField(label=gettext_lazy("统一社会信用代码"), max_length=18, required=False)
    area = forms.ChoiceField(
        label=gettext_lazy("技术领域"),
        choices=lambda: _choose(choices(catalogue().areas)),
        required=False,
    )
    tags = forms.MultipleChoiceField(
        label=gettext_lazy("标签"),
        choices=lambda: choices(catalogue().tags),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text=gettext_lazy("最多选8个，匹配时权重最高"),
    )
    stage = forms.ChoiceField(
        label=gettext_lazy("成熟度"),
        choices=lambda: _choose(choices(catalogue().stages)),
        required=False,
    )
    money = forms.DecimalField(
        label=gettext_lazy("金额"), required=False, min_value=0, max_digits=15, decimal_places=6
    )
    street = forms.ChoiceField(
        label=gettext_lazy("街道"), choices=lambda: _choose(_streets()), required=False
    )
    place = forms.CharField(label=gettext_lazy("地点"), max_length=120, required=False)
    valid_until = forms.DateField(
        label=gettext_lazy("有效期至"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    requires = forms.CharField(
        label=gettext_lazy("硬性条件"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "对方必须满足的条件，例如 level >= 8 and tags has “drone”（引号用英文）；可以留空"
        ),
    )
    contact_name = forms.CharField(
        label=gettext_lazy("联系人"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("加密保存，每次查看都留痕；留空为不变"),
    )
    contact_phone = forms.CharField(label=gettext_lazy("联系电话"), required=False, max_length=20)
    lead_unit = forms.ChoiceField(label=gettext_lazy("牵头单位"), error_messages=_MISSING)

    def __init__(self, *args: Any, kind: Kind, own: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Unit.objects.filter(pk__in=own).order_by("sort", "code")
        self.fields["lead_unit"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (unit.pk, unit.display_short) for unit in found
        ]
        self.fields["stage"].label = said(kind.stage)
        self.fields["money"].label = said(kind.money)
        self.fields["money"].help_text = _("万元")
        for name in kind.required:
            self.fields[name].required = True
            self.fields[name].error_messages |= _MISSING
        for one in kind.own:
            offered = [(key, said(words)) for key, words in one.choices]
            self.fields[one.key] = (
                forms.ChoiceField(
                    label=said(one.label), choices=_choose(offered), required=one.required
                )
                if one.choices
                else forms.CharField(label=said(one.label), max_length=500, required=one.required)
            )
        self.order_fields(
            ["title", "text", *(one.key for one in kind.own), "organisation", "code", "area",
             "tags", "stage", "money", "street", "place", "valid_until", "requires"]
        )  # fmt: skip


def firm_entry_form(
    kind_key: str, data: Any = None, initial: dict[str, Any] | None = None
) -> forms.Form:
    """The form in which an enterprise offers or changes an entry of a kind itself: without lead
    unit, conditions, and who it is, which the caller knows. NotFound for an unknown kind."""
    form = EntryForm(data, kind=kind_of(kind_key), own=[], initial=initial)
    for name in ("lead_unit", "requires", "organisation", "code"):
        del form.fields[name]
    return form


class LandingForm(forms.Form):
    """What came of a match."""

    landed_on = forms.DateField(
        label=gettext_lazy("落地日期"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=_MISSING,
    )
    text = forms.CharField(
        label=gettext_lazy("落地情况"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("在哪里、用了什么、效果怎样"),
        error_messages=_MISSING,
    )
    money = forms.DecimalField(
        label=gettext_lazy("投入金额（万元）"),
        required=False,
        min_value=0,
        max_digits=15,
        decimal_places=6,
    )
