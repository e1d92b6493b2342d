"""What people fill in about drafts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

Choices = Sequence[tuple[str, Any]]


class NewDraftForm(forms.Form):
    """Of which plan a report is to be drafted."""

    report = forms.ChoiceField(label=_("计划报告"))
    title = forms.CharField(
        label=_("标题"), max_length=200, required=False, help_text=_("不填则按惯例命名。")
    )
    issuer = forms.CharField(
        label=_("报告单位"), max_length=120, required=False, help_text=_("不填则为所属区。")
    )

    def __init__(self, *args: Any, reports: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["report"].choices = reports  # type: ignore[attr-defined]  # a ChoiceField


class PassageForm(forms.Form):
    """Other words for a passage, and perhaps a filing whose number they bring."""

    text = forms.CharField(label=_("文字"), widget=forms.Textarea({"rows": 5}), strip=True)
    filing = forms.ChoiceField(
        label=_("引用填报"),
        required=False,
        help_text=_("要增加一个数，先选有佐证的已审定填报，再在文字中写 {+}。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, filings: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["filing"].choices = [("", _("不引用")), *filings]  # type: ignore[attr-defined]  # a ChoiceField
