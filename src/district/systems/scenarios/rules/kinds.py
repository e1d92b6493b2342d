"""Lists and kinds of entry as declared data, read and linted. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from district.kernel.cases.public import Words
from district.kernel.conditions.public import (
    ALWAYS,
    Attribute,
    Condition,
    ConditionError,
    Schema,
    parse,
)
from district.kernel.organisation.public import Relation, Role

Side = Literal["offer", "need"]
Rights = tuple[tuple[str, str], ...]
#: Columns that a kind may demand.
COLUMNS = ("area", "tags", "stage", "organisation", "code", "street", "money", "valid_until")
OWN_TYPES = ("text", "choice")
_KEY = re.compile(r"[a-z][a-z0-9_]{1,23}")
_NUMBER = re.compile(r"[A-Z]{1,4}")
_LONGEST_KEY = 24


class KindError(Exception):
    """A file of lists that cannot be taken; the message names every problem."""


@dataclass(frozen=True, slots=True)
class Level:
    """A stage of maturity; a higher level is nearer to use."""

    key: str
    level: int
    label: Words


@dataclass(frozen=True, slots=True)
class OwnField:
    """A field that entries of one kind have besides those that all have."""

    key: str
    label: Words
    type: str
    required: bool
    choices: tuple[tuple[str, Words], ...] = ()


@dataclass(frozen=True, slots=True)
class ListSpec:
    """A list that is published in numbered editions; `publish` says who may."""

    key: str
    label: Words
    help: Words
    publish: Rights


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entry: its list, its side, what it is matched with, who may offer one.

    `required` are columns and own fields that an entry must have; `must` is a condition over a
    pair (`PAIR`), ALWAYS where the kind states none. `firms` says whether enterprises may offer
    one themselves.
    """

    key: str
    list: str
    side: Side
    meets: tuple[str, ...]
    label: Words
    number: str
    money: Words
    stage: Words
    offer: Rights
    required: frozenset[str]
    own: tuple[OwnField, ...]
    must: Condition
    firms: bool


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All of it: vocabulary, lists, kinds, by key and in their order. `counted_tags` are those
    whose landings are counted as a measure."""

    areas: Mapping[str, Words]
    near: Mapping[str, frozenset[str]]
    stages: Mapping[str, Level]
    tags: Mapping[str, Words]
    lists: Mapping[str, ListSpec]
    kinds: Mapping[str, Kind]
    counted_tags: tuple[str, ...] = ()

    def kinds_of(self, list_key: str) -> tuple[Kind, ...]:
        """The kinds that stand in a list."""
        return tuple(kind for kind in self.kinds.values() if kind.list == list_key)


#: What a kind's `must` may speak about: how one entry stands to the other. Short is what the offer
#: lacks: levels of maturity, or 万元 above the budget.
PAIR = Schema(
    "scenarios.pair",
    (
        Attribute("maturity_short", _("成熟度差"), "integer"),
        Attribute("money_short", _("超出预算"), "decimal", unit="万元"),
        Attribute("shared_tags", _("共同标签数"), "integer"),
        Attribute("same_area", _("同一领域"), "boolean"),
        Attribute("same_street", _("同一街道"), "boolean"),
    ),
)


@dataclass
class _Reader:
    data: Mapping[str, Any]
    problems: list[str] = field(default_factory=list)

    def table(self, name: str) -> Mapping[str, Any]:
        found = self.data.get(name)
        if not isinstance(found, Mapping) or not found:
            self.problems.append(f"{name}: missing, or no table")
            return {}
        for key in found:
            if not _KEY.fullmatch(key):
                self.problems.append(f"{name}.{key}: a key is 2 to {_LONGEST_KEY} small letters")
        return found

    def words(self, where: str, item: Mapping[str, Any], name: str = "label") -> Words:
        found = Words(str(item.get(name, "")), str(item.get(f"{name}_en", "")))
        if not found.zh or not found.en:
            self.problems.append(f"{where}: {name} and {name}_en are needed")
        return found

    def pairs(self, name: str) -> dict[str, Words]:
        found = {}
        for key, row in self.table(name).items():
            if isinstance(row, list) and len(row) == 2 and all(row):
                found[key] = Words(*map(str, row))
            else:
                self.problems.append(f"{name}.{key}: write [Chinese, English]")
        return found

    def stages(self) -> dict[str, Level]:
        found: dict[str, Level] = {}
        for key, row in self.table("stages").items():
            if not (isinstance(row, list) and len(row) == 3 and isinstance(row[0], int)):
                self.problems.append(f"stages.{key}: write [level, Chinese, English]")
                continue
            if any(row[0] <= one.level for one in found.values()):
                self.problems.append(f"stages.{key}: levels rise from one stage to the next")
            found[key] = Level(key, row[0], Words(str(row[1]), str(row[2])))
        return found

    def rights(self, where: str, rows: object) -> Rights:
        found = rows if isinstance(rows, list) else []
        for row in found:
            if not (isinstance(row, list) and len(row) == 2):
                self.problems.append(f"{where}: write rights as [role, relation]")
                return ()
            if row[0] not in Role.values or row[1] not in {one.value for one in Relation}:
                self.problems.append(f"{where}: unknown right {row!r}")
        if not found:
            self.problems.append(f"{where}: nobody may")
        return tuple((str(row[0]), str(row[1])) for row in found)

    def list_spec(self, key: str, item: Mapping[str, Any]) -> ListSpec:
        where = f"lists.{key}"
        return ListSpec(
            key,
            self.words(where, item),
            self.words(where, item, "help"),
            self.rights(f"{where}.publish", item.get("publish")),
        )

    def own(self, where: str, key: str, item: Mapping[str, Any]) -> OwnField:
        where = f"{where}.own.{key}"
        kind = str(item.get("type", "text"))
        choices = item.get("choices", [])
        if kind not in OWN_TYPES:
            self.problems.append(f"{where}: type must be one of {', '.join(OWN_TYPES)}")
        if (kind == "choice") != bool(choices):
            self.problems.append(f"{where}: choices belong to type choice, and there only")
        if key in COLUMNS:
            self.problems.append(f"{where}: every entry has a column of that name")
        return OwnField(
            key,
            self.words(where, item),
            kind,
            bool(item.get("required", False)),
            tuple((str(row[0]), Words(str(row[1]), str(row[2]))) for row in choices),
        )

    def kind(self, key: str, item: Mapping[str, Any]) -> Kind:
        where = f"kinds.{key}"
        side = item.get("side")
        if side not in ("offer", "need"):
            self.problems.append(f"{where}: side must be offer or need")
        required = frozenset(map(str, item.get("required", ())))
        for name in sorted(required - set(COLUMNS)):
            self.problems.append(f"{where}: unknown column {name!r} in required")
        if not _NUMBER.fullmatch(str(item.get("number", ""))):
            self.problems.append(f"{where}: number must be one to four capital letters")
        return Kind(
            key,
            str(item.get("list", "")),
            "need" if side == "need" else "offer",
            tuple(map(str, item.get("meets", ()))),
            self.words(where, item),
            str(item.get("number", "")),
            self.words(where, item, "money"),
            self.words(where, item, "stage"),
            self.rights(f"{where}.offer", item.get("offer")),
            required,
            tuple(self.own(where, name, one) for name, one in item.get("own", {}).items()),
            self.must(where, str(item.get("must", ""))),
            self.firms(where, item.get("firms", False)),
        )

    def firms(self, where: str, value: object) -> bool:
        if not isinstance(value, bool):
            self.problems.append(f"{where}: firms is true or false")
        return value is True

    def must(self, where: str, text: str) -> Condition:
        if not text:
            return ALWAYS
        try:
            return parse(text, PAIR)
        except ConditionError as error:
            self.problems.append(f"{where}.must: {error}")
            return ALWAYS


def parse_catalogue(data: Mapping[str, Any]) -> Catalogue:
    """The catalogue that a file declares; KindError with every problem of form and sense."""
    reader = _Reader(data)
    areas = reader.pairs("areas")
    near = {
        str(key): frozenset(map(str, found)) for key, found in dict(data.get("near", {})).items()
    }
    catalogue = Catalogue(
        areas,
        near,
        reader.stages(),
        reader.pairs("tags"),
        {key: reader.list_spec(key, item) for key, item in reader.table("lists").items()},
        {key: reader.kind(key, item) for key, item in reader.table("kinds").items()},
        tuple(map(str, data.get("counted_tags", ()))),
    )
    problems = [*reader.problems, *_senseless(catalogue)]
    if problems:
        raise KindError("; ".join(problems))
    return catalogue


def _senseless(found: Catalogue) -> Iterator[str]:
    for key, others in found.near.items():
        for name in sorted({key, *others} - set(found.areas)):
            yield f"near.{key}: unknown area {name!r}"
    for name in sorted(set(found.counted_tags) - set(found.tags)):
        yield f"counted_tags: unknown tag {name!r}"
    numbers: Sequence[str] = [kind.number for kind in found.kinds.values()]
    for kind in found.kinds.values():
        if kind.list not in found.lists:
            yield f"kinds.{kind.key}: unknown list {kind.list!r}"
        if numbers.count(kind.number) > 1:
            yield f"kinds.{kind.key}: another kind has the number {kind.number!r}"
        yield from _unmet(kind, found)
    for key in found.lists:
        if not found.kinds_of(key):
            yield f"lists.{key}: no kind stands in it"


def _unmet(kind: Kind, found: Catalogue) -> Iterator[str]:
    """Matching goes both ways and joins an offer with a need."""
    for name in kind.meets:
        other = found.kinds.get(name)
        if other is None:
            yield f"kinds.{kind.key}: meets the unknown kind {name!r}"
        elif other.side == kind.side or kind.key not in other.meets:
            yield f"kinds.{kind.key}: meets {name!r}, which is no counterpart"
    if kind.must != ALWAYS and kind.side == "offer":
        yield f"kinds.{kind.key}: must belongs to the kind that needs something"
