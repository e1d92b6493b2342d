"""All reads of sensing for its pages; the interface reads through `api`."""

from district.kernel.sensing.selectors.details import (
    HeldReason,
    HeldRow,
    datastream_for,
    held_by_reason,
    held_newest,
    opens,
    property_names,
    source_for,
    streams_seen,
    thing_for,
)
from district.kernel.sensing.selectors.latest import MOST_ON_MAP, latest_points
from district.kernel.sensing.selectors.series import Series, series_of

__all__ = [
    "MOST_ON_MAP",
    "HeldReason",
    "HeldRow",
    "Series",
    "datastream_for",
    "held_by_reason",
    "held_newest",
    "latest_points",
    "opens",
    "property_names",
    "series_of",
    "source_for",
    "streams_seen",
    "thing_for",
]
