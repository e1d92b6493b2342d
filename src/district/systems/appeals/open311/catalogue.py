"""The services that Open311 offers: the catalogue's matters."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from district.kernel.cases.public import said
from district.kernel.conditions.public import Attribute
from district.systems.appeals.selectors.matters import all_matters

#: The service of whatever stands in no catalogue; the desk finds the matter.
OTHER = "other"
_LONGEST_CODE = 40


@dataclass(frozen=True)
class Service:
    """A kind of request. `matter` is the code in the catalogue, "" for OTHER."""

    code: str
    name: str
    description: str = ""
    group: str = ""
    matter: str = ""


def services_list() -> tuple[Service, ...]:
    """The services, OTHER last. Sensitive matters are none: other people's apps need not know."""
    found = [
        Service(
            matter.code,
            said(matter.label),
            said(matter.standard),
            matter=matter.code,
        )
        for matter in all_matters()
        if not matter.sensitive and matter.code != OTHER and len(matter.code) <= _LONGEST_CODE
    ]
    other = Service(OTHER, _("其他事项"), _("不确定属于哪一类时选这一项，由受理中心归类。"))
    return (*found, other)


def service_of(code: str) -> Service | None:
    """The service of that code; None where there is none."""
    return next((one for one in services_list() if one.code == code), None)


_DATATYPES = {
    "integer": "number",
    "decimal": "number",
    "date": "datetime",
    "choice": "singlevaluelist",
    "boolean": "singlevaluelist",
}


def attribute_out(attribute: Attribute, order: int) -> dict[str, object]:
    """A fact of the case type as the standard describes an attribute of a service."""
    values: list[dict[str, str]] = []
    if attribute.type == "boolean":
        values = [{"key": "true", "name": _("是")}, {"key": "false", "name": _("否")}]
    elif attribute.choices:
        values = [{"key": key, "name": str(label)} for key, label in attribute.choices]
    return {
        "variable": True,
        "code": attribute.key,
        "datatype": _DATATYPES.get(attribute.type, "string"),
        "required": False,
        "datatype_description": attribute.unit or None,
        "order": order,
        "description": str(attribute.label),
        "values": values,
    }
