"""The declared checklists, in memory; and any published version that an inspection follows."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.cases.public import Words, said_later
from district.systems.inspections.models import ChecklistVersion
from district.systems.inspections.rules.checklist import (
    Checklist,
    ChecklistError,
    parse_checklist,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_FOLDER = Path(__file__).parent
_CATALOGUE = "catalogue.toml"


@lru_cache(maxsize=1)
def _catalogue() -> dict[str, dict[str, Words]]:
    data = tomllib.loads((_FOLDER / _CATALOGUE).read_text(encoding="utf-8"))
    return {
        name: {key: Words(*words) for key, words in data[name].items()}
        for name in ("fields", "kinds")
    }


def field_words() -> dict[str, Words]:
    """The fields that are inspected, with their labels."""
    return _catalogue()["fields"]


def kind_words() -> dict[str, Words]:
    """The kinds of places, with their labels."""
    return _catalogue()["kinds"]


def choices(words: dict[str, Words]) -> tuple[tuple[str, StrPromise], ...]:
    """Keys with their labels, as registers and forms take them."""
    return tuple((key, said_later(label)) for key, label in words.items())


def read_checklist(path: Path) -> tuple[Checklist, dict[str, object]]:
    """The checklist of a file and its content; ChecklistError names the file."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ChecklistError(f"{path}: cannot be read as TOML ({error})") from error
    try:
        return _parsed(data), data
    except ChecklistError as error:
        raise ChecklistError(f"{path}: {error}") from error


def _parsed(data: dict[str, object]) -> Checklist:
    return parse_checklist(data, fields=frozenset(field_words()), kinds=frozenset(kind_words()))


@lru_cache(maxsize=1)
def _declared() -> dict[str, tuple[Checklist, dict[str, object]]]:
    """Every checklist of the folder by its key; refused at the start where one has a fault."""
    found: dict[str, tuple[Checklist, dict[str, object]]] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        if path.name == _CATALOGUE:
            continue
        checklist, content = read_checklist(path)
        if checklist.key in found:
            raise ChecklistError(f"{path}: the key {checklist.key!r} is taken")
        found[checklist.key] = (checklist, content)
    return found


def checklists() -> tuple[Checklist, ...]:
    """The present version of every checklist."""
    return tuple(checklist for checklist, _content in _declared().values())


def checklist_of(key: str) -> Checklist:
    """The present version of a checklist; NotFound where there is none."""
    found = _declared().get(key)
    if found is None:
        raise NotFound(_("没有这份检查表。"))
    return found[0]


def content_of(checklist: Checklist) -> dict[str, object]:
    """The content of the file that a present checklist was read from."""
    return _declared()[checklist.key][1]


def checklist_version(version: str) -> Checklist:
    """A version of a checklist, present or published earlier; NotFound where there is none."""
    for checklist in checklists():
        if checklist.version == version:
            return checklist
    return _published(version)


@lru_cache(maxsize=64)
def _published(version: str) -> Checklist:
    row = ChecklistVersion.objects.filter(pk=version).first()
    if row is None:
        raise NotFound(_("没有版本为 %(version)s 的检查表。") % {"version": version[:16]})
    return _parsed(row.content)


def declare_checklists() -> tuple[Checklist, ...]:
    """Read and lint all checklists at the start."""
    return checklists()
