"""A type's own facts as columns of its register, and as its case's page shows them."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, BooleanField, Case, Q, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from district.kernel.base.masking import without_numbers
from district.kernel.cases.rules.definition import CaseType
from district.kernel.conditions.public import Attribute
from district.kernel.registers.public import Field, plain_number

#: Types that JSON keeps so that both databases compare them alike.
_COLUMNS = frozenset({"text", "code", "choice", "integer", "boolean"})


def _annotation(attribute: Attribute) -> Any:
    path = f"facts__{attribute.key}"
    if attribute.type == "boolean":
        return Case(
            When(Q(**{path: True}), then=Value(True)),
            When(Q(**{path: False}), then=Value(False)),
            default=None,
            output_field=BooleanField(),
        )
    text = KeyTextTransform(attribute.key, "facts")
    if attribute.type == "integer":
        return Cast(text, BigIntegerField())
    return Cast(text, TextField())


def _shown(case_type: CaseType) -> list[Attribute]:
    found = [case_type.schema.get(key) for key in case_type.facts]
    return [one for one in found if one is not None and one.type in _COLUMNS]


def annotations_of(case_type: CaseType) -> dict[str, Any]:
    """The own facts as columns `fact_<key>`; decimals and dates are left out."""
    return {f"fact_{one.key}": _annotation(one) for one in _shown(case_type)}


def fields_of(case_type: CaseType) -> tuple[Field, ...]:
    """The own facts as fields of the register; `listed` ones are shown unasked, their texts
    searched."""
    return tuple(
        Field(
            one.key,
            one.label,
            one.type,
            path=f"fact_{one.key}",
            choices=one.choices,
            unit=one.unit,
            default=one.key in case_type.listed,
            search=one.type == "text" and one.key in case_type.listed,
            mask=without_numbers if one.type == "text" else None,
        )
        for one in _shown(case_type)
    )


def shown_facts(case_type: CaseType, facts: dict[str, Any]) -> list[tuple[str, str]]:
    """What is known of the own facts, as (label, words) pairs."""
    found = []
    for key in case_type.facts:
        attribute, value = case_type.schema.get(key), facts.get(key)
        if attribute is None or value in (None, ""):
            continue
        found.append((str(attribute.label), _words(attribute, value)))
    return found


def _words(attribute: Attribute, value: Any) -> str:
    if attribute.type == "boolean":
        return _("是") if value else _("否")
    if attribute.choices is not None:
        return str(dict(attribute.choices).get(str(value), value))
    number = plain_number(value) if attribute.type == "integer" else str(value)
    return f"{number} {attribute.unit}".strip()
