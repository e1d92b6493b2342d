"""The form that starts a scenario; what values may be is checked by the service."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from district.simulation.scenarios import LENGTHS, Outline


def _lengths() -> list[tuple[int, str]]:
    """How long a scenario may last, in the words of the page's language."""
    return [(length, gettext("%(minutes)d分钟") % {"minutes": length}) for length in LENGTHS]


class ScenarioForm(forms.Form):
    """Where a scenario of one kind is to be, and for how long."""

    thing = forms.ChoiceField(label=_("地点"))
    minutes = forms.TypedChoiceField(
        label=_("时长"),
        coerce=int,
        choices=_lengths,
    )

    def __init__(
        self, *args: Any, outline: Outline, places: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", {"minutes": outline.length})
        super().__init__(*args, **kwargs)
        self.auto_id = f"id_{outline.kind}_%s"
        self.fields["thing"].choices = places  # type: ignore[attr-defined]  # a field of choices
