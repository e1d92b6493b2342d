"""Fields for the facts of a person, on pages with and without a log-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from district.kernel.cases.public import units_kept
from district.kernel.organisation.public import Level
from district.systems.policies.rules.recipients import Fact

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def typed_fact(fact: Fact, value: Any) -> Any:
    """What was typed as the fact's value, None where nothing was."""
    if value is None or value == "":
        return None
    return value == "yes" if fact.type == "boolean" else value


def fact_field(fact: Fact) -> forms.Field:
    """The field for a fact; nothing typed is nothing said."""
    words: dict[str, Any] = {"label": fact.label, "required": False, "help_text": fact.help}
    if fact.type == "boolean":
        return forms.ChoiceField(choices=_yes_no, **words)
    if fact.type == "choice":
        return forms.ChoiceField(choices=lambda: [("", "—"), *(fact.choices or ())], **words)
    if fact.type == "date":
        return forms.DateField(widget=_DATE, **words)
    words["label"] = f"{fact.label}（{fact.unit}）" if fact.unit else fact.label
    if fact.type == "integer":
        return forms.IntegerField(min_value=0, **words)
    return forms.DecimalField(min_value=0, max_digits=12, decimal_places=2, **words)


def _yes_no() -> list[tuple[str, StrOrPromise]]:
    return [("", "—"), ("yes", _("是")), ("no", _("否"))]


def place_field(key: str) -> forms.Field:
    """The field for the street or the community where somebody lives."""
    level = Level.STREET if key == "street" else Level.COMMUNITY
    label = _("居住街道") if key == "street" else _("居住社区")

    def choices() -> list[tuple[str, str]]:
        kept = [unit for unit in units_kept().values() if unit.level == level and unit.is_active]
        return [("", "—"), *((unit.pk, unit.display_short) for unit in kept)]

    return forms.ChoiceField(label=label, required=False, choices=choices)
