"""The catalogue of matters in use, and what older versions said."""

from __future__ import annotations

from functools import lru_cache

from district.kernel.base.recent import kept_for
from district.kernel.cases.public import Matter, TermSpec, Words
from district.kernel.tracking.public import Term
from district.systems.appeals.models import CatalogueVersion
from district.systems.appeals.rules.matters import Catalogue, Field
from district.systems.appeals.rules.matters import Matter as Listed


@kept_for(5)
def _newest() -> str:
    """The version in use, as of a few seconds ago; "" before one is published."""
    row = CatalogueVersion.objects.order_by("-published_at").values_list("version", flat=True)
    return row.first() or ""


@lru_cache(maxsize=16)
def _content(version: str) -> Catalogue:
    """A published version, which never changes."""
    kept = CatalogueVersion.objects.get(pk=version).content
    return Catalogue(
        fields=tuple(Field(**row) for row in kept["fields"]),
        matters=tuple(
            Listed(
                **{
                    **row,
                    "co_units": tuple(row["co_units"]),
                    "keywords": tuple(row["keywords"]),
                    "term": Term(**row["term"]),
                }
            )
            for row in kept["matters"]
        ),
    )


@lru_cache(maxsize=16)
def _matters(version: str) -> dict[str, Matter]:
    return {
        matter.code: Matter(
            code=matter.code,
            label=Words(matter.name, matter.name_en),
            unit=matter.handler,
            catalogue=version,
            term=TermSpec(matter.term.amount, matter.term.unit),
            calendar=matter.calendar,
            emergency=matter.emergency,
            sensitive=matter.sensitive,
            standard=Words(matter.standard),
        )
        for matter in _content(version).matters
    }


def catalogue_in_use() -> Catalogue | None:
    """The catalogue that new appeals choose from; None before one is published."""
    version = _newest()
    return _content(version) if version else None


def all_matters() -> list[Matter]:
    """Every matter of the catalogue in use, in its order."""
    version = _newest()
    return list(_matters(version).values()) if version else []


def matter_in_use(code: str) -> Matter | None:
    """What the catalogue says of a matter: the one in use, else the newest that knew the code."""
    version = _newest()
    if not version:
        return None
    found = _matters(version).get(code)
    return found or _retired(code, version)


@lru_cache(maxsize=512)
def _retired(code: str, _since: str) -> Matter | None:
    older = CatalogueVersion.objects.order_by("-published_at").values_list("version", flat=True)
    return next((matter for v in older if (matter := _matters(v).get(code))), None)


def forget() -> None:
    """Ask for the version in use anew."""
    _newest.forget()
