"""The catalogue in force: the product's own with the district's changes."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from django.utils.translation import get_language

from district.kernel.base.recent import kept_for
from district.kernel.warnings.models import CatalogueText
from district.kernel.warnings.rules.catalogue import Catalogue, read_catalogue


@cache
def default_text() -> str:
    """The product's own catalogue."""
    return (Path(__file__).parents[1] / "catalogue.toml").read_text(encoding="utf-8")


@lru_cache(maxsize=4)
def _read(own: str) -> Catalogue:
    return read_catalogue(default_text(), own)


@kept_for(5)
def own_text() -> str:
    """The district's own text, as of a few seconds ago; "" where it has none."""
    return CatalogueText.objects.values_list("text", flat=True).first() or ""


def catalogue() -> Catalogue:
    """The catalogue in force."""
    return _read(own_text())


def _english() -> bool:
    return (get_language() or "").startswith("en")


def kind_name(key: str) -> str:
    """A kind's name in the language of the page."""
    kind = catalogue().kind(key)
    return kind.name_en if _english() else kind.name


def colour_name(key: str) -> str:
    """A colour's name in the language of the page."""
    colour = catalogue().colours.get(key)
    return (colour.name_en if _english() else colour.name) if colour else key
