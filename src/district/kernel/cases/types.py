"""The declared case types, in memory; and any published version that a case still follows."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.cases import names
from district.kernel.cases.models import Case, CaseTypeVersion
from district.kernel.cases.rules.definition import CaseType, Move, TermSpec, Words
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
_MATTERS: dict[str, MatterSource] = {}


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


def declare_case_type(path: Path, *, matters: MatterSource | None = None) -> CaseType:
    """Make the case type of a file known, with its rights to view and to open a case.

    `matters` answers what the catalogue says of a matter's code. Raises CaseTypeError where the
    file has a fault, ValueError where another file has the key.
    """
    case_type, content = read_case_type(path)
    known = _TYPES.get(case_type.key)
    if known is not None and known.version != case_type.version:
        raise ValueError(f"case type {case_type.key!r} is declared twice")
    _TYPES[case_type.key], _CONTENT[case_type.version] = case_type, content
    if matters is not None:
        _MATTERS[case_type.key] = matters
    note("case_type", case_type.key)
    declare_action(view_action(case_type))
    declare_action(create_action(case_type))
    return case_type


def view_action(case_type: CaseType) -> Action:
    """The right to see cases of a type; it follows the present declaration."""
    label = said_later(Words(f"查看{case_type.label.zh}", f"View: {case_type.label.en}"))
    grants = tuple(Grant(*pair) for pair in case_type.views)
    return Action(f"cases.{case_type.key}.view", label, grants, system=True)


def create_action(case_type: CaseType) -> Action:
    """The right of members to open a case of a type."""
    label = said_later(Words(f"登记{case_type.label.zh}", f"Register: {case_type.label.en}"))
    grants = tuple(Grant(*pair) for pair in case_type.creates if pair[0] != "public")
    return Action(f"cases.{case_type.key}.create", label, grants, system=True)


def move_action(case_type: CaseType, move: Move) -> Action:
    """The right to one action, as the version that the case follows says it."""
    grants = tuple(Grant(*pair) for pair in move.member_rights)
    label = said_later(move.label)
    return Action(f"cases.{case_type.key}.{move.key}", label, grants, system=move.system)


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


def matter_of(type_key: str, code: str) -> Matter | None:
    """What the type's catalogue says of a matter; None where there is none."""
    source = _MATTERS.get(type_key)
    return source(code) if source and code else None
