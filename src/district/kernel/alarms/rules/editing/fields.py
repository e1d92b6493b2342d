"""The fields of the form, called by their place: `when.1-level`. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNITS = ("s", "min", "h", "d", "ms", "us")
LEAVES, COMBINATIONS = ("above", "below", "silent"), ("all", "any")
MODS = ("sustained", "count", "members", "not")
MOST_PARTS, MOST_DEEP = 40, 8


@dataclass
class Span:
    """A length of time as two fields: how many, of what."""

    count: str = ""
    unit: str = "min"

    @classmethod
    def of(cls, text: object) -> Span:
        """The fields of `10 min`; anything else stands whole in the first one."""
        if text is None:
            return cls()
        words = str(text).split()
        if len(words) == 2 and words[1] in UNITS:
            return cls(words[0], words[1])
        return cls(str(text), "")

    @property
    def text(self) -> str:
        """As a rule has it; "" where nothing was typed."""
        return f"{self.count} {self.unit}".strip() if self.count.strip() else ""


@dataclass
class Mod:
    """What is asked of a part beyond that it holds: for how long, how often, at how many."""

    name: str
    kind: str = "sustained"
    least: str = ""
    span: Span = field(default_factory=Span)

    @property
    def place(self) -> str:
        """The part that it belongs to and its number there, as a button says it."""
        part, _dash, number = self.name.rpartition("-m")
        return f"{part}:{number}"


@dataclass
class Node:
    """A part of a rule: a comparison, silence, or several parts; and what is asked of it.

    `mods` are from the inside out.
    """

    name: str
    kind: str = "above"
    of: str = ""
    level: str = ""
    release: str = ""
    valid: Span = field(default_factory=Span)
    over: Span = field(default_factory=Span)
    per: Span = field(default_factory=Span)
    span: Span = field(default_factory=Span)
    mods: list[Mod] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)

    @property
    def is_leaf(self) -> bool:
        """Whether it compares or listens, and combines nothing."""
        return self.kind in LEAVES

    @property
    def is_rate(self) -> bool:
        """Whether the change is compared, not the value."""
        return bool(self.over.count or self.per.count)


@dataclass
class Row:
    """One of several, called by its place: `quiet.1`."""

    name: str

    @property
    def place(self) -> str:
        """Its number."""
        return self.name.rpartition(".")[2]


@dataclass
class Watch(Row):
    """An observed property, and the short name by which parts mean it."""

    prop: str = ""
    role: str = ""


@dataclass
class Quiet(Row):
    """Hours in which nobody is called."""

    begin: str = ""
    end: str = ""
    days: list[str] = field(default_factory=list)

    @property
    def days_name(self) -> str:
        """The field of the days."""
        return f"{self.name}-days"


@dataclass
class Fact(Row):
    """An entry that goes into the case; `kind` is text, number or truth."""

    key: str = ""
    kind: str = "text"
    value: str = ""


@dataclass
class Form:
    """All fields. `streams` is the condition where the choices cannot say it (`by_text`)."""

    key: str = ""
    label: str = ""
    label_en: str = ""
    level: str = ""
    wait: Span = field(default_factory=lambda: Span("0", "s"))
    unknown: str = "keep"
    watch: list[Watch] = field(default_factory=list)
    by_text: bool = False
    streams: str = ""
    unit: str = ""
    streets: list[str] = field(default_factory=list)
    communities: str = ""
    things: str = ""
    source: str = ""
    near: str = ""
    by: str = "datastream"
    metres: str = ""
    when: Node = field(default_factory=lambda: Node("when"))
    until: Node | None = None
    quiet: list[Quiet] = field(default_factory=list)
    case_type: str = ""
    open: str = "by_hand"
    gather_metres: str = "0"
    gather_minutes: str = "0"
    facts: list[Fact] = field(default_factory=list)
    notify: list[str] = field(default_factory=list)


def words_of(text: str) -> list[str]:
    """What was typed apart, by spaces or commas of either width."""
    for mark in (",", "\uff0c", "、", ";", "\uff1b"):
        text = text.replace(mark, " ")
    return text.split()
