"""The lists and kinds of the product, read once from `kinds/lists.toml`; their words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.cases.public import Words, said, said_later
from district.systems.scenarios.rules.kinds import Catalogue, Kind, ListSpec, parse_catalogue

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_FILE = Path(__file__).parent / "kinds" / "lists.toml"


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """What the file declares; KindError where it has a fault."""
    return parse_catalogue(tomllib.loads(_FILE.read_text(encoding="utf-8")))


def kind_of(key: str) -> Kind:
    """The kind of that key; NotFound where there is none."""
    found = catalogue().kinds.get(key)
    if found is None:
        raise NotFound(_("没有这种清单条目。"))
    return found


def list_of(key: str) -> ListSpec:
    """The list of that key; NotFound where there is none."""
    found = catalogue().lists.get(key)
    if found is None:
        raise NotFound(_("没有这份清单。"))
    return found


def choices(words: Mapping[str, Any]) -> tuple[tuple[str, StrOrPromise], ...]:
    """Labelled things by key as choices of a field, in the language of the moment."""
    return tuple((key, said_later(_words(one))) for key, one in words.items())


def _words(one: Any) -> Words:
    return one if isinstance(one, Words) else one.label


def label(words: Mapping[str, Any], key: str) -> str:
    """The label of a key, the key itself where the vocabulary has lost it."""
    found = words.get(key)
    return said(_words(found)) if found is not None else key


def tag_words(tags: Iterable[str]) -> list[str]:
    """Tags as people read them."""
    return [label(catalogue().tags, tag) for tag in tags]
