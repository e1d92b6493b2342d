"""What people fill in about products and what they ask of partners."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from district.kernel.organisation.public import Level, units
from district.systems.enterprises.models import Product
from district.systems.enterprises.rules.products import quantity
from district.systems.enterprises.selectors.catalogue import class_options

_MISSING = {"required": _("请填写这一项。")}


def _number(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_digits=18, decimal_places=6, **more
    )


class ProductForm(forms.Form):
    """A product that an enterprise supplies or needs."""

    side = forms.ChoiceField(label=_("供需"), choices=Product.Side.choices)
    name = forms.CharField(
        label=_("产品名称"),
        max_length=120,
        error_messages=_MISSING,
        help_text=_("按企业自己的叫法，例如“21700圆柱锂离子电芯”"),
    )
    product_class = forms.ChoiceField(
        label=_("产品分类"), required=False, help_text=_("空着表示由名称读出")
    )
    used_for = forms.CharField(label=_("用途"), required=False, max_length=200)
    standard = forms.CharField(label=_("执行标准"), required=False, max_length=120)
    capacity = _number(_("年供应或需求量"))
    unit = forms.CharField(
        label=_("计量单位"), required=False, max_length=16, help_text=_("例如“万只”“吨”")
    )
    price_from = _number(_("最低价（元）"))
    price_to = _number(_("最高价（元）"))
    price_unit = forms.CharField(
        label=_("计价单位"), required=False, max_length=16, help_text=_("例如“只”“公斤”")
    )
    is_public = forms.BooleanField(
        label=_("可对外展示"),
        required=False,
        initial=True,
        help_text=_("不勾选时，只有能查看这家企业的单位看得到，匹配时也不向别人展示"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", _("由名称读出")), *class_options()]
        self.fields["product_class"].choices = offered  # type: ignore[attr-defined]  # a ChoiceField


class AskForm(forms.Form):
    """What is looked for; everything may be left out."""

    direction = forms.ChoiceField(
        label=_("找什么"),
        required=False,
        choices=(("suppliers", _("找供应方")), ("buyers", _("找买家"))),
    )
    q = forms.CharField(label=_("产品"), required=False, max_length=100)
    amount = forms.CharField(
        label=_("一年多少"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"placeholder": _("例如“500万只”")}),
    )
    street = forms.ChoiceField(label=_("街道"), required=False)
    within = forms.DecimalField(
        label=_("多少公里以内"), required=False, min_value=0, max_value=500, decimal_places=1
    )

    def clean_amount(self) -> str:
        """A number with its unit, or nothing."""
        text: str = self.cleaned_data["amount"].strip()
        if text and quantity(text) is None:
            raise forms.ValidationError(_("请写成数字和单位，例如“500万只”。"))
        return text

    def __init__(self, *args: Any, places: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        streets = [(unit.pk, unit.display_short) for unit in units(level=Level.STREET)]
        self.streets = dict(streets)
        self.fields["street"].choices = [("", _("不限")), *streets]  # type: ignore[attr-defined]  # a ChoiceField
        if not places:
            del self.fields["within"]
