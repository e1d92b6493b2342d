"""What a rule asks of readings, as a tree of a few operators. Pure; meaning in sensing-rules.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

#: A length of time that never ends, in microseconds; no sum with a time of ours overflows.
FOREVER = 1 << 62
#: The role of the only stream of a one-stream rule, and of a member inside `Members`.
ITSELF = ""
Direction = Literal["above", "below"]


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast the value changes: by how much in `per`, measured back over at most `over`.

    Both in microseconds. Readings must span half of `over` at least, else the rate is unknown.
    """

    over: int
    per: int


@dataclass(frozen=True, slots=True)
class Test:
    """A stream's value (or its rate of change) against a level, with hysteresis.

    Above: true from `level` upwards, false below `release`; below: true down from `level`, false
    above `release`; between the two it stays what it was. Unknown before the first reading, on a
    reading without a number, and `valid_for` microseconds after the last one.
    """

    direction: Direction
    level: float
    release: float
    role: str = ITSELF
    rate: Rate | None = None
    valid_for: int = FOREVER


@dataclass(frozen=True, slots=True)
class Silent:
    """No evaluated reading of the stream for `span` microseconds."""

    span: int
    role: str = ITSELF


@dataclass(frozen=True, slots=True)
class Sustained:
    """The clause held at every evaluation over `span` microseconds up to the latest one."""

    span: int
    clause: Clause


@dataclass(frozen=True, slots=True)
class Counted:
    """The clause held at `least` evaluations within the last `within` microseconds."""

    least: int
    within: int
    clause: Clause


@dataclass(frozen=True, slots=True)
class Members:
    """For `least` of the group's streams in the role the clause held within the last `within`."""

    least: int
    within: int
    clause: Clause
    role: str = ITSELF


@dataclass(frozen=True, slots=True)
class All:
    """Every clause holds."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Some clause holds."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The clause fails; unknown stays unknown."""

    clause: Clause


Clause = Test | Silent | Sustained | Counted | Members | All | AnyOf | Not


def inside(clause: Clause) -> tuple[Clause, ...]:
    """The clauses directly below."""
    if isinstance(clause, All | AnyOf):
        return clause.clauses
    if isinstance(clause, Test | Silent):
        return ()
    return (clause.clause,)


def walk(clause: Clause) -> Iterator[Clause]:
    """The clause and everything below it, from above, left to right."""
    yield clause
    for part in inside(clause):
        yield from walk(part)


def roles_of(clause: Clause) -> tuple[str, ...]:
    """The roles whose streams the clause reads, each once, in order of appearance."""
    if isinstance(clause, Test | Silent | Members):
        return (clause.role,)
    found: dict[str, None] = {}
    for part in inside(clause):
        found.update(dict.fromkeys(roles_of(part)))
    return tuple(found)


def rates_of(clause: Clause) -> tuple[Rate, ...]:
    """The rates that the clause measures, each once."""
    rates = (part.rate for part in walk(clause) if isinstance(part, Test))
    return tuple(dict.fromkeys(rate for rate in rates if rate))


def spans_of(clause: Clause) -> int:
    """A length of time, in microseconds, beyond which the clause looks back at no reading, but for
    what hysteresis keeps."""
    total = 0
    for part in walk(clause):
        if isinstance(part, Test):
            total += part.rate.over if part.rate else 0
            total += part.valid_for if part.valid_for != FOREVER else 0
        elif isinstance(part, Silent | Sustained):
            total += part.span
        elif isinstance(part, Counted | Members):
            total += part.within
    return total
