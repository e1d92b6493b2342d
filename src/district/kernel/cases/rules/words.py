"""Labels that a declaration gives in Chinese and English, shown in the language of the moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django.utils.functional import lazy
from django.utils.translation import get_language

from district.kernel.cases.rules.definition import Words

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def words_of(item: Mapping[str, Any], field: str, default: str = "") -> Words:
    """`field` and `field_en` of a declared table as one label."""
    return Words(str(item.get(field, default)), str(item.get(f"{field}_en", "")))


def said(words: Words) -> str:
    """The label in the language of the moment."""
    return words.in_language(get_language() or "")


_later = lazy(said, str)


def said_later(words: Words) -> StrPromise:
    """The label in the language of whenever it is read."""
    return cast("StrPromise", _later(words))
