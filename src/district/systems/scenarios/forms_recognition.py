"""Forms of recognition; what their values mean is checked by the services."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.base import clock
from district.kernel.cases.public import said
from district.kernel.organisation.public import members_acting
from district.systems.scenarios.models import Interest
from district.systems.scenarios.rules.schemes import FormField, Scheme
from district.systems.scenarios.schemes import schemes

_MISSING = {"required": gettext_lazy("请填写这一项。")}


def _line(label: Any, most: int = 120, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, error_messages=_MISSING, **more)


def _words(label: Any, most: int, rows: int = 5, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, max_length=most, widget=widget, error_messages=_MISSING, **more
    )


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, error_messages=_MISSING, **more)


def field_of(one: FormField) -> forms.Field:
    """A scheme's own field as a form's."""
    label = said(one.label)
    if one.type == "boolean":
        return forms.BooleanField(label=label, required=False)
    if one.type == "choice":
        offered = [("", _("请选择")), *((key, said(words)) for key, words in one.choices)]
        return forms.ChoiceField(
            label=label, choices=offered, required=one.required, error_messages=_MISSING
        )
    if one.type == "integer":
        return forms.IntegerField(
            label=label, required=one.required, min_value=0, help_text=one.unit,
            error_messages=_MISSING,
        )  # fmt: skip
    if one.type == "decimal":
        return forms.DecimalField(
            label=label, required=one.required, min_value=0, max_digits=15, decimal_places=6,
            help_text=one.unit, error_messages=_MISSING,
        )  # fmt: skip
    return _words(label, 2000, 3, required=one.required)


class ApplyForm(forms.Form):
    """An application in a round; the scheme's own fields stand in the middle."""

    applicant = _line(gettext_lazy("申请单位"), help_text=gettext_lazy("与营业执照一致"))
    code = _line(gettext_lazy("统一社会信用代码"), 18)
    subject = _line(gettext_lazy("名称"))
    text = _words(
        gettext_lazy("说明"),
        5000,
        help_text=gettext_lazy("评审专家看不到申请单位：请勿在说明中写出单位名称"),
    )
    renews = _line(
        gettext_lazy("原认定编号"), 24, required=False, help_text=gettext_lazy("复审时填写")
    )
    name = _line(gettext_lazy("联系人"), 60, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = _line(
        gettext_lazy("联系电话"),
        20,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].label = said(scheme.subject)
        for one in scheme.fields:
            self.fields[one.key] = field_of(one)
        own = [one.key for one in scheme.fields]
        self.order_fields(["applicant", "code", "subject", "text", *own])


class ObjectionForm(forms.Form):
    """What somebody has against a proposal."""

    text = _words(gettext_lazy("异议内容"), 5000, help_text=gettext_lazy("请写明事实和依据"))
    name = _line(
        gettext_lazy("姓名"), 60, help_text=gettext_lazy("须实名；加密保存，只给核查的单位看")
    )
    phone = _line(gettext_lazy("联系电话"), 20)


class RoundForm(forms.Form):
    """A round as it is planned."""

    scheme_key = forms.ChoiceField(label=gettext_lazy("认定类别"), error_messages=_MISSING)
    title = _line(gettext_lazy("名称"))
    opens_on = _day(gettext_lazy("开始申报"), initial=clock.today)
    closes_on = _day(gettext_lazy("截止申报"), initial=lambda: clock.today() + timedelta(days=30))

    def __init__(self, *args: Any, own: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scheme_key"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (key, said(schemes()[key].label)) for key in own
        ]


class EarlierRoundForm(RoundForm):
    """A round that was published elsewhere, with what it recognised, one result a line."""

    published_on = _day(gettext_lazy("发布日期"), initial=clock.today)
    lines = _words(
        gettext_lazy("认定结果"),
        400_000,
        10,
        help_text=gettext_lazy(
            "每行一项：名称、单位名称、统一社会信用代码、认定编号（可不填），用逗号或制表符隔开，可以从表格中粘贴。"
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("opens_on", "closes_on", "published_on"):
            self.fields[name].initial = None


class ExpertForm(forms.Form):
    """An expert of one of the member's units."""

    member_id = forms.ChoiceField(
        label=gettext_lazy("专家"),
        error_messages=_MISSING,
        help_text=gettext_lazy("先由系统管理员为专家建立本单位的成员账号"),
    )
    employer = _line(gettext_lazy("工作单位"))
    employer_code = _line(gettext_lazy("工作单位信用代码"), 18, required=False)
    is_active = forms.BooleanField(label=gettext_lazy("在聘"), required=False, initial=True)

    def __init__(self, *args: Any, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = members_acting([unit]).order_by("name")
        self.fields["member_id"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (str(one.pk), one.display_name) for one in found
        ]


class InterestForm(forms.Form):
    """What binds an expert to a firm."""

    kind = forms.ChoiceField(
        label=gettext_lazy("关系"), choices=Interest.Kind.choices, error_messages=_MISSING
    )
    firm = _line(gettext_lazy("企业名称"))
    firm_code = _line(gettext_lazy("统一社会信用代码"), 18, required=False)
    since = _day(gettext_lazy("开始日期"), required=False)
    until = _day(gettext_lazy("结束日期"), required=False)


class ReviewForm(forms.Form):
    """Points with grounds for every criterion of a scheme."""

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in scheme.criteria:
            self.fields[f"points_{one.key}"] = forms.DecimalField(
                label=said(one.label),
                min_value=0,
                max_value=one.most,
                decimal_places=1,
                help_text=_("满分%(most)s") % {"most": one.most},
                error_messages=_MISSING,
            )
            self.fields[f"grounds_{one.key}"] = _words(
                _("%(name)s的理由") % {"name": said(one.label)}, 2000, 3
            )
