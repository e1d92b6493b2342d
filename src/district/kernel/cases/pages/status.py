"""How a case stands for its reporter, who shows number and code; what public pages of it share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.cases.models import CaseStep
from district.kernel.cases.rules.numbers import read_number
from district.kernel.cases.rules.words import said
from district.kernel.cases.selectors import PublicStatus, public_status
from district.kernel.cases.types import case_type_of

_PLAIN = {"autocomplete": "off", "autocapitalize": "characters"}
_LONGEST_STEP = 6


class StatusForm(forms.Form):
    """A number and its code, of a case of one type, or of the others of `also`."""

    number = forms.CharField(
        label=gettext_lazy("单号"), max_length=40, widget=forms.TextInput(attrs=_PLAIN)
    )
    code = forms.CharField(
        label=gettext_lazy("查询码"),
        max_length=40,
        widget=forms.TextInput(attrs=_PLAIN),
        error_messages={"required": gettext_lazy("还没有填写查询码。提交时给过您。")},
    )

    def __init__(self, *args: Any, type_key: str, also: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.types = (type_key, *also)
        example = f"{case_type_of(type_key).number}250926-7K2Q9M"
        self.fields["number"].error_messages["required"] = _(
            "还没有填写单号，例如 %(example)s。"
        ) % {"example": example}


def status_asked(form: StatusForm) -> PublicStatus | None:
    """How the case stands, for whoever holds its code, however they type it; `form` is valid.

    None whatever was wrong, so that it tells nobody which numbers there are.
    """
    for key in form.types:
        number = read_number(form.cleaned_data["number"], case_type_of(key).number)
        found = public_status(number, form.cleaned_data["code"])
        if found is not None and found.case.type_key == key:
            return found
    return None


def status_unknown() -> str:
    """The words for a number and code that lead nowhere."""
    return _("没有查到。请核对单号和查询码；字母大小写、空格都可以，0和O不用区分。")


def status_context(
    request: HttpRequest,
    form: StatusForm,
    found: PublicStatus,
    doings: Collection[str],
    *,
    problem: str = "",
    done: str = "",
) -> dict[str, Any]:
    """What every page that shows a reporter their case needs: the case, the moves among `doings`
    (key, words, whether a text is needed), the `round` of its forms, and what was typed where it
    was refused. One query."""
    return {
        "form": form,
        "found": found,
        "case": found.shown,
        "moves": [
            (move.key, said(move.label), move.form.get("text", False))
            for move in found.moves
            if move.key in doings
        ],
        "round": CaseStep.objects.filter(case=found.shown).count(),
        "typed": request.POST.get("text", "") if problem else "",
        "problem": problem,
        "done": done,
    }


def step_shown(request: HttpRequest) -> int:
    """How many steps the case had when the page was drawn (`round` of its form); 0 where it does
    not say."""
    given = request.POST.get("round", "")
    return int(given[:_LONGEST_STEP]) if given.isdecimal() else 0
