"""Forms of spaces: a demand, a lease, its end, signing, withdrawing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from district.systems.spaces.models import Hazard

MISSING = {"required": _("请填写这一项。")}
_DAY = {"type": "date"}
#: The element that holds the names offered.
NAMES_ID = "firm-names"


def _firm(label: Any) -> forms.CharField:
    """A firm's name, with those of the register that begin alike offered while it is typed."""
    asks = {
        "list": NAMES_ID,
        "autocomplete": "off",
        "hx-get": reverse_lazy("spaces_firm_names"),
        "hx-trigger": "input changed delay:300ms",
        "hx-target": f"#{NAMES_ID}",
        "hx-swap": "outerHTML",
        "hx-sync": "this:replace",
    }
    return forms.CharField(
        label=label,
        max_length=120,
        widget=forms.TextInput(attrs=asks),
        help_text=_("输入名称或代码，从企业库里选；企业库没有的照写。"),
        error_messages=MISSING,
    )


def _number(label: Any, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=3,
        help_text=help_text,
    )


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        error_messages=MISSING,
    )


class DemandForm(forms.Form):
    """A demand; `own` are the units that may handle it, `streets` those of the district, both as
    (code, label) pairs. `first` is the street that is wished most."""

    names_id = NAMES_ID
    firm = _firm(_("企业名称"))
    firm_code = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=18,
        required=False,
        help_text=_("18位，照营业执照；企业库里有的自动填写。"),
    )
    use = forms.CharField(
        label=_("用途"),
        max_length=200,
        error_messages=MISSING,
        help_text=_("做什么用，例如“精密注塑和组装”。"),
    )
    area_from = _number(_("面积不小于（㎡）"), _("上下限至少填一个。"))
    area_to = _number(_("面积不大于（㎡）"))
    load = _number(_("楼面荷载不小于（kN/㎡）"), _("以下都是必须满足的条件，不作要求的留空。"))
    height = _number(_("层高不小于（m）"))
    lift_load = _number(_("货梯载重不小于（t）"))
    power = _number(_("用电容量不小于（kVA）"))
    hazard = forms.ChoiceField(
        label=_("生产的火灾危险性"),
        required=False,
        choices=[("", _("不作要求")), *Hazard.choices],
        help_text=_("按GB 50016。丙类厂房可做丙、丁、戊类生产。"),
    )
    drainage = forms.BooleanField(label=_("须有工业排水"), required=False)
    budget = _number(_("租金不高于（元/㎡·月）"))
    wanted_on = _day(_("最迟入驻"), required=False)
    first = forms.ChoiceField(label=_("首选街道"), required=False)
    streets = forms.MultipleChoiceField(
        label=_("也可以的街道"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("都不选就是不限街道。"),
    )
    lead_unit = forms.ChoiceField(label=_("经办单位"), error_messages=MISSING)

    def __init__(
        self,
        *args: Any,
        own: list[tuple[str, Any]],
        streets: list[tuple[str, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = {
            "lead_unit": own,
            "first": [("", _("不限")), *streets],
            "streets": streets,
        }
        for name, given in choices.items():
            self.fields[name].choices = given  # type: ignore[attr-defined]  # all of them choose

    def values(self) -> dict[str, Any]:
        """What was filled in, as the service takes it: the streets in their order."""
        found = dict(self.cleaned_data)
        first = found.pop("first")
        found["streets"] = [*([first] if first else []), *found["streets"]]
        return found


class LeaseForm(forms.Form):
    """A lease of one unit."""

    names_id = NAMES_ID
    tenant = _firm(_("承租企业"))
    tenant_code = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=18,
        required=False,
        help_text=_("18位，照营业执照；企业库里有的自动填写。"),
    )
    starts_on = _day(_("起租日"))
    ends_on = _day(_("止租日"))
    price = _number(_("租金（元/㎡·月）"))


class SignForm(forms.Form):
    """What was agreed."""

    starts_on = _day(_("起租日"))
    ends_on = _day(_("止租日"))
    price = _number(_("成交租金（元/㎡·月）"))


class EndForm(forms.Form):
    """The last day of a lease that ends early."""

    ends_on = _day(_("最后一天"))


class WithdrawForm(forms.Form):
    """Why a firm looks no more."""

    reason = forms.CharField(label=_("撤回原因"), max_length=200, error_messages=MISSING)
