"""What the keys of a table's rows and columns are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from district.kernel.organisation.public import Unit
from district.systems.enterprises.public import SCHEMA, industry_label


def heads_of(dimension: str, keys: Sequence[str]) -> list[tuple[str, str]]:
    """Keys with their names, in their order; "" is what the register does not know."""
    names = _names(dimension, [key for key in keys if key])
    return [(key, names.get(key, key) if key else _("未登记")) for key in keys]


def _names(dimension: str, keys: Sequence[str]) -> Mapping[str, str]:
    if dimension == "street":
        return {row.pk: row.display_short for row in Unit.objects.filter(pk__in=list(keys))}
    if dimension in ("section", "division"):
        return {key: f"{key} {industry_label(key)}" for key in keys}
    if dimension == "size":
        attribute = SCHEMA().get("size")
        choices = attribute.choices if attribute is not None and attribute.choices else ()
        return {key: str(label) for key, label in choices}
    return {}
