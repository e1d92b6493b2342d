"""A case type's file, read into its declaration; every problem is told at once. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from district.kernel.cases.rules import facts, lint
from district.kernel.cases.rules.definition import (
    BY_MATTER,
    CATEGORIES,
    HOLDERS,
    CaseType,
    Category,
    ClockSpec,
    Grade,
    GradingRule,
    Guard,
    Holder,
    Move,
    RoutingRule,
    Stage,
    TermSpec,
)
from district.kernel.cases.rules.words import words_of
from district.kernel.conditions.public import ALWAYS, Condition, ConditionError, Schema, parse
from district.kernel.tracking.public import Term

_KNOWN = frozenset(
    {"key", "label", "label_en", "number", "start", "stages", "clocks", "actions", "grades"}
    | {"default_grade", "grading", "routing", "facts", "view", "create", "reopen_days"}
    | {"most_pauses", "complaint", "confidential", "keep_days", "recusals"}
)


class CaseTypeError(Exception):
    """A case type that cannot be taken; the message lists every problem."""


class _Reader:
    """Reads one file's content, collecting what is wrong instead of stopping at the first."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.problems: list[str] = []
        self.schema = self._schema()

    def _schema(self) -> Schema:
        try:
            return facts.schema_of(str(self.data.get("key", "")), self.table("facts"))
        except ValueError as error:
            self.problems.append(str(error))
            return facts.schema_of(str(self.data.get("key", "")), {})

    def table(self, name: str) -> Mapping[str, Any]:
        """A table of tables; a problem where it is something else."""
        found = self.data.get(name, {})
        if not isinstance(found, Mapping) or not all(
            isinstance(v, Mapping) for v in found.values()
        ):
            self.problems.append(f"{name}: write each as a table of its own, [{name}.key]")
            return {}
        return found

    def rows(self, name: str) -> Sequence[Mapping[str, Any]]:
        """A list of tables; a problem where it is something else."""
        found = self.data.get(name, [])
        if not isinstance(found, list) or not all(isinstance(row, Mapping) for row in found):
            self.problems.append(f"{name}: write each as a table of its own, [[{name}]]")
            return []
        return found

    def condition(self, where: str, text: object) -> Condition:
        """A parsed condition; ALWAYS and a problem where it cannot be read."""
        if text in (None, ""):
            return ALWAYS
        try:
            return parse(str(text), self.schema)
        except ConditionError as error:
            self.problems.append(f"{where}: {error}")
            return ALWAYS

    def term(self, where: str, text: object) -> TermSpec:
        """`"2 working_hours"` as a term."""
        words = str(text).split()
        try:
            term = Term(int(words[0]), cast("Any", words[1]))
        except (ValueError, IndexError) as error:
            self.problems.append(
                f"{where}: term {text!r} must read like '5 working_days' ({error})"
            )
            return TermSpec(1, "days")
        return TermSpec(term.amount, term.unit)

    def stage(self, key: str, item: Mapping[str, Any]) -> Stage:
        """One stage."""
        category, holder = item.get("category"), item.get("holder", "centre")
        if category not in CATEGORIES:
            self.problems.append(f"stage {key!r}: category must be one of {', '.join(CATEGORIES)}")
            category = "open"
        if holder not in HOLDERS:
            self.problems.append(f"stage {key!r}: holder must be one of {', '.join(HOLDERS)}")
            holder = "centre"
        return Stage(
            key,
            words_of(item, "label", key),
            cast("Category", category),
            cast("Holder", holder),
            item.get("cap_days"),
            words_of(item, "public"),
        )

    def clock(self, key: str, item: Mapping[str, Any]) -> ClockSpec:
        """One clock; a grade's term may name a calendar of its own behind a comma."""
        where = f"clock {key!r}"
        given = str(item.get("term", ""))
        by_matter = given.split(",")[0].strip() == BY_MATTER
        calendar = str(item.get("calendar", "working_days"))
        plain = item.get("default_term", "5 working_days") if by_matter else given
        by_grade = {}
        for grade, text in item.get("terms", {}).items():
            term, _, own = str(text).partition(",")
            by_grade[grade] = (self.term(f"{where}, {grade}", term), own.strip() or calendar)
        return ClockSpec(
            key=key,
            label=words_of(item, "label", key),
            runs=tuple(item.get("runs", ())),
            holds=tuple(item.get("holds", ())),
            calendar=calendar,
            term=self.term(where, plain),
            by_matter=by_matter,
            by_grade=by_grade,
            restarts=tuple(item.get("restarts", ())),
            ladder=str(item.get("ladder", "standard")),
            extendable=bool(item.get("extendable", False)),
            most_extra_days=item.get("most_extra_days"),
            main=bool(item.get("main", False)),
        )

    def guard(self, where: str, item: object) -> Guard:
        """A named check, or a table {when, say, say_en}."""
        if isinstance(item, Mapping):
            condition = self.condition(where, item.get("when"))
            return Guard(condition=condition, refusal=words_of(item, "say"))
        return Guard(name=str(item))

    def move(self, key: str, item: Mapping[str, Any]) -> Move:
        """One action."""
        where = f"action {key!r}"
        form = {str(name).rstrip("!"): str(name).endswith("!") for name in item.get("form", ())}
        return Move(
            key=key,
            label=words_of(item, "label", key),
            sources=tuple(item.get("from", ())),
            target=item.get("to"),
            who=self.rights(where, item.get("who", ())),
            form=form,
            guards=tuple(self.guard(where, guard) for guard in item.get("guards", ())),
            effects=tuple(str(name) for name in item.get("effects", ())),
            primary=bool(item.get("primary", False)),
            public=bool(item.get("public", False)),
            reopens=bool(item.get("reopens", False)),
            system=bool(item.get("system", False)),
        )

    def rights(self, where: str, rows: object) -> tuple[tuple[str, str], ...]:
        """(role, relation) pairs."""
        found = rows if isinstance(rows, list | tuple) else []
        pairs = [tuple(map(str, row)) for row in found if isinstance(row, list) and len(row) == 2]
        if len(pairs) != len(found) or rows is not found:
            self.problems.append(f"{where}: write rights as [role, relation] pairs")
        return tuple((pair[0], pair[1]) for pair in pairs)

    def grading(self) -> tuple[GradingRule, ...]:
        """The rules of grading, in order."""
        return tuple(
            GradingRule(self.condition(f"grading {at}", row.get("when")), str(row.get("grade", "")))
            for at, row in enumerate(self.rows("grading"), 1)
        )

    def routing(self) -> tuple[RoutingRule, ...]:
        """The rules of routing, in order."""
        return tuple(
            RoutingRule(
                self.condition(f"routing {at}", row.get("when")),
                str(row.get("unit", "")),
                bool(row.get("directly", False)),
            )
            for at, row in enumerate(self.rows("routing"), 1)
        )

    def case_type(self) -> CaseType:
        """The whole declaration, not yet linted."""
        self.problems.extend(f"unknown entry {name!r}" for name in sorted(set(self.data) - _KNOWN))
        grades = self.table("grades")
        content = json.dumps(self.data, ensure_ascii=False, sort_keys=True)
        return CaseType(
            key=str(self.data.get("key", "")),
            label=words_of(self.data, "label"),
            number=str(self.data.get("number", "")),
            start=str(self.data.get("start", "")),
            stages={key: self.stage(key, item) for key, item in self.table("stages").items()},
            clocks={key: self.clock(key, item) for key, item in self.table("clocks").items()},
            moves={key: self.move(key, item) for key, item in self.table("actions").items()},
            grades={
                key: Grade(key, words_of(item, "label", key), int(item.get("order", at)))
                for at, (key, item) in enumerate(grades.items(), 1)
            },
            grading=self.grading(),
            routing=self.routing(),
            views=self.rights("view", self.data.get("view", [])),
            creates=self.rights("create", self.data.get("create", [])),
            schema=self.schema,
            version=hashlib.sha256(content.encode()).hexdigest()[:16],
            default_grade=str(self.data.get("default_grade", "")),
            reopen_days=int(self.data.get("reopen_days", 14)),
            most_pauses=self.data.get("most_pauses"),
            confidential=bool(self.data.get("confidential", False)),
            keep_days=self.data.get("keep_days"),
            complaint=bool(self.data.get("complaint", False)),
            recusals=bool(self.data.get("recusals", False)),
            facts=tuple(self.table("facts")),
            listed=frozenset(
                key for key, fact in self.table("facts").items() if fact.get("listed")
            ),
            least={
                key: Decimal(str(fact["least"]))
                for key, fact in self.table("facts").items()
                if "least" in fact
            },
        )


def parse_case_type(
    data: Mapping[str, Any], *, effects: frozenset[str], checks: frozenset[str]
) -> CaseType:
    """The case type that `data` (a TOML file's content) declares.

    `effects` and `checks` are the names that actions may use. Raises CaseTypeError with every
    problem of form and of sense (see `lint`).
    """
    reader = _Reader(data)
    found = reader.case_type()
    problems = [*reader.problems, *lint.lint(found, effects=effects, checks=checks)]
    if problems:
        raise CaseTypeError(f"case type {found.key!r}: " + "; ".join(problems))
    return found
