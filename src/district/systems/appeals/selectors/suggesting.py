"""What a text may be about, and the matters that forms list."""

from __future__ import annotations

from functools import cache

from district.kernel.cases.public import Matter, MatterGroup, Suggestion, Words
from district.systems.appeals.selectors.matters import catalogue_in_use, matter_in_use
from district.systems.appeals.services.training import model_path
from district.systems.appeals.suggesting.model import ModelSource

#: Less sure than this is no help to anybody.
_LEAST = 0.05


@cache
def _source() -> ModelSource:
    return ModelSource(model_path())


def matter_groups() -> tuple[MatterGroup, ...]:
    """The matters in use under their fields, in the order of the catalogue."""
    found = catalogue_in_use()
    if found is None:
        return ()
    return tuple(
        MatterGroup(
            Words(field.name, field.name_en),
            tuple(
                matter
                for listed in found.matters
                if listed.field == field.code and (matter := matter_in_use(listed.code))
            ),
        )
        for field in found.fields
    )


def suggested_matters(text: str) -> tuple[Suggestion, ...]:
    """The three likeliest matters with their confidence; none where the text says nothing known."""
    found = catalogue_in_use()
    if found is None:
        return ()
    among = [matter.code for matter in found.matters]
    suggestions = _source().current().suggest(text, count=3, among=among)
    rows: list[tuple[Matter | None, float]] = [
        (matter_in_use(each.matter), each.confidence) for each in suggestions
    ]
    return tuple(
        Suggestion(matter, confidence)
        for matter, confidence in rows
        if matter is not None and confidence >= _LEAST
    )
