"""What sensing keeps. Readings are not here: they stand in the log."""

from district.kernel.sensing.models.datastreams import (
    Datastream,
    FeatureOfInterest,
    LatestReading,
    ObservationType,
    ObservedProperty,
    Sensor,
    State,
)
from district.kernel.sensing.models.quarantine import Quarantined, Reason
from district.kernel.sensing.models.sources import Source, SourceCredential
from district.kernel.sensing.models.things import HistoricalLocation, Location, Thing

__all__ = [
    "Datastream",
    "FeatureOfInterest",
    "HistoricalLocation",
    "LatestReading",
    "Location",
    "ObservationType",
    "ObservedProperty",
    "Quarantined",
    "Reason",
    "Sensor",
    "Source",
    "SourceCredential",
    "State",
    "Thing",
]
