"""The catalogue of kinds and colours, read from TOML: the product's own, changed by a district's.

Pure. What is wrong is a ValueError that names the entry.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from district.kernel.warnings.cap import is_name, model

#: The colours of signals, the mildest first.
COLOURS = ("blue", "yellow", "orange", "red")
STEPS = ("head", "above")
LEVELS = ("street", "community", "grid")
OTHER = "other"
_LONGEST_MINUTES = 7 * 24 * 60


@dataclass(frozen=True)
class Colour:
    """A colour of signals with what CAP calls it, and by when it must be acknowledged."""

    key: str
    name: str
    name_en: str
    urgency: str
    severity: str
    certainty: str
    term: timedelta
    rise: timedelta
    lasts: timedelta


@dataclass(frozen=True)
class Kind:
    """A kind of warning. `units` are concerned wherever it is; `issue` what we may issue."""

    key: str
    name: str
    name_en: str
    category: str
    colours: tuple[str, ...]
    words: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    issue: tuple[str, ...] = ()
    #: (urgency, severity, certainty) by colour, where they are not the colour's own.
    signals: tuple[tuple[str, tuple[str, str, str]], ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """Everything that a district can change about warnings."""

    colours: Mapping[str, Colour]
    kinds: Mapping[str, Kind]
    sender: str
    sender_name: str
    sender_name_en: str
    contact: str
    levels: tuple[str, ...]
    geocodes: tuple[str, ...]
    colour_names: tuple[str, ...]
    steps: tuple[str, ...]

    def kind(self, key: str) -> Kind:
        """The kind of that key; one that the district no longer has is told as `other`."""
        return self.kinds.get(key, self.kinds[OTHER])

    def signal(self, kind: str, colour: str) -> tuple[str, str, str]:
        """Urgency, severity and certainty of a signal, as CAP calls them."""
        own = dict(self.kind(kind).signals).get(colour)
        by_colour = self.colours[colour]
        return own or (by_colour.urgency, by_colour.severity, by_colour.certainty)

    def may_issue(self, kind: str, colour: str) -> bool:
        """Whether the district issues such a warning itself."""
        return kind in self.kinds and colour in self.kinds[kind].issue

    @property
    def issuable(self) -> list[tuple[Kind, tuple[str, ...]]]:
        """The kinds that the district issues, each with its colours."""
        return [(kind, kind.issue) for kind in self.kinds.values() if kind.issue]


def read_catalogue(default: str, own: str = "") -> Catalogue:
    """The catalogue of a default TOML text and a district's, which changes single entries."""
    base, changed = tomllib.loads(default), tomllib.loads(own)
    unknown = sorted(set(changed) - {"district", "colours", "kinds"})
    if unknown:
        raise ValueError(f"{unknown[0]}: there is no such entry")
    district = {**_table(base, "district"), **_table(changed, "district")}
    colours = {}
    for key in COLOURS:
        own_colour = _table(_table(changed, "colours"), key)
        colours[key] = _colour(key, {**_table(_table(base, "colours"), key), **own_colour})
    beyond = sorted(set(_table(changed, "colours")) - set(COLOURS))
    if beyond:
        raise ValueError(f"colours.{beyond[0]}: the colours are {', '.join(COLOURS)}")
    rows = {str(row["key"]): dict(row) for row in base["kinds"]}
    for at, row in enumerate(_rows(changed), 1):
        key = str(row.get("key", ""))
        if not key.replace("_", "").isalnum() or not key.isascii() or len(key) > 30:
            raise ValueError(f"kinds.{at}.key: state a key of letters, digits and _")
        rows[key] = {**rows.get(key, {}), **row}
    sender = _text("district", district, "sender")
    if sender and not is_name(sender):
        raise ValueError("district.sender: state a name without spaces, commas, < and &")
    return Catalogue(
        colours=colours,
        kinds={key: _kind(key, row) for key, row in rows.items()},
        sender=sender,
        sender_name=_text("district", district, "sender_name"),
        sender_name_en=_text("district", district, "sender_name_en"),
        contact=_text("district", district, "contact"),
        levels=_texts("district", district, "levels", LEVELS),
        geocodes=_texts("district", district, "geocodes"),
        colour_names=_texts("district", district, "colour_names"),
        steps=_texts("district", district, "steps", STEPS),
    )


def _rows(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = data.get("kinds", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("kinds: write each kind as a [[kinds]] table")
    return rows


def _table(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = data.get(key, {})
    if not isinstance(found, dict):
        raise ValueError(f"{key}: must be a table")
    return found


def _colour(key: str, row: Mapping[str, Any]) -> Colour:
    where = f"colours.{key}"
    return Colour(
        key=key,
        name=_text(where, row, "name", needed=True),
        name_en=_text(where, row, "name_en", needed=True),
        urgency=_one(where, row, "urgency", model.URGENCIES),
        severity=_one(where, row, "severity", model.SEVERITIES),
        certainty=_one(where, row, "certainty", model.CERTAINTIES),
        term=_minutes(where, row, "term_minutes"),
        rise=_minutes(where, row, "rise_minutes"),
        lasts=_minutes(where, row, "lasts_hours") * 60,
    )


def _kind(key: str, row: Mapping[str, Any]) -> Kind:
    where = f"kinds.{key}"
    colours = _texts(where, row, "colours", COLOURS)
    if not colours:
        raise ValueError(f"{where}.colours: state at least one colour")
    issue = _texts(where, row, "issue", COLOURS)
    beyond = [each for each in issue if each not in colours]
    if beyond:
        raise ValueError(f"{where}.issue: {beyond[0]} is none of its colours")
    signals = tuple(
        (
            _known(f"{where}.signals", colour, COLOURS),
            (
                _one(f"{where}.signals.{colour}", signal, "urgency", model.URGENCIES),
                _one(f"{where}.signals.{colour}", signal, "severity", model.SEVERITIES),
                _one(f"{where}.signals.{colour}", signal, "certainty", model.CERTAINTIES),
            ),
        )
        for colour, signal in _table(row, "signals").items()
    )
    return Kind(
        key=key,
        name=_text(where, row, "name", needed=True),
        name_en=_text(where, row, "name_en", needed=True),
        category=_one(where, row, "category", model.CATEGORIES),
        colours=colours,
        words=_texts(where, row, "words"),
        codes=_texts(where, row, "codes"),
        units=_texts(where, row, "units"),
        issue=issue,
        signals=signals,
    )


def _text(where: str, row: Mapping[str, Any], key: str, *, needed: bool = False) -> str:
    value = row.get(key, "")
    if not isinstance(value, str) or len(value) > 200 or (needed and not value.strip()):
        raise ValueError(f"{where}.{key}: state a text of at most 200 characters")
    return value.strip()


def _texts(
    where: str, row: Mapping[str, Any], key: str, known: tuple[str, ...] = ()
) -> tuple[str, ...]:
    value = row.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise ValueError(f"{where}.{key}: state a list of texts")
    for each in value if known else ():
        _known(f"{where}.{key}", each, known)
    return tuple(dict.fromkeys(value))


def _known(where: str, value: Any, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError(f"{where}: {value!r} is none of {', '.join(known)}")
    return str(value)


def _one(where: str, row: Any, key: str, known: tuple[str, ...]) -> str:
    value = row.get(key) if isinstance(row, dict) else None
    return _known(f"{where}.{key}", value, known)


def _minutes(where: str, row: Mapping[str, Any], key: str) -> timedelta:
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _LONGEST_MINUTES:
        raise ValueError(f"{where}.{key}: state a whole number from 1 to {_LONGEST_MINUTES}")
    return timedelta(minutes=value)
