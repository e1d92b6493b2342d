"""How counts of single units become the board of one unit. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

By = Literal["lead", "place"]
#: What is counted apart, the most pressing first: open cases by light, then those that rest.
LIGHTS = ("red", "yellow", "green", "none")
KINDS = (*LIGHTS, "paused")


@dataclass(frozen=True, slots=True)
class Group:
    """So many cases of a type that one unit leads, or that happened at one place, of a kind."""

    unit: str
    type_key: str
    kind: str
    count: int


@dataclass
class Counts:
    """Cases by type and kind."""

    cells: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, type_key: str, kind: str, count: int) -> None:
        """Count some more."""
        key = (type_key, kind)
        self.cells[key] = self.cells.get(key, 0) + count

    def of(self, type_key: str = "", kind: str = "") -> int:
        """How many of a type, of a kind, of both, of all."""
        return sum(
            count
            for (one_type, one_kind), count in self.cells.items()
            if type_key in ("", one_type) and kind in ("", one_kind)
        )


def kind_of(category: str, light: str | None) -> str:
    """What a case under way is counted as; one that rests has no light of its own."""
    if category == "paused":
        return "paused"
    return light if light in LIGHTS else "none"


def rolled_up(
    groups: Iterable[Group], paths: Mapping[str, str], top: str, children: Iterable[str]
) -> tuple[Counts, dict[str, Counts]]:
    """The counts of everything under `top`, and of each child with what lies below it.

    `paths` are the chains of codes of all units. What `top` has itself stands under its own code;
    a unit without a known path is left out.
    """
    whole, wanted = Counts(), set(children)
    found: dict[str, Counts] = {code: Counts() for code in (*wanted, top)}
    for group in groups:
        chain = [code for code in paths.get(group.unit, "").split("/") if code]
        if top not in chain:
            continue
        whole.add(group.type_key, group.kind, group.count)
        below = chain[chain.index(top) + 1 :]
        own = below[0] if below and below[0] in wanted else top
        found[own].add(group.type_key, group.kind, group.count)
    return whole, found


def centre_name(unit_name: str, short: str, pattern: str, name: str) -> str:
    """The title of a unit's centre: its own name, else the pattern with the unit's name in it.

    In a pattern `{name}` stands for the unit's name, `{short}` for its short one.
    """
    if name:
        return name
    return pattern.replace("{name}", unit_name).replace("{short}", short or unit_name)
