"""The declared case types, in memory; and any published version that a case still follows."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.cases import names
from district.kernel.cases.models import Case, CaseTypeVersion
from district.kernel.cases.rules.definition import CaseType, Move, TermSpec, Words
from district.kernel.cases.rules.lint import units_to_name
from district.kernel.cases.rules.parsing import CaseTypeError, parse_case_type
from district.kernel.cases.rules.words import said_later
from district.kernel.organisation.public import Action, Grant, declare_action
from district.kernel.registry.ledger import note

NO_WORDS = Words("")
_TYPES: dict[str, CaseType] = {}
_CONTENT: dict[str, dict[str, object]] = {}


@dataclass(frozen=True, slots=True)
class Matter:
    """What a catalogue says of one matter: who handles it, within which term, how it is closed.

    `unit` is a code, or `street` or `community` for the one of the place. `catalogue` is the
    version that says so.
    """

    code: str
    label: Words
    unit: str
    catalogue: str
    term: TermSpec | None = None
    calendar: str = ""
    emergency: bool = False
    sensitive: bool = False
    standard: Words = NO_WORDS


MatterSource = Callable[[str], Matter | None]


@dataclass(frozen=True, slots=True)
class MatterGroup:
    """Matters that a form lists under one heading."""

    label: Words
    matters: tuple[Matter, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A matter that a text may be about, with the confidence (0 to 1) of whoever suggests it."""

    matter: Matter
    confidence: float


@dataclass(frozen=True)
class MatterDesk:
    """What a type's forms know of matters: all of them, and which a text may be about.

    Suggestions are for people to take or leave; nothing is decided by them.
    """

    groups: Callable[[], tuple[MatterGroup, ...]]
    suggest: Callable[[str], tuple[Suggestion, ...]]


_MATTERS: dict[str, MatterSource] = {}
_DESKS: dict[str, MatterDesk] = {}
#: (case) -> the code of the unit that a name of the type's own routing stands for, "" for none.
UnitSource = Callable[[Case], str]
_UNITS: dict[str, Mapping[str, UnitSource]] = {}


def read_case_type(path: Path) -> tuple[CaseType, dict[str, object]]:
    """The case type that a TOML file declares, and its content; CaseTypeError names the file."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CaseTypeError(f"{path}: cannot be read as TOML ({error})") from error
    try:
        return _parsed(data), data
    except CaseTypeError as error:
        raise CaseTypeError(f"{path}: {error}") from error


def _parsed(data: dict[str, object]) -> CaseType:
    return parse_case_type(data, effects=names.EFFECTS, checks=names.CHECKS)


def declare_case_type(
    path: Path,
    *,
    matters: MatterSource | None = None,
    matter_desk: MatterDesk | None = None,
    units: Mapping[str, UnitSource] | None = None,
) -> CaseType:
    """Make the case type of a file known, with its rights to view and to open a case.

    `matters` answers what the catalogue says of a matter's code, `matter_desk` lists them for
    forms and suggests some for a text, `units` says which unit a name stands for that the type's
    routing uses besides the common ones. Raises CaseTypeError where the file has a fault,
    ValueError where another file has the key.
    """
    case_type, content = read_case_type(path)
    for name in sorted(units_to_name(case_type) - set(units or ())):
        raise CaseTypeError(f"{path}: routing names the unit {name!r}, which nobody can tell")
    known = _TYPES.get(case_type.key)
    if known is not None and known.version != case_type.version:
        raise ValueError(f"case type {case_type.key!r} is declared twice")
    _TYPES[case_type.key], _CONTENT[case_type.version] = case_type, content
    if matters is not None:
        _MATTERS[case_type.key] = matters
    if matter_desk is not None:
        _DESKS[case_type.key] = matter_desk
    _UNITS[case_type.key] = units or {}
    note("case_type", case_type.key)
    declare_action(view_action(case_type))
    declare_action(create_action(case_type))
    return case_type


@lru_cache(maxsize=2000)
def _grants(pairs: tuple[tuple[str, str], ...]) -> tuple[Grant, ...]:
    """The rights that a type's file writes as pairs of role and relation; a page asks for many."""
    return tuple(Grant(*pair) for pair in pairs)


def view_action(case_type: CaseType) -> Action:
    """The right to see cases of a type; it follows the present declaration."""
    label = said_later(Words(f"查看{case_type.label.zh}", f"View: {case_type.label.en}"))
    return Action(f"cases.{case_type.key}.view", label, _grants(case_type.views), system=True)


def create_action(case_type: CaseType) -> Action:
    """The right of members to open a case of a type."""
    label = said_later(Words(f"登记{case_type.label.zh}", f"Register: {case_type.label.en}"))
    pairs = tuple(pair for pair in case_type.creates if pair[0] != "public")
    return Action(f"cases.{case_type.key}.create", label, _grants(pairs), system=True)


def move_action(case_type: CaseType, move: Move) -> Action:
    """The right to one action, as the version that the case follows says it."""
    label, grants = said_later(move.label), _grants(move.member_rights)
    return Action(f"cases.{case_type.key}.{move.key}", label, grants, system=move.system)


def attach_action(case_type: CaseType, stage: str) -> Action:
    """The right to attach files while a case stands there: of whoever may act on it there."""
    moves = case_type.moves_from(stage)
    pairs = tuple(dict.fromkeys(pair for move in moves for pair in move.member_rights))
    return Action(f"cases.{case_type.key}.attach", _("上传附件"), _grants(pairs), system=True)


def case_types() -> tuple[CaseType, ...]:
    """The declared types, by key."""
    return tuple(_TYPES[key] for key in sorted(_TYPES))


def case_type_of(key: str) -> CaseType:
    """The present declaration of a type; NotFound where there is none."""
    found = _TYPES.get(key)
    if found is None:
        raise NotFound(_("没有这种事件类型。"))
    return found


def type_of(case: Case) -> CaseType:
    """The declaration that a case follows: the version that it was opened under."""
    present = _TYPES.get(case.type_key)
    if present is not None and present.version == case.type_version:
        return present
    return _published(case.type_version)


@lru_cache(maxsize=64)
def _published(version: str) -> CaseType:
    row = CaseTypeVersion.objects.filter(pk=version).first()
    if row is None:
        raise NotFound(_("没有版本为 %(version)s 的事件类型。") % {"version": version})
    return _parsed(row.content)


def content_of(case_type: CaseType) -> dict[str, object]:
    """The content of the file that a declared type was read from."""
    return _CONTENT[case_type.version]


def has_matters(type_key: str) -> bool:
    """Whether a catalogue of matters was declared with the type."""
    return type_key in _MATTERS


def unit_named(case: Case, name: str) -> str | None:
    """The unit that a name of the type's own stands for in a case; None where there is no such
    name."""
    source = _UNITS.get(case.type_key, {}).get(name)
    return source(case) if source else None


def matter_of(type_key: str, code: str) -> Matter | None:
    """What the type's catalogue says of a matter; None where there is none."""
    source = _MATTERS.get(type_key)
    return source(code) if source and code else None


def matter_groups(type_key: str) -> tuple[MatterGroup, ...]:
    """The matters that a type's forms offer, in groups; none where the type has no catalogue."""
    desk = _DESKS.get(type_key)
    return desk.groups() if desk else ()


def suggested_matters(type_key: str, text: str) -> tuple[Suggestion, ...]:
    """The matters that a text may be about, the likeliest first."""
    desk = _DESKS.get(type_key)
    return desk.suggest(text) if desk else ()
