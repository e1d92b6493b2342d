"""How a supervision run goes, as declared data: stages, actions, clocks; and the lint. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

Category = Literal["open", "paused", "done"]
CATEGORIES = ("open", "paused", "done")
#: The term of a stage that takes what the run was given.
GIVEN = "given"
FORM_FIELDS = ("text", "days", "demand")


class DefinitionError(Exception):
    """A definition that cannot be taken; the message lists every problem."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: whether the clock runs in it, and for how many working days (None: no clock)."""

    key: str
    label: str
    category: Category
    term: int | Literal["given"] | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """An action: from which stages, to which (None: the run stays), by whom, with what.

    `who` are (role, relation) pairs; `form` maps a field to whether it is required.
    """

    key: str
    label: str
    sources: tuple[str, ...]
    target: str | None
    who: tuple[tuple[str, str], ...]
    form: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Definition:
    """A declared flow; `version` is the hash of its content, the same for the same content."""

    key: str
    label: str
    start: str
    stages: Mapping[str, Stage]
    moves: Mapping[str, Move]
    version: str

    def moves_from(self, stage: str) -> list[Move]:
        """The actions that a stage allows, in the order of the declaration."""
        return [move for move in self.moves.values() if stage in move.sources]


def parse_definition(data: Mapping[str, Any]) -> Definition:
    """The definition that `data` (a TOML file's content) declares; DefinitionError otherwise."""
    problems: list[str] = []
    stages = {key: _stage(key, item, problems) for key, item in _table(data, "stages").items()}
    moves = {key: _move(key, item, problems) for key, item in _table(data, "actions").items()}
    content = json.dumps(data, ensure_ascii=False, sort_keys=True)
    found = Definition(
        key=str(data.get("key", "")),
        label=str(data.get("label", "")),
        start=str(data.get("start", "")),
        stages=stages,
        moves=moves,
        version=hashlib.sha256(content.encode()).hexdigest()[:16],
    )
    problems += lint(found)
    if problems:
        raise DefinitionError(f"supervision {found.key!r}: " + "; ".join(problems))
    return found


def lint(definition: Definition) -> list[str]:
    """What is wrong with a flow: unknown, unreachable and dead-end stages, actions that nobody
    may do, open stages without a clock, done stages that are left again."""
    stages, moves = definition.stages, definition.moves
    problems: list[str] = []
    if definition.start not in stages:
        return [f"start stage {definition.start!r} is not declared"]
    for move in moves.values():
        named = (*move.sources, *((move.target,) if move.target else ()))
        problems.extend(
            f"action {move.key!r} names the unknown stage {name!r}"
            for name in named
            if name not in stages
        )
        if not move.sources:
            problems.append(f"action {move.key!r} starts from no stage")
        if not move.who:
            problems.append(f"action {move.key!r} is unowned: nobody may do it")
    reached = _reached(definition)
    ending = _ending(definition)
    for stage in stages.values():
        if stage.key not in reached:
            problems.append(f"stage {stage.key!r} is unreachable")
        if stage.category == "done" and definition.moves_from(stage.key):
            problems.append(f"stage {stage.key!r} is done, yet an action leaves it")
        if stage.category != "done" and stage.key not in ending:
            problems.append(f"stage {stage.key!r} is a dead end: no done stage lies ahead")
        if stage.category == "open" and stage.term is None:
            problems.append(f"stage {stage.key!r} is open and has no clock")
    return problems


def _reached(definition: Definition) -> set[str]:
    found, waiting = {definition.start}, [definition.start]
    while waiting:
        for move in definition.moves_from(waiting.pop()):
            if move.target and move.target not in found:
                found.add(move.target)
                waiting.append(move.target)
    return found


def _ending(definition: Definition) -> set[str]:
    """Stages from which a done stage can be reached."""
    found = {key for key, stage in definition.stages.items() if stage.category == "done"}
    while True:
        more = {
            source
            for move in definition.moves.values()
            if move.target in found
            for source in move.sources
        }
        if more <= found:
            return found
        found |= more


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = data.get(name)
    if not isinstance(table, Mapping) or not table:
        raise DefinitionError(f"supervision {data.get('key', '')!r}: no {name} are declared")
    return table


def _stage(key: str, item: Mapping[str, Any], problems: list[str]) -> Stage:
    category, term = item.get("category"), item.get("term")
    if category not in CATEGORIES:
        problems.append(f"stage {key!r}: category must be one of {', '.join(CATEGORIES)}")
        category = "open"
    if term is not None and term != GIVEN and not (isinstance(term, int) and term > 0):
        problems.append(f"stage {key!r}: term must be working days above 0, or 'given'")
        term = None
    return Stage(key, str(item.get("label", key)), cast("Category", category), term)


def _move(key: str, item: Mapping[str, Any], problems: list[str]) -> Move:
    form = {str(name).rstrip("!"): str(name).endswith("!") for name in item.get("form", [])}
    problems.extend(
        f"action {key!r}: unknown form field {name!r}" for name in form if name not in FORM_FIELDS
    )
    who = tuple((str(role), str(relation)) for role, relation in item.get("who", []))
    return Move(
        key=key,
        label=str(item.get("label", key)),
        sources=tuple(item.get("from", [])),
        target=item.get("to"),
        who=who,
        form=form,
    )
