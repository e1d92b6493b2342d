"""What conditions may speak about: declared attributes with types, kept together in a schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Type = Literal["text", "integer", "decimal", "boolean", "date", "datetime", "choice", "code", "set"]
Hierarchy = Literal["prefix", "path"]
TYPES: tuple[Type, ...] = get_args(Type)

# The texts among the types: an empty one says no more than none, so both are unknown.
TEXTUAL: frozenset[Type] = frozenset({"text", "choice", "code"})

RESERVED = frozenset(
    {"and", "or", "not", "all", "any", "true", "false", "today"}
    | {"in", "between", "contains", "starts_with", "under", "has", "known"}
)
_KEY = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*")


@dataclass(frozen=True)
class Attribute:
    """A named property that a condition may compare.

    - `path`: where it is found in the database, as a Django lookup path from the model; the key
      if empty.
    - `choices`: (stored value, label) pairs; needed by type choice, and only there.
    - `hierarchy`: of a code. "prefix": 440307003 is under 440307 because it begins with it.
      "path": the value is the chain of codes from the root, `/440307/440307003/`; its last code
      is the row's own, and it is under every code of the chain.
    - `code_path`: of a code with hierarchy "path", where the row's own code stands alone (an
      indexed foreign key, say); a quicker way to the same answer.
    - `unit`: what a number is counted in, for people.
    - `places`: decimal places of type decimal; finer values do not occur and cannot be asked for.
    """

    key: str
    label: StrOrPromise = field(compare=False)
    type: Type
    path: str = ""
    choices: tuple[tuple[str, StrOrPromise], ...] | None = None
    hierarchy: Hierarchy | None = None
    unit: str = ""
    code_path: str = ""
    places: int = 6

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key) or self.key in RESERVED:
            raise ValueError(f"attribute key {self.key!r}: use lower-case words, none reserved")
        if self.type not in TYPES:
            raise ValueError(f"attribute {self.key}: unknown type {self.type!r}; known: {TYPES}")
        if (self.type == "choice") != (self.choices is not None):
            raise ValueError(f"attribute {self.key}: choices belong to type choice, and there only")
        if self.hierarchy is not None and self.type != "code":
            raise ValueError(f"attribute {self.key}: a hierarchy belongs to type code only")
        if self.type == "code" and self.hierarchy is None:
            object.__setattr__(self, "hierarchy", "prefix")
        if self.choices is not None:
            object.__setattr__(self, "choices", tuple((str(v), text) for v, text in self.choices))
        if not self.path:
            object.__setattr__(self, "path", self.key.replace(".", "__"))

    @property
    def choice_values(self) -> tuple[str, ...]:
        """The stored values of a choice, in declared order."""
        return tuple(value for value, _ in self.choices or ())


@dataclass(frozen=True)
class Schema:
    """The attributes of one kind of row, by key."""

    key: str
    attributes: tuple[Attribute, ...]
    by_key: Mapping[str, Attribute] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "attributes", tuple(self.attributes))
        by_key = {attribute.key: attribute for attribute in self.attributes}
        if len(by_key) != len(self.attributes):
            raise ValueError(f"schema {self.key}: two attributes have the same key")
        object.__setattr__(self, "by_key", MappingProxyType(by_key))

    def get(self, key: str) -> Attribute | None:
        """The attribute of that key, or None."""
        return self.by_key.get(key)
