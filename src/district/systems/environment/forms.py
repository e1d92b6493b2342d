"""What a firm fills in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from district.kernel.cases.public import case_type_of
from district.systems.environment.models import Site
from district.systems.environment.names import PERMIT


def _line(label: Any, most: int, missing: Any, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, error_messages={"required": missing}, **more
    )


class ApplyForm(forms.Form):
    """An application for nights at a site."""

    site = forms.ChoiceField(label=_("工地"), error_messages={"required": _("还没有选择工地。")})
    starts_on = forms.DateField(
        label=_("首夜"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("一夜从当日22时到次日6时，按开始的日期填写。"),
        error_messages={"required": _("还没有填写首夜。")},
    )
    ends_on = forms.DateField(
        label=_("末夜"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("一次最多15夜。"),
        error_messages={"required": _("还没有填写末夜。")},
    )
    works = _line(
        _("施工内容"), 200, _("还没有填写施工内容。"), help_text=_("例如“3号楼底板混凝土浇筑”。")
    )
    reason = forms.ChoiceField(
        label=_("申请理由"), error_messages={"required": _("还没有选择申请理由。")}
    )
    text = forms.CharField(
        label=_("降噪措施和说明"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    name = _line(
        _("联系人"), 60, _("还没有填写联系人。"), widget=forms.TextInput(
            attrs={"autocomplete": "name"}
        )
    )  # fmt: skip
    phone = _line(
        _("联系电话"), 20, _("还没有填写联系电话。"), widget=forms.TextInput(
            attrs={"autocomplete": "tel", "inputmode": "tel"}
        )
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = Site.objects.filter(is_active=True).order_by("name")
        rows = sites.values_list("code", "name", "firm")
        chosen = [(code, f"{name}（{firm}）") for code, name, firm in rows]
        self.fields["site"].choices = [("", _("请选择")), *chosen]  # type: ignore[attr-defined]  # a ChoiceField
        reason = case_type_of(PERMIT).schema.get("reason")
        offered = reason.choices if reason is not None and reason.choices else ()
        self.fields["reason"].choices = [("", _("请选择")), *offered]  # type: ignore[attr-defined]  # a ChoiceField
        self.has_sites = bool(chosen)
