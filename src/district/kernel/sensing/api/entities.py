"""The entity types of the standard: their properties, where those stand, what leads where.

In this service a thing has at most one present location, and what a datastream's readings are
about (the feature of interest) belongs to the datastream: a reading is a line in the log, and
names neither. `properties` of an entity show, among what was given, members that this service
gives a meaning (`EntityType.reserved`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Expression, F, Model, Value, When

from district.kernel.sensing import times
from district.kernel.sensing.filtering import Kind
from district.kernel.sensing.models import (
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    ObservedProperty,
    Sensor,
    Thing,
)

GEOJSON = "application/geo+json"
TYPE_URIS = {
    "measurement": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
    "truth": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_TruthObservation",
    "count": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_CountObservation",
}
Read = Callable[[Any], Any]


@dataclass(frozen=True)
class Property:
    """A property: its kind in filters, the expression that filters and sorts use (None: neither),
    and how it is read from a row."""

    name: str
    kind: Kind | None
    read: Read
    expression: Callable[[], Expression | F] | None = None


@dataclass(frozen=True)
class Nav:
    """A way to related entities.

    `target` is their set. `own` is the column of this row that holds their key, or `back` the
    column of theirs that holds this row's key. `many` says how the standard shows it.
    """

    name: str
    target: str
    many: bool
    own: str = ""
    back: str = ""


@dataclass(frozen=True)
class EntityType:
    """One entity set: `Things` holds entities of the type `Thing`."""

    set_name: str
    name: str
    model: type[Model]
    properties: tuple[Property, ...]
    navs: tuple[Nav, ...]
    related: tuple[str, ...] = ()
    #: Members of `properties` that are columns: lookup path, and whether a caller may set them.
    reserved: Mapping[str, tuple[str, bool]] = field(default_factory=dict)

    def property_of(self, name: str) -> Property | None:
        """The property of that name."""
        return next((each for each in self.properties if each.name == name), None)

    def nav_of(self, name: str) -> Nav | None:
        """The way of that name."""
        return next((each for each in self.navs if each.name == name), None)


def _plain(name: str, column: str = "", kind: Kind = "text") -> Property:
    column = column or name
    return Property(name, kind, lambda row: getattr(row, column), lambda: F(column))


def _at(row: Any, path: str) -> Any:
    for part in path.split("__"):
        row = getattr(row, part, None)
    return row


def _properties(reserved: Mapping[str, tuple[str, bool]]) -> Property:
    def read(row: Any) -> dict[str, Any]:
        known = {name: _at(row, path) for name, (path, _own) in reserved.items()}
        shown = {name: value for name, value in known.items() if value not in (None, "")}
        return {**row.properties, **shown}

    return Property("properties", "json", read)


def _encoding() -> Property:
    return Property("encodingType", "text", lambda _row: GEOJSON, lambda: Value(GEOJSON))


def _type_uri() -> Expression:
    whens = [When(observation_type=word, then=Value(uri)) for word, uri in TYPE_URIS.items()]
    return Case(*whens, default=Value(""))


def _span(row: Any) -> str | None:
    latest = getattr(row, "latest", None)
    return latest and f"{times.iso(latest.first_time)}/{times.iso(latest.time)}"


def _unit(row: Any) -> dict[str, str | None]:
    return {
        "name": row.unit_name or None,
        "symbol": row.unit_symbol or None,
        "definition": row.unit_definition or None,
    }


_TEXTS = (_plain("name"), _plain("description"))
_THING = {"code": ("code", True), "unit": ("lead_unit_id", True)}
_LOCATION = {
    "unit": ("lead_unit_id", True),
    "street": ("street", False),
    "community": ("community", False),
}
_STREAM = {
    "code": ("code", True),
    "unit": ("lead_unit_id", True),
    "source": ("source__code", True),
    "lateness": ("lateness", True),
    "skew": ("skew", True),
}
_FEATURE = {"unit": ("lead_unit_id", True)}

TYPES: dict[str, EntityType] = {
    each.set_name: each
    for each in (
        EntityType(
            "Things",
            "Thing",
            Thing,
            (*_TEXTS, _properties(_THING)),
            (
                Nav("Locations", "Locations", True, own="location_id"),
                Nav("HistoricalLocations", "HistoricalLocations", True, back="thing_id"),
                Nav("Datastreams", "Datastreams", True, back="thing_id"),
            ),
            reserved=_THING,
        ),
        EntityType(
            "Locations",
            "Location",
            Location,
            (
                *_TEXTS,
                _encoding(),
                Property("location", "geo", lambda row: row.geometry),
                _properties(_LOCATION),
            ),
            (
                Nav("Things", "Things", True, back="location_id"),
                Nav("HistoricalLocations", "HistoricalLocations", True, back="location_id"),
            ),
            reserved=_LOCATION,
        ),
        EntityType(
            "HistoricalLocations",
            "HistoricalLocation",
            HistoricalLocation,
            (Property("time", "moment", lambda row: times.iso(row.time), lambda: F("time")),),
            (
                Nav("Thing", "Things", False, own="thing_id"),
                Nav("Locations", "Locations", True, own="location_id"),
            ),
        ),
        EntityType(
            "Datastreams",
            "Datastream",
            Datastream,
            (
                *_TEXTS,
                Property(
                    "observationType",
                    "text",
                    lambda row: TYPE_URIS[row.observation_type],
                    _type_uri,
                ),
                Property("unitOfMeasurement", None, _unit),
                Property("phenomenonTime", None, _span),
                _properties(_STREAM),
            ),
            (
                Nav("Thing", "Things", False, own="thing_id"),
                Nav("Sensor", "Sensors", False, own="sensor_id"),
                Nav("ObservedProperty", "ObservedProperties", False, own="observed_property_id"),
                Nav("Observations", "Observations", True),
            ),
            related=("source", "latest"),
            reserved=_STREAM,
        ),
        EntityType(
            "Sensors",
            "Sensor",
            Sensor,
            (
                *_TEXTS,
                _plain("encodingType", "encoding_type"),
                _plain("metadata"),
                _properties({}),
            ),
            (Nav("Datastreams", "Datastreams", True, back="sensor_id"),),
        ),
        EntityType(
            "ObservedProperties",
            "ObservedProperty",
            ObservedProperty,
            (*_TEXTS, _plain("definition"), _properties({})),
            (Nav("Datastreams", "Datastreams", True, back="observed_property_id"),),
        ),
        EntityType(
            "FeaturesOfInterest",
            "FeatureOfInterest",
            FeatureOfInterest,
            (
                *_TEXTS,
                _encoding(),
                Property("feature", "geo", lambda row: row.geometry),
                _properties(_FEATURE),
            ),
            (Nav("Observations", "Observations", True),),
            reserved=_FEATURE,
        ),
    )
}
#: The ways from an observation; its properties stand in `observations`.
OBSERVATION_NAVS = (
    Nav("Datastream", "Datastreams", False),
    Nav("FeatureOfInterest", "FeaturesOfInterest", False),
)
SETS = (*TYPES, "Observations")
#: The members of a datastream's unit that filters may ask for.
UNIT_PATHS = {"name": "unit_name", "symbol": "unit_symbol", "definition": "unit_definition"}
