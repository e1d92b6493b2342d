"""The form of a return, drawn from its definition, and those of the collecting unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from district.systems.virtual_park.forms.account import MISSING
from district.systems.virtual_park.rules.returns import DIMENSIONS, Check, Form
from district.systems.virtual_park.selectors.returns import item_label
from district.systems.virtual_park.services.returns import Typed

DIMENSION_WORDS = {
    "street": _("街道"),
    "section": _("行业门类"),
    "division": _("行业大类"),
    "size": _("规模"),
}
_NUMBER = {"inputmode": "decimal", "autocomplete": "off"}


class ReturnForm(forms.Form):
    """A field for each item, one for each soft check of `asked`, and why where it `corrects`."""

    def __init__(
        self, data: Any, *, form: Form, asked: Iterable[Check], corrects: bool, initial: Any
    ) -> None:
        super().__init__(data, initial=initial)
        self._form = form
        for item in form.items:
            more = _now("本年累计。") if item.cumulative else ""
            self.fields[item.key] = forms.DecimalField(
                label=f"{item_label(item)}（{item.unit}）",
                widget=forms.TextInput(attrs=_NUMBER),
                help_text=more + _now("没有发生的填0。"),
                error_messages={
                    **MISSING,
                    "invalid": _now("%(item)s：这不是数字。请只填数字，例如 1234.5。")
                    % {"item": item_label(item)},
                },
            )
        self._asked = [check.key for check in asked]
        for check in asked:
            self.fields[f"reason_{check.key}"] = forms.CharField(
                label=check.text, required=False, max_length=500,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_now("数字无误的，请说明原因。"),
            )  # fmt: skip
        if corrects:
            self.fields["why"] = forms.CharField(
                label=_now("更正原因"), max_length=500, error_messages=MISSING
            )

    def typed(self, data: Mapping[str, Any]) -> Typed:
        """What was filled in, as the service takes it."""
        values: dict[str, Decimal | None] = {
            item.key: data.get(item.key) for item in self._form.items
        }
        reasons = {key: data.get(f"reason_{key}", "") for key in self._asked}
        return Typed(values, reasons, data.get("why", ""))


class MakeTableForm(forms.Form):
    """By which dimensions the table of a period is made."""

    by_row = forms.ChoiceField(
        label=_("按什么分组"), choices=[(key, DIMENSION_WORDS[key]) for key in DIMENSIONS]
    )
    by_column = forms.ChoiceField(
        label=_("与什么交叉"),
        required=False,
        choices=[("", _("不交叉")), *((key, DIMENSION_WORDS[key]) for key in DIMENSIONS)],
        help_text=_("每个报告期只出一张表，生成后不能改。交叉越细，保密的格子越多。"),
    )
