"""Calling people who must answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.systems.operations_centre.duty.forms.roster import MISSING
from district.systems.operations_centre.duty.services import Wanted
from district.systems.operations_centre.models import DutyRole


class CallForm(forms.Form):
    """Whom to call, about what, and by when they must answer."""

    title = forms.CharField(label=gettext_lazy("事由"), max_length=120, error_messages=MISSING)
    text = forms.CharField(
        label=gettext_lazy("内容"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        error_messages=MISSING,
        help_text=gettext_lazy("要对方知道什么、做什么。"),
    )
    units = forms.MultipleChoiceField(
        label=gettext_lazy("值班单位"),
        required=False,
        help_text=gettext_lazy("叫应该单位此刻在岗的值班人员，一人应答即可。可多选。"),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("值班角色"),
        choices=lambda: [("", _("在岗的任一人")), *DutyRole.choices],
        required=False,
    )
    people = forms.MultipleChoiceField(
        label=gettext_lazy("点名叫应"),
        required=False,
        help_text=gettext_lazy("每个人都要应答。可多选。"),
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("应答时限（分钟）"), min_value=1, max_value=1440, error_messages=MISSING
    )

    def __init__(
        self,
        *args: Any,
        units: Sequence[tuple[str, Any]],
        people: Sequence[tuple[str, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("units", units), ("people", people)):
            field = self.fields[name]
            if isinstance(field, forms.MultipleChoiceField):
                field.choices = list(choices)

    def wanted(self) -> list[Wanted]:
        """The lines that the form asks for."""
        data = self.cleaned_data
        return [
            *(Wanted(unit=code, role=data["role"]) for code in data["units"]),
            *(Wanted(member=UUID(person)) for person in data["people"]),
        ]
