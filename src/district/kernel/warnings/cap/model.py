"""An alert of CAP 1.2 as plain values: what of the standard's elements is called what here.

An optional text that is absent is "", an optional number None, a repeatable element a tuple.
Moments are aware; coordinates are WGS-84 degrees, latitude first, as the standard writes them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"

STATUSES = ("Actual", "Exercise", "System", "Test", "Draft")
MESSAGE_TYPES = ("Alert", "Update", "Cancel", "Ack", "Error")
SCOPES = ("Public", "Restricted", "Private")
CATEGORIES = (
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra",
    "CBRNE", "Other",
)  # fmt: skip
RESPONSES = (
    "Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None",
)  # fmt: skip
URGENCIES = ("Immediate", "Expected", "Future", "Past", "Unknown")
SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
CERTAINTIES = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")

#: Latitude and longitude.
Point = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Reference:
    """An earlier message, as `sender,identifier,sent` names it."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True)
class Pair:
    """A `valueName` with its `value`: an event code, a parameter, a geocode."""

    name: str
    value: str


@dataclass(frozen=True)
class Circle:
    """A centre and a radius in kilometres."""

    lat: Decimal
    lon: Decimal
    radius: Decimal


@dataclass(frozen=True)
class Area:
    """Where. A polygon's last point is its first. `altitude` and `ceiling` are in feet above mean
    sea level."""

    description: str
    polygons: tuple[tuple[Point, ...], ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Pair, ...] = ()
    altitude: Decimal | None = None
    ceiling: Decimal | None = None


@dataclass(frozen=True)
class Resource:
    """A file that belongs to an alert; `size` in bytes, `digest` its SHA-1."""

    description: str
    mime_type: str
    size: int | None = None
    uri: str = ""
    deref_uri: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Info:
    """What the alert says in one language."""

    event: str
    categories: tuple[str, ...]
    urgency: str
    severity: str
    certainty: str
    language: str = "en-US"
    responses: tuple[str, ...] = ()
    audience: str = ""
    event_codes: tuple[Pair, ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[Pair, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True)
class Alert:
    """A message. `addresses` and `incidents` are the single names of their lists."""

    identifier: str
    sender: str
    sent: datetime
    status: str = "Actual"
    msg_type: str = "Alert"
    scope: str = "Public"
    source: str = ""
    restriction: str = ""
    addresses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[Reference, ...] = ()
    incidents: tuple[str, ...] = ()
    infos: tuple[Info, ...] = field(default=())


@dataclass(frozen=True)
class Problem:
    """What is wrong: a code, the element (`info[1].area[1].polygon[1]`), and what stands there."""

    code: str
    where: str = ""
    detail: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.code, self.where, self.detail) if part)


class CapError(ValueError):
    """A document that is no valid alert; `problems` says everything that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))
