"""What is wrong with a case type, before any case follows it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from district.kernel.cases.rules.definition import (
    CLOSE_WITH,
    PREVIOUS,
    REPORTER,
    CaseType,
    ClockSpec,
    Move,
)
from district.kernel.cases.rules.forms import FIELDS
from district.kernel.organisation.public import Relation, Role

_KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")
_NUMBER = re.compile(r"[A-Z]{1,4}")
_UNITS_OF_ROUTING = frozenset({"street", "community", "matter", "centre"})
#: What an effect cannot do without being told.
_ASKS = {
    "call_back": "satisfaction",
    "merge": "into",
    "suspend": "until",
    "ask_extension": "days",
}
_CODE = re.compile(r"[0-9A-Z][0-9A-Z-]*")


def lint(case_type: CaseType, *, effects: frozenset[str], checks: frozenset[str]) -> list[str]:
    """Every problem: unknown names, unreachable stages, dead ends, unowned actions, open stages
    without a clock, done stages that are left without saying so."""
    if case_type.start not in case_type.stages:
        return [f"start stage {case_type.start!r} is not declared"]
    return [
        *_names(case_type),
        *_moves(case_type, effects, checks),
        *_stages(case_type),
        *_clocks(case_type),
        *_rules(case_type),
        *_rights("view", case_type.views),
        *_rights("create", case_type.creates),
    ]


def _names(case_type: CaseType) -> Iterator[str]:
    if not _KEY.fullmatch(case_type.key):
        yield "key must be snake_case letters and digits"
    if not _NUMBER.fullmatch(case_type.number):
        yield "number must be one to four capital letters, e.g. number = 'SQ'"
    if not case_type.label.zh:
        yield "label is missing"
    if not case_type.views:
        yield "nobody may view a case; declare view = [[role, relation], ...]"
    if not case_type.creates:
        yield "nobody may open a case; declare create = [[role, relation], ...]"


def _moves(case_type: CaseType, effects: frozenset[str], checks: frozenset[str]) -> Iterator[str]:
    for move in case_type.moves.values():
        where = f"action {move.key!r}"
        named = (*move.sources, *((move.target,) if move.target else ()))
        for name in named:
            if name not in case_type.stages and name != PREVIOUS:
                yield f"{where} names the unknown stage {name!r}"
        if not move.sources:
            yield f"{where} starts from no stage"
        if not move.who and not move.system:
            yield f"{where} is unowned: nobody may do it"
        yield from _rights(where, move.who)
        yield from _parts(case_type, move, effects, checks)
        yield from _left_when_done(case_type, move)
        if "merge" in move.effects:
            yield from _merging(case_type, move)


def _merging(case_type: CaseType, move: Move) -> Iterator[str]:
    """A merged case ends with its main one, or goes on exactly where it stood."""
    where = f"action {move.key!r}"
    if not _ends_with(case_type, move.target):
        yield f"{where} merges, but no action 'close_with' of the system ends {move.target!r}"
    for clock in case_type.clocks.values():
        kept = (*clock.runs, *clock.holds)
        if set(move.sources) & set(clock.runs) and move.target not in kept:
            yield f"{where} merges, yet clock {clock.key!r} does not stand still in {move.target!r}"


def _parts(
    case_type: CaseType, move: Move, effects: frozenset[str], checks: frozenset[str]
) -> Iterator[str]:
    """Form, effects and guards of an action."""
    where = f"action {move.key!r}"
    for field in move.form:
        if field not in FIELDS and case_type.schema.get(field) is None:
            yield f"{where}: unknown form field {field!r}"
    for name in sorted(set(move.effects) - effects):
        yield f"{where}: unknown effect {name!r}"
    for name in move.effects:
        if name in _ASKS and _ASKS[name] not in move.form:
            yield f"{where}: effect {name!r} needs the form field {_ASKS[name]!r}"
    for guard in move.guards:
        if guard.name and guard.name not in checks:
            yield f"{where}: unknown guard {guard.name!r}"
        if guard.condition is not None and not guard.refusal.zh:
            yield f"{where}: a guard's condition needs the words of its refusal (say)"


def _ends_with(case_type: CaseType, stage: str | None) -> bool:
    """Whether a merged case can end together with the one that it was merged into."""
    move = case_type.moves.get(CLOSE_WITH)
    target = case_type.stages.get((move.target or "") if move else "")
    return bool(
        move and move.system and stage in move.sources and target and target.category == "done"
    )


def _left_when_done(case_type: CaseType, move: Move) -> Iterator[str]:
    for name in move.sources:
        stage = case_type.stages.get(name)
        if stage and stage.category == "done" and move.target and not move.reopens:
            yield f"stage {name!r} is done, yet action {move.key!r} leaves it without reopens"


def _rights(where: str, pairs: tuple[tuple[str, str], ...]) -> Iterator[str]:
    relations = {relation.value for relation in Relation}
    for role, relation in pairs:
        if (role, relation) == REPORTER:
            continue
        if role not in Role.values:
            yield f"{where}: unknown role {role!r}"
        if relation not in relations:
            yield f"{where}: unknown relation {relation!r}"


def _stages(case_type: CaseType) -> Iterator[str]:
    reached, ending = _reached(case_type), _ending(case_type)
    timed = {name for clock in case_type.clocks.values() for name in clock.runs}
    for stage in case_type.stages.values():
        if stage.key not in reached:
            yield f"stage {stage.key!r} is unreachable"
        if stage.category != "done" and stage.key not in ending:
            yield f"stage {stage.key!r} is a dead end: no done stage lies ahead"
        if stage.category == "open" and stage.key not in timed:
            yield f"stage {stage.key!r} is open and has no clock"
        if stage.cap_days is not None and stage.category != "paused":
            yield f"stage {stage.key!r}: only a paused stage has cap_days"


def _clocks(case_type: CaseType) -> Iterator[str]:
    if sum(clock.main for clock in case_type.clocks.values()) != 1:
        yield "one clock, and one alone, is the main one that lateness is judged by (main = true)"
    for clock in case_type.clocks.values():
        where = f"clock {clock.key!r}"
        for name in (*clock.runs, *clock.holds):
            if name not in case_type.stages:
                yield f"{where} names the unknown stage {name!r}"
        if not clock.runs:
            yield f"{where} runs in no stage"
        yield from _clock_stages(case_type, clock)
        for name in clock.restarts:
            if name not in case_type.moves:
                yield f"{where}: restarts names the unknown action {name!r}"
        for grade in clock.by_grade:
            if grade not in case_type.grades:
                yield f"{where}: terms name the unknown grade {grade!r}"


def _clock_stages(case_type: CaseType, clock: ClockSpec) -> Iterator[str]:
    both = set(clock.runs) & set(clock.holds)
    for name in sorted(both):
        yield f"clock {clock.key!r} both runs and stands still in {name!r}"
    for name in clock.runs:
        stage = case_type.stages.get(name)
        if stage and stage.category == "done":
            yield f"clock {clock.key!r} runs in {name!r}, which is done"


def _rules(case_type: CaseType) -> Iterator[str]:
    for rule in case_type.grading:
        if rule.grade not in case_type.grades:
            yield f"grading names the unknown grade {rule.grade!r}"
    if case_type.grades and case_type.default_grade not in case_type.grades:
        yield f"default_grade {case_type.default_grade!r} is no grade"
    for route in case_type.routing:
        if not _CODE.fullmatch(route.unit) and not _KEY.fullmatch(route.unit):
            yield f"routing: unit {route.unit!r} is neither a code nor a name"
        if route.directly and "dispatch" not in case_type.moves:
            yield "routing gives cases directly, but there is no action 'dispatch'"


def units_to_name(case_type: CaseType) -> set[str]:
    """The names in a type's routing that its own system must be able to tell the unit of."""
    names = {route.unit for route in case_type.routing if not _CODE.fullmatch(route.unit)}
    return names - _UNITS_OF_ROUTING


def _reached(case_type: CaseType) -> set[str]:
    found, waiting = {case_type.start}, [case_type.start]
    while waiting:
        for move in case_type.moves_from(waiting.pop()):
            if move.target and move.target != PREVIOUS and move.target not in found:
                found.add(move.target)
                waiting.append(move.target)
    return found


def _ending(case_type: CaseType) -> set[str]:
    """Stages from which a done stage can be reached; the way back is no way ahead."""
    found = {key for key, stage in case_type.stages.items() if stage.category == "done"}
    while True:
        more = {
            source
            for move in case_type.moves.values()
            if move.target in found
            or (move.target == PREVIOUS and _comes_from(case_type, move, found))
            for source in move.sources
        }
        if more <= found:
            return found
        found |= more


def _comes_from(case_type: CaseType, move: Move, ending: set[str]) -> bool:
    """Whether every stage that leads into `move`'s sources has an end ahead of it."""
    before = {
        source
        for other in case_type.moves.values()
        if other.target in move.sources
        for source in other.sources
    }
    return bool(before) and before <= ending
