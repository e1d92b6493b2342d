"""Planning turns: a person, a role, days of one week, from one time until another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.systems.operations_centre.models import DutyRole

MISSING = {"required": gettext_lazy("请填写这一项。")}
_CLOCK = {"type": "time"}


class TurnsForm(forms.Form):
    """Turns of one member on several days of a week."""

    member = forms.ChoiceField(label=gettext_lazy("值班人"), error_messages=MISSING)
    role = forms.ChoiceField(
        label=gettext_lazy("值班角色"), choices=DutyRole.choices, initial=DutyRole.OFFICER
    )
    days = forms.MultipleChoiceField(
        label=gettext_lazy("日期"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请至少选择一天。")},
    )
    begins = forms.TimeField(
        label=gettext_lazy("上班时间"),
        widget=forms.TimeInput(attrs=_CLOCK, format="%H:%M"),
        initial="08:30",
        error_messages=MISSING,
    )
    ends = forms.TimeField(
        label=gettext_lazy("下班时间"),
        widget=forms.TimeInput(attrs=_CLOCK, format="%H:%M"),
        initial="20:30",
        error_messages=MISSING,
        help_text=gettext_lazy("不晚于上班时间的，算第二天。"),
    )

    def __init__(
        self, *args: Any, people: Sequence[tuple[str, str]], first: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choices("member", [("", _("请选择")), *people])
        days = [first + timedelta(days=step) for step in range(7)]
        self._choices("days", [(day.isoformat(), date_format(day, "m-d D")) for day in days])

    def _choices(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(choices)

    def clean_days(self) -> list[date]:
        """The days as dates."""
        return [date.fromisoformat(day) for day in self.cleaned_data["days"]]
