"""What sources say, read."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import polars as pl

from district.kernel.base.frames import read_frame
from district.systems.enterprises.models import Enterprise, Source, SourceRecord
from district.systems.enterprises.rules.resolving import Telling
from district.systems.enterprises.rules.weighing import ENTERPRISE, with_facts
from district.systems.enterprises.selectors.catalogue import catalogue, is_english


def sources() -> list[Source]:
    """The sources that are there, the most trusted first."""
    return list(Source.objects.order_by("rank", "key"))


def source_label(source: Source) -> str:
    """A source's name in the language of the page."""
    return (source.name_en if is_english() else "") or source.name


def tellings_of(row: Enterprise) -> list[Telling]:
    """What every source says of an enterprise, the most trusted first; one statement."""
    records = SourceRecord.objects.filter(enterprise=row).select_related("source")
    found = [
        Telling(one.source.key, one.source.rank, one.told_on, one.values, source_label(one.source))
        for one in records
    ]
    return sorted(found, key=lambda telling: telling.trust)


def tellings_frame(keys: Sequence[UUID]) -> pl.DataFrame:
    """What every source says of some enterprises, as `rules.weighing` takes it, with the key of
    each record as `pk`; one statement."""
    records = SourceRecord.objects.filter(enterprise_id__in=keys).order_by()
    paths = ("pk", "enterprise_id", "source__key", "source__rank", "told_on", "values")
    names = ("pk", ENTERPRISE, "source", "rank", "told_on", "values")
    frame = read_frame(records, paths).rename(dict(zip(paths, names, strict=True)))
    return with_facts(frame)


def sources_offered() -> list[tuple[str, str]]:
    """The sources of the catalogue, the most trusted first, as a form offers them."""
    entries = sorted(catalogue().sources, key=lambda entry: (entry.rank, entry.key))
    return [(entry.key, entry.label(english=is_english())) for entry in entries]
