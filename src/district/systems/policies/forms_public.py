"""Forms of the public pages: what a resident states of themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from district.kernel.base import clock
from district.systems.policies.forms_facts import fact_field, place_field, typed_fact
from district.systems.policies.rules.recipients import BY_KEY, FACTS, PLACES, outside

_MISSING = {"required": _("请填写这一项。")}


class StatedForm(forms.Form):
    """Facts of a person, only those that `keys` ask for; whatever is left empty is not stated."""

    def __init__(self, *args: Any, keys: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = set(keys)
        self.keys = [key for key in (*(fact.key for fact in FACTS), *PLACES) if key in wanted]
        for key in self.keys:
            self.fields[key] = place_field(key) if key in PLACES else fact_field(BY_KEY[key])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for key in self.keys:
            fact = BY_KEY.get(key)
            if fact is not None and outside(fact, typed_fact(fact, data.get(key)), clock.today()):
                self.add_error(key, _("这一项的值不可能。请核对数字或日期。"))
        return data

    def stated(self) -> dict[str, Any]:
        """The facts as conditions take them; None where nothing was stated."""
        given = self.cleaned_data
        return {key: self._value(key, given.get(key)) for key in self.keys}

    @staticmethod
    def _value(key: str, value: Any) -> Any:
        return typed_fact(BY_KEY[key], value) if key in BY_KEY else value or None

    def given(self) -> list[tuple[str, str]]:
        """What was typed, for the form that follows."""
        return [(key, self.data[key]) for key in self.keys if self.data.get(key)]


class ApplyForm(StatedForm):
    """An application for a subsidy: who applies, and what they state."""

    name = forms.CharField(label=_("姓名"), max_length=60, error_messages=_MISSING)
    id_number = forms.CharField(
        label=_("身份证号码"),
        max_length=24,
        error_messages=_MISSING,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    phone = forms.CharField(
        label=_("联系电话"),
        max_length=20,
        error_messages=_MISSING,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    note = forms.CharField(
        label=_("补充说明"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
