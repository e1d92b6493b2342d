"""From an alert to XML, in the order of the schema."""

from __future__ import annotations

from collections.abc import Iterable

from district.kernel.warnings.cap.model import (
    NAMESPACE,
    Alert,
    Area,
    CapError,
    Info,
    Pair,
    Resource,
)
from district.kernel.warnings.cap.rules import problems
from district.kernel.warnings.cap.texts import (
    circle_text,
    moment_text,
    names_text,
    number_text,
    polygon_text,
    reference_text,
)

# A carriage return that stands as itself would come back as a line feed.
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})


def write(alert: Alert) -> bytes:
    """The alert as a CAP 1.2 document in UTF-8; CapError where it is not valid."""
    found = problems(alert)
    if found:
        raise CapError(found)
    out = _Writer()
    out.lines.append('<?xml version="1.0" encoding="UTF-8"?>')
    out.lines.append(f'<alert xmlns="{NAMESPACE}">')
    out.put("identifier", alert.identifier)
    out.put("sender", alert.sender)
    out.put("sent", moment_text(alert.sent))
    out.put("status", alert.status)
    out.put("msgType", alert.msg_type)
    out.put("source", alert.source)
    out.put("scope", alert.scope)
    out.put("restriction", alert.restriction)
    out.put("addresses", names_text(alert.addresses))
    out.put_all("code", alert.codes)
    out.put("note", alert.note)
    out.put("references", " ".join(map(reference_text, alert.references)))
    out.put("incidents", names_text(alert.incidents))
    for info in alert.infos:
        _info(out, info)
    out.lines.append("</alert>")
    return ("\n".join(out.lines) + "\n").encode("utf-8")


class _Writer:
    """Lines of a document; what is empty is left out."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._depth = 1

    def put(self, name: str, text: str, *, always: bool = False) -> None:
        """An element with its text; none for an empty text, unless `always`."""
        if text or always:
            indent = "  " * self._depth
            self.lines.append(f"{indent}<{name}>{text.translate(_ESCAPES)}</{name}>")

    def put_all(self, name: str, texts: Iterable[str]) -> None:
        """An element for each text."""
        for text in texts:
            self.put(name, text, always=True)

    def pairs(self, name: str, pairs: Iterable[Pair]) -> None:
        """An element with name and value for each pair."""
        for pair in pairs:
            self.begin(name)
            self.put("valueName", pair.name)
            self.put("value", pair.value, always=True)
            self.end(name)

    def begin(self, name: str) -> None:
        """Open an element that holds others."""
        self.lines.append(f"{'  ' * self._depth}<{name}>")
        self._depth += 1

    def end(self, name: str) -> None:
        """Close it."""
        self._depth -= 1
        self.lines.append(f"{'  ' * self._depth}</{name}>")


def _info(out: _Writer, info: Info) -> None:
    out.begin("info")
    out.put("language", info.language)
    out.put_all("category", info.categories)
    out.put("event", info.event)
    out.put_all("responseType", info.responses)
    out.put("urgency", info.urgency)
    out.put("severity", info.severity)
    out.put("certainty", info.certainty)
    out.put("audience", info.audience)
    out.pairs("eventCode", info.event_codes)
    for name in ("effective", "onset", "expires"):
        moment = getattr(info, name)
        out.put(name, moment_text(moment) if moment else "")
    out.put("senderName", info.sender_name)
    out.put("headline", info.headline)
    out.put("description", info.description)
    out.put("instruction", info.instruction)
    out.put("web", info.web)
    out.put("contact", info.contact)
    out.pairs("parameter", info.parameters)
    for resource in info.resources:
        _resource(out, resource)
    for area in info.areas:
        _area(out, area)
    out.end("info")


def _resource(out: _Writer, resource: Resource) -> None:
    out.begin("resource")
    out.put("resourceDesc", resource.description)
    out.put("mimeType", resource.mime_type)
    out.put("size", "" if resource.size is None else str(resource.size))
    out.put("uri", resource.uri)
    out.put("derefUri", resource.deref_uri)
    out.put("digest", resource.digest)
    out.end("resource")


def _area(out: _Writer, area: Area) -> None:
    out.begin("area")
    out.put("areaDesc", area.description)
    out.put_all("polygon", map(polygon_text, area.polygons))
    out.put_all("circle", map(circle_text, area.circles))
    out.pairs("geocode", area.geocodes)
    for name, number in (("altitude", area.altitude), ("ceiling", area.ceiling)):
        out.put(name, "" if number is None else number_text(number))
    out.end("area")
