"""How values are written in CAP: moments, numbers, points, lists of names. Both ways."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from district.kernel.warnings.cap.model import Circle, Point, Reference

#: What XML calls white space.
SPACE = " \t\r\n"
#: Characters that are no printable ones and stay.
_KEPT = "\n\t\u3000"
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[-+](?:0\d|1[0-4]):[0-5]\d", re.ASCII)
_NUMBER = re.compile(r"[-+]?(?:\d{1,12}(?:\.\d{0,18})?|\.\d{1,18})", re.ASCII)
_NAMES = re.compile(r'"([^"]*)"|([^" \t\r\n]+)')
_FURTHEST = timedelta(hours=14)
#: Far enough from the ends of the calendar that any time zone can be reckoned.
YEARS = range(1900, 2200)


def printable(text: str) -> str:
    """A text without what no document of XML can hold or nobody can see."""
    return "".join(each for each in text if each in _KEPT or each.isprintable())


def moment_of(text: str) -> datetime:
    """A moment with its zone; ValueError for everything else, `Z` included."""
    if not _MOMENT.fullmatch(text):
        raise ValueError("not a moment of CAP")
    found = datetime.fromisoformat(text)
    if found.year not in YEARS or abs(found.utcoffset() or timedelta()) > _FURTHEST:
        raise ValueError("a moment out of range")
    return found


def moment_text(moment: datetime) -> str:
    """A moment as CAP writes it, to the second: the zone in digits, UTC as -00:00."""
    text = moment.replace(microsecond=0).isoformat()
    return f"{text[:-6]}-00:00" if text.endswith("+00:00") else text


def number_of(text: str) -> Decimal:
    """A decimal number; ValueError for everything else, exponents included."""
    if not _NUMBER.fullmatch(text):
        raise ValueError("not a number")
    return Decimal(text)


def number_text(number: Decimal) -> str:
    """A number without an exponent."""
    return f"{number:f}"


def point_of(text: str) -> Point:
    """`latitude,longitude` within the globe; ValueError otherwise."""
    lat, comma, lon = text.partition(",")
    if not comma:
        raise ValueError("not a pair of coordinates")
    point = number_of(lat), number_of(lon)
    if abs(point[0]) > 90 or abs(point[1]) > 180:
        raise ValueError("beyond the globe")
    return point


def point_text(point: Point) -> str:
    """A point as CAP writes it."""
    return f"{number_text(point[0])},{number_text(point[1])}"


def polygon_of(text: str) -> tuple[Point, ...]:
    """The points of a polygon; ValueError where one is none."""
    return tuple(point_of(part) for part in text.split())


def polygon_text(points: Iterable[Point]) -> str:
    """A polygon as CAP writes it."""
    return " ".join(map(point_text, points))


def circle_of(text: str) -> Circle:
    """`latitude,longitude radius`; ValueError otherwise."""
    centre, *rest = text.split()
    if len(rest) != 1:
        raise ValueError("not a centre and a radius")
    lat, lon = point_of(centre)
    return Circle(lat, lon, number_of(rest[0]))


def circle_text(circle: Circle) -> str:
    """A circle as CAP writes it."""
    return f"{point_text((circle.lat, circle.lon))} {number_text(circle.radius)}"


def references_of(text: str) -> tuple[Reference, ...]:
    """The messages that a list refers to; ValueError where one is no triple."""
    return tuple(_reference_of(part) for part in text.split())


def _reference_of(text: str) -> Reference:
    parts = text.split(",")
    if len(parts) != 3 or not all(parts):
        raise ValueError("not sender,identifier,sent")
    return Reference(parts[0], parts[1], moment_of(parts[2]))


def reference_text(reference: Reference) -> str:
    """A reference as CAP writes it."""
    return f"{reference.sender},{reference.identifier},{moment_text(reference.sent)}"


def names_of(text: str) -> tuple[str, ...]:
    """Names separated by white space; those that hold some stand in double quotes. ValueError
    where a quote is left over."""
    found, end = [], 0
    for match in _NAMES.finditer(text):
        if text[end : match.start()].strip(SPACE):
            raise ValueError("a quote is left over")
        found.append(match[1] if match[1] is not None else match[2])
        end = match.end()
    if text[end:].strip(SPACE):
        raise ValueError("a quote is left over")
    return tuple(found)


def names_text(names: Iterable[str]) -> str:
    """A list of names as CAP writes it."""
    return " ".join(f'"{name}"' if any(c in name for c in SPACE) else name for name in names)
