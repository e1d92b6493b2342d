"""Words that several modules of sensing share."""

from __future__ import annotations

from district.kernel.history.public import Subject

VIEW = "sensing.thing.view"
SAVE = "sensing.thing.save"
CATALOGUE = "sensing.catalogue.change"
SOURCE_VIEW = "sensing.source.view"
SOURCE_MANAGE = "sensing.source.manage"
QUARANTINE_VIEW = "sensing.quarantine.view"
WRITE = "sensing.reading.write"

THINGS = "sensing-things"
DATASTREAMS = "sensing-datastreams"
SOURCES = "sensing-sources"
QUARANTINE = "sensing-quarantine"


def subject(kind: str, key: int | str) -> Subject:
    """The reference of a row: `sensing.thing:12`."""
    return Subject(f"sensing.{kind}", str(key))
