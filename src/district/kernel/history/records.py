"""The words of history: who acted, on what, and what was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

ActorKind = Literal["member", "system", "public", "source", "outside"]


@dataclass(frozen=True)
class Actor:
    """Who does something: a member, a part of the system, the public, a data source, or somebody
    outside who has an account with a system.

    `name` is the staff member's or part's display name at the time; a reporter's, resident's or
    outside person's name never stands here, it is a personal field.
    """

    kind: ActorKind
    id: str
    name: str = ""

    @classmethod
    def system(cls, part: str) -> Actor:
        """The actor of a job or loader, e.g. `Actor.system("tracking.sweep")`."""
        return cls("system", part, part)

    @classmethod
    def anonymous(cls) -> Actor:
        """Somebody who has not signed in."""
        return cls("public", "", "")

    @classmethod
    def outside(cls, account: str, id: str, name: str = "") -> Actor:
        """Somebody with an account of a system's own who is no member, by what the account is and
        its key: `Actor.outside("virtual_park.representative", key)`. No grant reaches them: what
        they may do is decided by that system. `name` says for whom they act, not who they are."""
        return cls("outside", f"{account}:{id}", name)


@dataclass(frozen=True)
class Subject:
    """A typed reference to the aggregate that an event belongs to: `plan.commitment:123`."""

    type: str
    id: str

    def __str__(self) -> str:
        return f"{self.type}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Subject:
        """The inverse of `str()`; raises ValueError when there is no type or no id."""
        kind, _, key = text.partition(":")
        if not kind or not key:
            raise ValueError(f"not a typed reference: {text!r}")
        return cls(kind, key)


@dataclass(frozen=True)
class Personal:
    """A personal value on its way into history: encrypted under the key of `person_id`."""

    person_id: str
    value: str


@dataclass(frozen=True)
class Entry:
    """One event to be recorded; `record_many` takes a sequence of them."""

    subject: Subject
    kind: str
    data: Mapping[str, Any]
    personal: Mapping[str, Personal] | None = None
    note: str = ""


@dataclass(frozen=True)
class EventView:
    """One event as read: `data` is JSON, `at` aware; personal fields appear as names only."""

    id: int
    subject: Subject
    sequence: int
    kind: str
    label: str
    data: Mapping[str, Any]
    personal_fields: tuple[str, ...]
    note: str
    actor: Actor
    at: datetime
    hash: str


@dataclass(frozen=True)
class Problem:
    """A place where verification found history inconsistent."""

    where: str
    what: str


@dataclass(frozen=True)
class VerificationReport:
    """What `verify` read and found; `sound` when there is no problem.

    Without an outside copy of the roots a sound report proves consistency only: somebody who
    can rewrite the whole database can rewrite the chain too.
    """

    events: int
    subjects: int
    batches: int
    pending: int
    head: str
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        return not self.problems
