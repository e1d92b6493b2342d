"""A recognition scheme: one declared kind of round, read and linted. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from district.kernel.cases.public import Words, said_later
from district.kernel.conditions.public import (
    ALWAYS,
    Attribute,
    Condition,
    ConditionError,
    Schema,
    Type,
    parse,
)
from district.kernel.organisation.public import Relation, Role

METHODS = ("mean", "mean_without_extremes", "median")
TYPES = ("text", "integer", "decimal", "boolean", "choice")
_KNOWN = frozenset(
    {"key", "label", "label_en", "catalogue", "catalogue_en", "number", "subject", "subject_en"}
    | {"manage", "decide", "least_window_days", "fields", "formal", "review", "publicity"}
    | {"recognition", "papers"}
)
_KEY = re.compile(r"[a-z][a-z0-9_]{1,23}")
_NUMBER = re.compile(r"[A-Z]{1,4}")
Rights = tuple[tuple[str, str], ...]


class SchemeError(Exception):
    """A scheme that cannot be taken; the message lists every problem."""


@dataclass(frozen=True, slots=True)
class FormField:
    """What an application states besides applicant and subject.

    `hidden` answers name the applicant by their nature (its customers, its brand), so reviewers do
    not read them.
    """

    key: str
    label: Words
    type: str
    required: bool
    hidden: bool
    unit: str = ""
    choices: tuple[tuple[str, Words], ...] = ()


@dataclass(frozen=True, slots=True)
class Formal:
    """A condition over the answers that the check for form looks at, and its words."""

    condition: Condition
    say: Words


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A kind of file that goes with an application.

    Reviewers see files of an `anonymous` kind alone, and only pictures that whoever checks the form
    has cleared; without the word no reviewer sees a file, nor its name.
    """

    key: str
    label: Words
    required: bool
    anonymous: bool


#: What is of no kind that a scheme names.
OTHER_PAPERS = PaperKind("other", Words("其他材料", "Other papers"), False, False)


@dataclass(frozen=True, slots=True)
class Criterion:
    """What reviewers give points for, and the most that there are."""

    key: str
    label: Words
    most: int


@dataclass(frozen=True, slots=True)
class Scheme:
    """A declared scheme; `version` is the hash of its content, which a round keeps.

    `experts` review each application. Their totals become one by `method`; an application passes
    with at least `least` points and, where there is a `quota`, among the first so many. Publicity
    lasts `publicity_days`, a recognition `years`, and may be renewed from `renew_days` before.
    """

    key: str
    label: Words
    catalogue: Words
    number: str
    subject: Words
    manage: Rights
    decide: Rights
    least_window_days: int
    fields: tuple[FormField, ...]
    formal: tuple[Formal, ...]
    experts: int
    criteria: tuple[Criterion, ...]
    method: str
    least: Decimal
    quota: int | None
    publicity_days: int
    years: int
    renew_days: int
    schema: Schema
    version: str
    papers: tuple[PaperKind, ...] = ()

    @property
    def paper_kinds(self) -> tuple[PaperKind, ...]:
        """The kinds of files in their order; the last takes anything."""
        return (*self.papers, OTHER_PAPERS)

    @property
    def most(self) -> int:
        """The most points that an expert can give."""
        return sum(one.most for one in self.criteria)


@dataclass
class _Reader:
    data: Mapping[str, Any]
    problems: list[str] = field(default_factory=list)

    def words(self, where: str, item: Mapping[str, Any], name: str) -> Words:
        found = Words(str(item.get(name, "")), str(item.get(f"{name}_en", "")))
        if not found.zh or not found.en:
            self.problems.append(f"{where}{name} and {name}_en are needed")
        return found

    def table(self, name: str) -> Mapping[str, Any]:
        found = self.data.get(name)
        if not isinstance(found, Mapping) or not found:
            self.problems.append(f"[{name}] is missing")
            return {}
        return found

    def whole(self, where: str, item: Mapping[str, Any], name: str, least: int = 1) -> int:
        value = item.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            self.problems.append(f"{where}{name} must be a whole number, at least {least}")
            return least
        return value

    def rights(self, name: str) -> Rights:
        rows = self.data.get(name)
        found = rows if isinstance(rows, list) else []
        relations = {one.value for one in Relation}
        for row in found:
            if len(row) != 2 or row[0] not in Role.values or row[1] not in relations:
                self.problems.append(f"{name}: unknown right {row!r}")
                return ()
        if not found:
            self.problems.append(f"{name}: nobody may")
        return tuple((str(row[0]), str(row[1])) for row in found)

    def form_field(self, key: str, item: Mapping[str, Any]) -> FormField:
        where, kind = f"fields.{key}: ", str(item.get("type", "text"))
        choices = item.get("choices", [])
        if not _KEY.fullmatch(key):
            self.problems.append(f"{where}a key is 2 to 24 small letters")
        if kind not in TYPES:
            self.problems.append(f"{where}type must be one of {', '.join(TYPES)}")
        if (kind == "choice") != bool(choices):
            self.problems.append(f"{where}choices belong to type choice, and there only")
        return FormField(
            key,
            self.words(where, item, "label"),
            kind,
            bool(item.get("required", False)),
            bool(item.get("hidden", False)),
            str(item.get("unit", "")),
            tuple((str(row[0]), Words(str(row[1]), str(row[2]))) for row in choices),
        )

    def papers(self) -> Iterator[PaperKind]:
        rows = self.data.get("papers", {})
        for key, item in rows.items() if isinstance(rows, Mapping) else ():
            where = f"papers.{key}: "
            if not _KEY.fullmatch(key) or key == OTHER_PAPERS.key:
                self.problems.append(f"{where}a key of its own, 2 to 24 small letters, is needed")
            for name in sorted(set(item) - {"label", "label_en", "required", "anonymous"}):
                self.problems.append(f"{where}unknown entry {name!r}")
            yield PaperKind(
                key,
                self.words(where, item, "label"),
                item.get("required", False) is True,
                item.get("anonymous", False) is True,
            )

    def formal(self, schema: Schema) -> Iterator[Formal]:
        for at, row in enumerate(self.data.get("formal", []), 1):
            where = f"formal {at}: "
            condition: Condition = ALWAYS
            try:
                condition = parse(str(row.get("when", "")), schema)
            except ConditionError as error:
                self.problems.append(f"{where}{error}")
            yield Formal(condition, self.words(where, row, "say"))

    def criteria(self, review: Mapping[str, Any]) -> Iterator[Criterion]:
        rows = review.get("criteria", [])
        if not rows:
            self.problems.append("review: there are no criteria")
        keys = [str(row.get("key", "")) for row in rows]
        for row in rows:
            key = str(row.get("key", ""))
            where = f"review.criteria {key!r}: "
            if not _KEY.fullmatch(key) or keys.count(key) > 1:
                self.problems.append(f"{where}a key of its own is needed")
            yield Criterion(key, self.words(where, row, "label"), self.whole(where, row, "most"))


def _schema(key: str, fields: tuple[FormField, ...]) -> Schema:
    return Schema(
        f"scenarios.{key}",
        tuple(
            Attribute(
                one.key,
                said_later(one.label),
                cast("Type", one.type if one.type in TYPES else "text"),
                choices=tuple((k, said_later(w)) for k, w in one.choices)
                if one.type == "choice"
                else None,
                unit=one.unit,
            )
            for one in fields
            if one.type != "choice" or one.choices
        ),
    )


def parse_scheme(data: Mapping[str, Any]) -> Scheme:
    """The scheme that a file declares; SchemeError with every problem of form and sense."""
    reader = _Reader(data)
    reader.problems += [f"unknown entry {name!r}" for name in sorted(set(data) - _KNOWN)]
    key = str(data.get("key", ""))
    fields = tuple(reader.form_field(str(k), item) for k, item in reader.table("fields").items())
    schema = _schema(key, fields)
    review, publicity = reader.table("review"), reader.table("publicity")
    recognition = reader.table("recognition")
    passes = review.get("passes", {})
    content = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    scheme = Scheme(
        key,
        reader.words("", data, "label"),
        reader.words("", data, "catalogue"),
        str(data.get("number", "")),
        reader.words("", data, "subject"),
        reader.rights("manage"),
        reader.rights("decide"),
        reader.whole("", data, "least_window_days"),
        fields,
        tuple(reader.formal(schema)),
        reader.whole("review.", review, "experts"),
        tuple(reader.criteria(review)),
        str(review.get("aggregate", {}).get("method", "")),
        Decimal(str(passes.get("least", 0))),
        reader.whole("review.passes.", passes, "quota") if "quota" in passes else None,
        reader.whole("publicity.", publicity, "days"),
        reader.whole("recognition.", recognition, "years"),
        reader.whole("recognition.", recognition, "renew_days"),
        schema,
        hashlib.sha256(content.encode()).hexdigest()[:16],
        tuple(reader.papers()),
    )
    problems = [*reader.problems, *_senseless(scheme)]
    if problems:
        raise SchemeError(f"scheme {key!r}: " + "; ".join(problems))
    return scheme


def _senseless(scheme: Scheme) -> Iterator[str]:
    if not _KEY.fullmatch(scheme.key):
        yield "key must be 2 to 24 small letters"
    if not _NUMBER.fullmatch(scheme.number):
        yield "number must be one to four capital letters"
    if scheme.method not in METHODS:
        yield f"review.aggregate.method must be one of {', '.join(METHODS)}"
    if scheme.method == "mean_without_extremes" and scheme.experts < 3:
        yield "without the extremes nothing is left of fewer than three experts"
    if not 0 <= scheme.least <= scheme.most:
        yield f"review.passes.least must lie between 0 and {scheme.most}, the most there is"
    if scheme.renew_days > scheme.years * 365:
        yield "recognition.renew_days is longer than a recognition lasts"
