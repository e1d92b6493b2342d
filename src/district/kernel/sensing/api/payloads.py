"""What callers send: JSON that is JSON, and of an entity only what it has."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.translation import gettext as _

from district.kernel.sensing.api.entities import GEOJSON, TYPE_URIS, EntityType
from district.kernel.sensing.api.errors import Problem

_GEOJSON = (GEOJSON, "application/vnd.geo+json")
_KINDS = {uri: word for word, uri in TYPE_URIS.items()}
#: What this service derives; a client that sends back what it read sends these too.
_DERIVED = frozenset({"phenomenonTime", "resultTime", "observedArea", "id", "selfLink"})
_COLUMNS = {"encodingType": "encoding_type", "location": "geometry", "feature": "geometry"}


def json_of(request: HttpRequest) -> Any:
    """The body as JSON; Problem 400 for what is none, NaN and broken characters included."""
    try:
        text = request.body.decode()
        found = json.loads(text, parse_constant=_refuse, parse_float=_finite)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Problem(400, _("请求的内容不是可用的 JSON（UTF-8，不含 NaN）。")) from None
    if "\\u0000" in text:
        raise Problem(400, _("请求的内容含有空字符。"))
    return found


def _refuse(_constant: str) -> NoReturn:
    raise ValueError("no number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("too large")
    return number


def object_of(given: Any, where: str) -> dict[str, Any]:
    """A JSON object, or Problem naming where one should stand."""
    if not isinstance(given, dict):
        raise Problem(400, _("%(where)s：应为 JSON 对象。") % {"where": where})
    return given


def split(entity: EntityType, given: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is sent of an entity: plain values by the services' names, and related entities.

    Problem names a member that the type has not.
    """
    data = object_of(given, entity.name)
    values: dict[str, Any] = {}
    related: dict[str, Any] = {}
    for name, value in data.items():
        if name in _DERIVED or name.startswith("@iot.") or "@iot." in name:
            continue
        if entity.nav_of(name) or (entity.name, name) == ("Datastream", "FeatureOfInterest"):
            related[name] = value
        elif entity.property_of(name) is None:
            raise Problem(
                400,
                _("%(entity)s 没有属性“%(name)s”。") % {"entity": entity.name, "name": name[:40]},
            )
        else:
            _take(entity, values, name, value)
    return values, related


def _take(entity: EntityType, values: dict[str, Any], name: str, value: Any) -> None:
    if name == "properties":
        _take_properties(entity, values, value)
    elif name == "encodingType" and entity.name != "Sensor":
        if value not in _GEOJSON:
            raise Problem(400, _("encodingType：只支持 %(kind)s。") % {"kind": GEOJSON})
    elif name == "observationType":
        if value not in _KINDS:
            known = "、".join(_KINDS)
            raise Problem(400, _("observationType：可用 %(known)s。") % {"known": known})
        values["observation_type"] = _KINDS[value]
    elif name == "unitOfMeasurement":
        unit = object_of(value, name)
        for part in ("name", "symbol", "definition"):
            values[f"unit_{part}"] = unit.get(part) or ""
    elif name == "metadata" and not isinstance(value, str):
        values[name] = json.dumps(value, ensure_ascii=False)
    else:
        values[_COLUMNS.get(name, name)] = value


def _take_properties(entity: EntityType, values: dict[str, Any], given: Any) -> None:
    """Members that this service gives a meaning become columns; what it derives is passed over."""
    members = dict(object_of(given if given is not None else {}, "properties"))
    for name, (path, own) in entity.reserved.items():
        if name in members:
            value = members.pop(name)
            if own:
                values[_OWN.get(path, path)] = value
    values["properties"] = members


_OWN = {"lead_unit_id": "lead_unit", "source__code": "source"}


def key_of(given: Any) -> int | None:
    """The key of `{"@iot.id": 7}`, None where an entity itself is sent."""
    if isinstance(given, Mapping) and "@iot.id" in given:
        key = given["@iot.id"]
        if isinstance(key, bool) or not isinstance(key, int) or not 0 < key < 2**63:
            raise Problem(400, _("@iot.id 应为正整数。"))
        return key
    return None


def list_of(given: Any, where: str, most: int) -> list[Any]:
    """A list of at most so many members."""
    if not isinstance(given, list) or len(given) > most:
        raise Problem(
            400, _("%(where)s：应为列表，最多%(most)s项。") % {"where": where, "most": most}
        )
    return given
