"""A case type: stages, actions, clocks, grading and routing, as declared data. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from district.kernel.conditions.public import Condition, Schema

Category = Literal["open", "paused", "done"]
CATEGORIES: tuple[Category, ...] = ("open", "paused", "done")
Holder = Literal["centre", "lead", "reporter"]
HOLDERS: tuple[Holder, ...] = ("centre", "lead", "reporter")
#: An action's target that leads back to the stage before the present one.
PREVIOUS = "@previous"
#: A clock's term that the catalogue of matters states.
BY_MATTER = "matter"
#: The action by which a merged case ends when the one that it was merged into does.
CLOSE_WITH = "close_with"
#: A right of the person who reported the case, who is no member.
REPORTER = ("public", "reporter")


@dataclass(frozen=True, slots=True)
class Words:
    """A label in Chinese and in English."""

    zh: str
    en: str = ""

    def in_language(self, language: str) -> str:
        """The label for an interface language (`zh-hans`, `en`); Chinese where English lacks."""
        return self.en if self.en and language.startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a case stands: whether its clocks may run, and whose turn it is.

    `category` open: somebody must act; paused: nobody can for now; done: over. `holder` is whose
    turn it is: the centre's (the desk), the lead unit's, the reporter's. `cap_days` is how many
    days a stay in a paused stage may last.
    """

    key: str
    label: Words
    category: Category
    holder: Holder = "centre"
    cap_days: int | None = None
    #: What the reporter reads instead of the label; the label where empty.
    public: Words = field(default_factory=lambda: Words(""))


@dataclass(frozen=True, slots=True)
class TermSpec:
    """How long a clock gives: so many of a unit of time, as tracking's terms are."""

    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class ClockSpec:
    """A clock of a case.

    It starts when the case first comes into one of `runs`, stands still in `holds`, and stops in
    every other stage. `restarts` are actions that begin it anew. Its term is that of the case's
    grade, else of its matter (`by_matter`), else `term`.
    """

    key: str
    label: Words
    runs: tuple[str, ...]
    holds: tuple[str, ...]
    calendar: str
    term: TermSpec
    by_matter: bool = False
    by_grade: Mapping[str, tuple[TermSpec, str]] = field(default_factory=dict)
    restarts: tuple[str, ...] = ()
    ladder: str = "standard"
    #: Whether an extension moves it, and by how many days at most (None: by any number).
    extendable: bool = False
    most_extra_days: int | None = None
    #: Whether this is the clock that lateness is judged by; a case type has one such.
    main: bool = False


@dataclass(frozen=True, slots=True)
class Guard:
    """What must hold before an action: a named check, or a condition with words for a refusal."""

    name: str = ""
    condition: Condition | None = None
    refusal: Words = field(default_factory=lambda: Words(""))


@dataclass(frozen=True, slots=True)
class Move:
    """An action: from which stages, to which (None: the case stays), by whom, with what.

    `who` are (role, relation) pairs as of permissions, or `("public", "reporter")`. `form` maps a
    field to whether it is required. `effects` are names of the closed registry. `public`: the
    reporter sees it and its text. `reopens`: it may leave a done stage. `system`: the product
    itself may do it (a job whose time has come).
    """

    key: str
    label: Words
    sources: tuple[str, ...]
    target: str | None
    who: tuple[tuple[str, str], ...]
    form: Mapping[str, bool]
    guards: tuple[Guard, ...] = ()
    effects: tuple[str, ...] = ()
    primary: bool = False
    public: bool = False
    reopens: bool = False
    system: bool = False

    @property
    def by_reporter(self) -> bool:
        """Whether the person who reported may do it."""
        return REPORTER in self.who

    @property
    def member_rights(self) -> tuple[tuple[str, str], ...]:
        """The (role, relation) pairs that speak of members."""
        return tuple(pair for pair in self.who if pair != REPORTER)


@dataclass(frozen=True, slots=True)
class Grade:
    """How urgent a case is; a lower `order` comes first in lists."""

    key: str
    label: Words
    order: int


@dataclass(frozen=True, slots=True)
class GradingRule:
    """The first rule whose condition holds gives the grade."""

    condition: Condition
    grade: str


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """The first rule whose condition holds proposes the unit.

    `unit` is a code, or `street`, `community`, `matter` or `centre` for the one that the case's
    place, its matter or its desk names, or a name that the type's own system tells the unit of.
    `directly` gives it to the unit without a look.
    """

    condition: Condition
    unit: str
    directly: bool = False


@dataclass(frozen=True, slots=True)
class CaseType:
    """A declared case type. `version` is the hash of its content: the same for the same content.

    `views` are the (role, relation) pairs that may see a case, `creates` those that may open one;
    with `("public", "reporter")` among `creates` anybody may report. `schema` is what its
    conditions may speak about. `confidential`: every case of it is so, and lies on no map.
    `keep_days`: how long after its close the people of a case are kept (None: the usual term).
    """

    key: str
    label: Words
    number: str
    start: str
    stages: Mapping[str, Stage]
    clocks: Mapping[str, ClockSpec]
    moves: Mapping[str, Move]
    grades: Mapping[str, Grade]
    grading: tuple[GradingRule, ...]
    routing: tuple[RoutingRule, ...]
    views: tuple[tuple[str, str], ...]
    creates: tuple[tuple[str, str], ...]
    schema: Schema
    version: str
    default_grade: str = ""
    reopen_days: int = 14
    most_pauses: int | None = None
    confidential: bool = False
    keep_days: int | None = None
    #: The type's own facts, in the order of their declaration, and those that lists show unasked.
    facts: tuple[str, ...] = ()
    listed: frozenset[str] = frozenset()
    #: The least value of own facts that are numbers and have one.
    least: Mapping[str, Decimal] = field(default_factory=dict)
    #: A complaint: every case names the unit that it is about, which never hears of it, not even
    #: of its clocks.
    complaint: bool = False
    #: Whether members may have to keep away from single cases (回避), whatever their rights.
    recusals: bool = False

    def moves_from(self, stage: str) -> list[Move]:
        """The actions that a stage allows, in the order of the declaration."""
        return [move for move in self.moves.values() if stage in move.sources]

    @property
    def open_to_public(self) -> bool:
        """Whether anybody may report such a case."""
        return REPORTER in self.creates
