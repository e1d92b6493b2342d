"""Which Chinese on an English page is data, and which is interface that nobody translated.

Data is what the database holds, and names of catalogues that come with the product and have no
English of their own. A piece of text is data when it stands in some value of it, a
short one (whose words could stand anywhere by chance) only when marks part it from the rest.
What is word for word a sentence of a catalogue must be a whole value.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import polib
from django.db import connection

from district.testing.reading import HAN, Reading

SOURCES = Path(__file__).resolve().parents[1]
# Marks between pieces of a line: what a page puts together from several values.
_BETWEEN = re.compile(r"[\s…·、,，:：;；/()（）→–—\-+%．.。!?！？|“”\"'《》【】0-9A-Za-z]+")
# How documents number their headings (GB/T 9704): a mark, too.
_NUMBERED = re.compile(r"^(?:（[一二三四五六七八九十]+）|[一二三四五六七八九十]+、)")
_SHORT = 2
_NO_DATA = {"django_session", "django_migrations"}


class Data:
    """Every text of the database, for looking pieces up."""

    def __init__(self) -> None:
        texts = {*_texts(), *_nameless()}
        self.values = {" ".join(text.split()) for text in texts}
        self.pieces = {piece for text in texts for piece in _BETWEEN.split(text) if piece}
        self._all = "\n".join(self.pieces)

    def holds(self, piece: str) -> bool:
        """Whether a piece of Chinese without marks is data, or two of them side by side."""
        if self._one(piece):
            return True
        return any(
            piece[:cut] in self.pieces and piece[cut:] in self.pieces
            for cut in range(1, len(piece))
        )

    def _one(self, piece: str) -> bool:
        return piece in self.pieces or (len(piece) > _SHORT and piece in self._all)


def untranslated(reading: Reading, data: Data) -> list[str]:
    """Chinese of an English page that is no data."""
    found = []
    for text in reading.chinese():
        whole = " ".join(text.split())
        if whole in data.values:
            continue
        parts = _BETWEEN.split(_NUMBERED.sub("", whole))
        pieces = [piece for piece in parts if HAN.search(piece)]
        if whole in sentences() or not all(data.holds(piece) for piece in pieces):
            found.append(whole[:120])
    return found


@cache
def sentences() -> frozenset[str]:
    """Every sentence that the catalogues translate."""
    return frozenset(
        entry.msgid for path in SOURCES.rglob("locale/en/**/*.po") for entry in polib.pofile(path)
    )


def _nameless() -> Iterator[str]:
    """The industries of the national classification that are named in Chinese alone."""
    for path in SOURCES.rglob("industries.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            yield from (row["name"] for row in csv.DictReader(file) if not row["name_en"])


def _texts() -> Iterator[str]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table in _NO_DATA:
                continue
            name = connection.ops.quote_name(table)
            # The database's own name, quoted.
            cursor.execute(f"SELECT * FROM {name}")  # noqa: S608  # as said above
            for row in cursor.fetchall():
                for value in row:
                    if isinstance(value, str):
                        yield from _in(value)
                    elif isinstance(value, bytes | memoryview):
                        yield bytes(value).decode("utf-8", "ignore")


def _in(value: str) -> Iterator[str]:
    if value[:1] in "[{" and "\\u" in value:
        try:
            yield from _walk(json.loads(value))
        except ValueError:
            yield value
    else:
        yield value


def _walk(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _walk(each)
    elif isinstance(value, list):
        for each in value:
            yield from _walk(each)
