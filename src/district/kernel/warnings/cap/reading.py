"""From XML to an alert: the schema's structure, each value's form, then the standard's rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from district.kernel.warnings.cap.document import MOST_BYTES, Node, parse
from district.kernel.warnings.cap.model import (
    NAMESPACE,
    Alert,
    Area,
    CapError,
    Circle,
    Info,
    Pair,
    Point,
    Problem,
    Reference,
    Resource,
)
from district.kernel.warnings.cap.rules import problems
from district.kernel.warnings.cap.texts import (
    SPACE,
    YEARS,
    circle_of,
    moment_of,
    names_of,
    number_of,
    polygon_of,
    references_of,
)

__all__ = ["MOST_BYTES", "read"]

_SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance "
_MANY = 1_000_000
#: The elements of each element in the schema's order: name, at least, at most.
_ALERT = (
    ("identifier", 1, 1), ("sender", 1, 1), ("sent", 1, 1), ("status", 1, 1), ("msgType", 1, 1),
    ("source", 0, 1), ("scope", 1, 1), ("restriction", 0, 1), ("addresses", 0, 1),
    ("code", 0, _MANY), ("note", 0, 1), ("references", 0, 1), ("incidents", 0, 1),
    ("info", 0, _MANY),
)  # fmt: skip
_INFO = (
    ("language", 0, 1), ("category", 1, _MANY), ("event", 1, 1), ("responseType", 0, _MANY),
    ("urgency", 1, 1), ("severity", 1, 1), ("certainty", 1, 1), ("audience", 0, 1),
    ("eventCode", 0, _MANY), ("effective", 0, 1), ("onset", 0, 1), ("expires", 0, 1),
    ("senderName", 0, 1), ("headline", 0, 1), ("description", 0, 1), ("instruction", 0, 1),
    ("web", 0, 1), ("contact", 0, 1), ("parameter", 0, _MANY), ("resource", 0, _MANY),
    ("area", 0, _MANY),
)  # fmt: skip
_RESOURCE = (
    ("resourceDesc", 1, 1), ("mimeType", 1, 1), ("size", 0, 1), ("uri", 0, 1), ("derefUri", 0, 1),
    ("digest", 0, 1),
)  # fmt: skip
_AREA = (
    ("areaDesc", 1, 1), ("polygon", 0, _MANY), ("circle", 0, _MANY), ("geocode", 0, _MANY),
    ("altitude", 0, 1), ("ceiling", 0, 1),
)  # fmt: skip
_PAIR = (("valueName", 1, 1), ("value", 1, 1))
_MOST_PROBLEMS = 30
_NEVER = datetime.fromisoformat(f"{YEARS[0]}-01-01T00:00:00+00:00")
V = TypeVar("V")


def read(data: bytes) -> Alert:
    """The alert of a CAP 1.2 document, which is then valid by schema and text of the standard.

    Signatures are let be and not verified. Raises CapError, and nothing else whatever the bytes,
    with all problems that were found.
    """
    reader = _Reading()
    root = parse(data)
    if (root.space, root.name) != (NAMESPACE, "alert"):
        raise CapError([Problem("not_cap", "", f"{{{root.space}}}{root.name}"[:120])])
    alert = reader.alert(root)
    found = reader.found or problems(alert)
    if found:
        raise CapError(found[:_MOST_PROBLEMS])
    return alert


@dataclass
class _Element:
    """An element whose children stand in order, by name."""

    where: str
    by_name: dict[str, list[Node]] = field(default_factory=dict)

    def all(self, name: str) -> Iterator[tuple[str, Node]]:
        """The children of that name with their places."""
        for at, node in enumerate(self.by_name.get(name, ()), start=1):
            yield f"{self.where}{name}[{at}]", node


class _Reading:
    """Reads elements and gathers what is wrong with them, so that all is said at once."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def alert(self, root: Node) -> Alert:
        at = self._element(root, _ALERT, "", signed=True)
        return Alert(
            identifier=self._text(at, "identifier"),
            sender=self._text(at, "sender"),
            sent=self._one(at, "sent", moment_of, "moment") or _NEVER,
            status=self._text(at, "status"),
            msg_type=self._text(at, "msgType"),
            source=self._text(at, "source"),
            scope=self._text(at, "scope"),
            restriction=self._text(at, "restriction"),
            addresses=self._one(at, "addresses", names_of, "names") or (),
            codes=self._texts(at, "code"),
            note=self._text(at, "note"),
            references=self._references(at),
            incidents=self._one(at, "incidents", names_of, "names") or (),
            infos=tuple(self._info(where, node) for where, node in at.all("info")),
        )

    def _references(self, at: _Element) -> tuple[Reference, ...]:
        return self._one(at, "references", references_of, "references") or ()

    def _info(self, where: str, node: Node) -> Info:
        at = self._element(node, _INFO, where)
        return Info(
            language=self._text(at, "language") or "en-US",
            categories=self._texts(at, "category"),
            event=self._text(at, "event"),
            responses=self._texts(at, "responseType"),
            urgency=self._text(at, "urgency"),
            severity=self._text(at, "severity"),
            certainty=self._text(at, "certainty"),
            audience=self._text(at, "audience"),
            event_codes=self._pairs(at, "eventCode"),
            effective=self._one(at, "effective", moment_of, "moment"),
            onset=self._one(at, "onset", moment_of, "moment"),
            expires=self._one(at, "expires", moment_of, "moment"),
            sender_name=self._text(at, "senderName"),
            headline=self._text(at, "headline"),
            description=self._text(at, "description"),
            instruction=self._text(at, "instruction"),
            web=self._text(at, "web"),
            contact=self._text(at, "contact"),
            parameters=self._pairs(at, "parameter"),
            resources=tuple(self._resource(*each) for each in at.all("resource")),
            areas=tuple(self._area(*each) for each in at.all("area")),
        )

    def _resource(self, where: str, node: Node) -> Resource:
        at = self._element(node, _RESOURCE, where)
        return Resource(
            description=self._text(at, "resourceDesc"),
            mime_type=self._text(at, "mimeType"),
            size=self._one(at, "size", _size_of, "size"),
            uri=self._text(at, "uri"),
            deref_uri=self._text(at, "derefUri"),
            digest=self._text(at, "digest"),
        )

    def _area(self, where: str, node: Node) -> Area:
        at = self._element(node, _AREA, where)
        polygons: tuple[tuple[Point, ...], ...] = self._many(at, "polygon", polygon_of)
        circles: tuple[Circle, ...] = self._many(at, "circle", circle_of)
        altitude: Decimal | None = self._one(at, "altitude", number_of, "number")
        return Area(
            description=self._text(at, "areaDesc"),
            polygons=polygons,
            circles=circles,
            geocodes=self._pairs(at, "geocode"),
            altitude=altitude,
            ceiling=self._one(at, "ceiling", number_of, "number"),
        )

    def _pairs(self, at: _Element, name: str) -> tuple[Pair, ...]:
        found = []
        for where, node in at.all(name):
            pair = self._element(node, _PAIR, where)
            found.append(Pair(self._text(pair, "valueName"), self._text(pair, "value")))
        return tuple(found)

    # The schema's structure -------------------------------------------------------------------

    def _element(
        self, node: Node, order: tuple[tuple[str, int, int], ...], where: str, signed: bool = False
    ) -> _Element:
        """The children of an element, which must stand in the schema's order."""
        element = _Element(f"{where}." if where else "")
        self._plain(node, where or "alert")
        if node.text.strip(SPACE):
            self._note("text_between", where or "alert")
        places = {name: at for at, (name, _least, _most) in enumerate(order)}
        last = 0
        for child in node.children:
            if signed and child.space == _SIGNATURE:
                last = len(order)
                continue
            place = places.get(child.name) if child.space == NAMESPACE else None
            if place is None:
                self._note("unknown_element", f"{element.where}{child.name}"[:120])
                continue
            if place < last:
                self._note("order", f"{element.where}{child.name}")
            last = max(last, place)
            element.by_name.setdefault(child.name, []).append(child)
        for name, least, most in order:
            count = len(element.by_name.get(name, ()))
            if count < least:
                self._note("missing", f"{element.where}{name}")
            elif count > most:
                self._note("repeated", f"{element.where}{name}")
        return element

    def _plain(self, node: Node, where: str) -> None:
        if any(not name.startswith(_INSTANCE) for name in node.attributes):
            self._note("attribute", where, ", ".join(node.attributes)[:120])

    def _note(self, code: str, where: str, detail: str = "") -> None:
        self.found.append(Problem(code, where, detail))

    # Values -----------------------------------------------------------------------------------

    def _value(self, where: str, node: Node) -> str:
        self._plain(node, where)
        if node.children:
            self._note("unknown_element", f"{where}.{node.children[0].name}"[:120])
        return node.text.strip(SPACE)

    def _texts(self, at: _Element, name: str) -> tuple[str, ...]:
        return tuple(self._value(where, node) for where, node in at.all(name))

    def _text(self, at: _Element, name: str) -> str:
        return next(iter(self._texts(at, name)), "")

    def _one(self, at: _Element, name: str, form: Callable[[str], V], code: str) -> V | None:
        for where, node in at.all(name):
            return self._formed(where, node, form, code)
        return None

    def _many(self, at: _Element, name: str, form: Callable[[str], V]) -> tuple[V, ...]:
        found = [self._formed(where, node, form, name) for where, node in at.all(name)]
        return tuple(each for each in found if each is not None)

    def _formed(self, where: str, node: Node, form: Callable[[str], V], code: str) -> V | None:
        text = self._value(where, node)
        try:
            return form(text)
        except ValueError:
            self._note(code, where, text[:120])
            return None


def _size_of(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise ValueError("not a size")
    return int(text)
