"""Opening an incident."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.organisation.public import Level, units
from district.systems.operations_centre.duty.forms.roster import MISSING
from district.systems.operations_centre.duty.selectors.incidents import kinds


def _kinds() -> list[tuple[str, Any]]:
    return [("", _("请选择")), *kinds()]


def _streets() -> list[tuple[str, Any]]:
    found = [(unit.pk, unit.display_short) for unit in units(level=Level.STREET)]
    return [("", _("区直接处置")), *found]


class IncidentForm(forms.Form):
    """What is known in the first minute."""

    text = forms.CharField(
        label=gettext_lazy("情况"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
        error_messages=MISSING,
        help_text=gettext_lazy("什么时间、在哪里、发生了什么、正在怎么处置。"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("事件类别"), choices=_kinds, error_messages=MISSING)
    street = forms.ChoiceField(label=gettext_lazy("所在街道"), choices=_streets, required=False)
    place = forms.CharField(label=gettext_lazy("地点"), max_length=200, required=False)
    deaths = forms.IntegerField(label=gettext_lazy("死亡人数"), min_value=0, required=False)
    injured = forms.IntegerField(label=gettext_lazy("受伤人数"), min_value=0, required=False)
    missing = forms.IntegerField(label=gettext_lazy("失联人数"), min_value=0, required=False)
