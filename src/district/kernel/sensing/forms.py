"""The forms of sensing; what values may be is checked by the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from district.kernel.history.public import Actor
from district.kernel.organisation.public import units_for
from district.kernel.sensing.models import ObservationType, Source
from district.kernel.sensing.names import SAVE, SOURCE_MANAGE
from district.kernel.sensing.services import DEFAULT_LATENESS, DEFAULT_SKEW


class _OwnedForm(forms.Form):
    """Something with a code, which stays once it is there (`fixed`), of a unit for which the
    actor may do `action`."""

    action = ""
    code = forms.CharField()
    lead_unit = forms.ChoiceField(label=_("归属单位"))

    def __init__(self, *args: Any, actor: Actor, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(unit.pk, unit.display_short) for unit in units_for(actor, self.action)]
        self.fields["lead_unit"].choices = choices  # type: ignore[attr-defined]  # a field of choices
        if fixed:
            del self.fields["code"]


class SourceForm(_OwnedForm):
    """A source; devices connect with its code."""

    action = SOURCE_MANAGE
    field_order = ("code", "name", "kind", "lead_unit", "may_register")

    code = forms.CharField(
        label=_("来源编号"), max_length=40, help_text=_("设备连接时的用户名，例如 gw-river-01")
    )
    name = forms.CharField(label=_("来源名称"), max_length=100)
    kind = forms.ChoiceField(label=_("类别"), choices=Source.Kind.choices)
    may_register = forms.BooleanField(label=_("可自行登记设备"), required=False)


class ThingForm(_OwnedForm):
    """A thing and the point where it stands; without a point it stays where it is."""

    action = SAVE
    field_order = ("name", "code", "lead_unit", "lon", "lat", "description")

    name = forms.CharField(label=_("设备名称"), max_length=200)
    code = forms.CharField(
        label=_("设备编号"), max_length=60, required=False, help_text=_("空着则自动编号")
    )
    lon = forms.DecimalField(
        label=_("经度"),
        min_value=-180,
        max_value=180,
        required=False,
        help_text=_("WGS-84，例如 114.251"),
    )
    lat = forms.DecimalField(
        label=_("纬度"),
        min_value=-90,
        max_value=90,
        required=False,
        help_text=_("WGS-84，例如 22.721"),
    )
    description = forms.CharField(
        label=_("说明"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class DatastreamForm(forms.Form):
    """What may change of a datastream that has readings."""

    name = forms.CharField(label=_("数据流"), max_length=200)
    description = forms.CharField(
        label=_("说明"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    unit_symbol = forms.CharField(
        label=_("单位"),
        max_length=30,
        required=False,
        help_text=_("写法按 UCUM，例如 m、Cel、ug/m3"),
    )
    source = forms.CharField(
        label=_("数据来源"),
        max_length=40,
        required=False,
        help_text=_("来源编号；只有它可以写入，空着表示谁都不能写入"),
    )
    lateness = forms.IntegerField(
        label=_("容许迟到（秒）"), min_value=0, help_text=_("比观测时间晚到更久的观测值进入隔离区")
    )
    skew = forms.IntegerField(
        label=_("容许超前（秒）"), min_value=0, help_text=_("观测时间比现在超前更多的进入隔离区")
    )


class NewDatastreamForm(DatastreamForm):
    """A datastream of a thing: what is observed, with what, in which unit, and who writes it."""

    field_order = (
        "name", "code", "observed_property", "sensor", "observation_type", "unit_symbol", "source",
        "lateness", "skew", "description",
    )  # fmt: skip
    code = forms.CharField(
        label=_("数据流编号"), max_length=80, required=False, help_text=_("空着则自动编号")
    )
    observed_property = forms.CharField(
        label=_("观测属性"), max_length=200, help_text=_("例如 水位；没有的会新建")
    )
    sensor = forms.CharField(
        label=_("传感器"), max_length=200, required=False, help_text=_("型号或名称；没有的会新建")
    )
    observation_type = forms.ChoiceField(label=_("结果类型"), choices=ObservationType.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["observed_property"].widget.attrs["list"] = "observed-properties"
        self.fields["lateness"].initial = DEFAULT_LATENESS
        self.fields["skew"].initial = DEFAULT_SKEW
