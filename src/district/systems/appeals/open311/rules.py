"""What the standard asks of parameters and answers: reading, limits, XML and JSON. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

from django.utils.translation import gettext as _

SPAN = timedelta(days=90)
MOST = 1000
LONGEST_DESCRIPTION = 4000
#: What no text of a request may hold: neither XML nor a database takes it.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ATTRIBUTE = re.compile(r"attribute\[([A-Za-z0-9_.-]{1,40})\](\[\d*\])?")


class Problem(Exception):
    """An error of the standard: its HTTP status and the words."""

    def __init__(self, code: int, description: str) -> None:
        self.code, self.description = code, description
        super().__init__(description)


def clean(text: str) -> str:
    """A parameter without what XML or a database cannot hold."""
    return _CONTROL.sub("", text).strip()


def listed(given: Sequence[str]) -> tuple[str, ...]:
    """A parameter that may come several times, comma-delimited each; empty means not given."""
    found = (clean(word) for text in given for word in text.split(","))
    return tuple(dict.fromkeys(word for word in found if word))[:MOST]


def moment_of(name: str, given: str) -> datetime | None:
    """A W3C date and time with its zone, None where it is empty; Problem otherwise."""
    text = clean(given).replace(" ", "+")  # a plus sign that was not escaped
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None or not 1900 < moment.year < 2200:
            raise ValueError
    except ValueError as error:
        raise Problem(
            400, _("%(name)s 须为带时区的时间，例如 2025-09-01T00:00:00Z。") % {"name": name}
        ) from error
    return moment


def span_of(
    start: datetime | None, end: datetime | None, now: datetime
) -> tuple[datetime, datetime]:
    """From when until when requests are asked for: at most 90 days, the latest where open."""
    if start is None:
        end = end or now
        return end - SPAN, end
    if end is None:
        return start, min(start + SPAN, max(now, start))
    if end < start:
        raise Problem(400, _("end_date 早于 start_date。"))
    if end - start > SPAN:
        raise Problem(400, _("start_date 与 end_date 相距不得超过90天。"))
    return start, end


def statuses_of(given: Sequence[str]) -> frozenset[str]:
    """The statuses asked for, all where none is named; Problem for a word that is none."""
    wanted = frozenset(word.lower() for word in listed(given))
    if wanted - {"open", "closed"}:
        raise Problem(400, _("status 只能是 open 或 closed。"))
    return wanted or frozenset({"open", "closed"})


@dataclass(frozen=True)
class Point:
    """WGS-84 degrees as texts, both or none."""

    lon: str = ""
    lat: str = ""


def point_of(lat: str, lon: str) -> Point:
    """The location of a request; Problem where half of it is missing or it is no number."""
    lat, lon = clean(lat), clean(lon)
    if bool(lat) != bool(lon):
        raise Problem(400, _("lat 和 long 须一起提供。"))
    if not lat:
        return Point()
    number = re.compile(r"[+-]?\d{1,3}(\.\d{1,15})?")
    if not (number.fullmatch(lat) and number.fullmatch(lon)):
        raise Problem(400, _("lat 和 long 须为十进制度数。"))
    if abs(float(lat)) > 90 or abs(float(lon)) > 180:
        raise Problem(400, _("lat 或 long 超出范围。"))
    return Point(lon, lat)


def attributes_of(given: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """`attribute[code]=value` and `attribute[code][]=value` by code; several values by comma."""
    found: dict[str, list[str]] = {}
    for name, values in given.items():
        match = _ATTRIBUTE.fullmatch(name)
        if match:
            found.setdefault(match[1], []).extend(clean(value) for value in values)
    return {code: ",".join(word for word in words if word) for code, words in found.items()}


def name_of(first: str, last: str) -> str:
    """A person's name as it is written where they live: 张三, but Ann Lee."""
    first, last = clean(first), clean(last)
    latin = f"{first}{last}".isascii()
    return f"{first} {last}".strip() if latin else f"{last}{first}"


def as_json(value: Any) -> str:
    """The answer as JSON."""
    return json.dumps(value, ensure_ascii=False)


def as_xml(root: str, item: str, value: Any) -> str:
    """The answer as XML: `root` holds one `item` for each of a list, or a mapping's fields."""
    top = ElementTree.Element(root)
    if isinstance(value, Mapping):
        _fields(top, value)
    else:
        for one in value:
            _fields(ElementTree.SubElement(top, item), one)
    body = ElementTree.tostring(top, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}'


_SINGULAR = {
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}


def _fields(parent: ElementTree.Element, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        child = ElementTree.SubElement(parent, name)
        if isinstance(value, list | tuple):
            for one in value:
                under = ElementTree.SubElement(child, _SINGULAR[name])
                if isinstance(one, Mapping):
                    _fields(under, one)
                else:
                    under.text = _text(one)
        else:
            child.text = _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _CONTROL.sub("", str(value))
