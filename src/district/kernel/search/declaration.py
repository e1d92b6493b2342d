"""The words in which a part or system declares that people may search a table by text."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model

from district.kernel.search.rules.texts import VERSION

_KEY = re.compile(r"[a-z][a-z0-9_]*(-[a-z0-9_]+)*")


@dataclass(frozen=True)
class Searchable:
    """A table whose rows are found by what their texts hold.

    - `key`: unique in the product; a register's own key where it searches one.
    - `model`: the Django model, or its "app_label.Name". Its key must not change in a row's life.
    - `texts`: (lookup path, weight) pairs. A path leads to a text, to a JSON list of texts, or to
      texts of many related rows; the heaviest is the row's name. Of two hits of one kind the one
      in the heavier text comes first. The index holds these texts in clear: no encrypted fields.
    - `rank`: lookup path of a number (capital, staff); of hits that are otherwise alike the one
      with the larger number comes first, one without a number last. Empty: the shorter name first.
    """

    key: str
    model: type[Model] | str
    texts: tuple[tuple[str, int], ...]
    rank: str = ""

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise ValueError(f"searchable key {self.key!r}: lower-case words, joined by _ or -")
        if not self.texts or any(weight < 1 for _path, weight in self.texts):
            raise ValueError(f"searchable {self.key}: needs texts, each with a weight from 1")
        heaviest_first = sorted(self.texts, key=lambda text: -text[1])
        object.__setattr__(self, "texts", tuple(heaviest_first))

    @property
    def paths(self) -> tuple[str, ...]:
        """The lookup paths of the texts, the heaviest first."""
        return tuple(path for path, _weight in self.texts)

    @property
    def weights(self) -> tuple[int, ...]:
        """Their weights, in the same order."""
        return tuple(weight for _path, weight in self.texts)

    @property
    def model_class(self) -> type[Model]:
        """The model itself."""
        return apps.get_model(self.model) if isinstance(self.model, str) else self.model

    @property
    def fingerprint(self) -> str:
        """What the index's content depends on; another fingerprint asks for another index."""
        said: Any = (VERSION, self.paths, self.rank, self.model_class._meta.label)
        return hashlib.sha256(repr(said).encode()).hexdigest()
