"""What a case type's file says must happen, told slowly and without a line of the product.

It reads the TOML alone. Rights: `may`. A case's way: `Told`, a plain record that `act` moves on.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: Who lies above whom in the tests' district.
ABOVE = {"901": "9", "902": "9", "9-D01": "9", "9-D02": "9", "901001": "901", "902001": "902"}


@dataclass
class Told:
    """A case as the file tells of it."""

    stage: str
    centre: str
    lead: str
    handler: str = ""
    complained: str = ""
    co_units: dict[str, bool] = field(default_factory=dict)  # code -> finished
    previous: str = ""
    bound: bool = False
    returns: int = 0
    extensions: int = 0
    pauses: int = 0
    reopens: int = 0
    asked: int | None = None
    merged_into: str = ""
    clocks: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Who:
    """Somebody: an id, and (role, unit) posts; nobody's posts are the public's."""

    id: str
    posts: tuple[tuple[str, str], ...] = ()
    kind: str = "member"


def chain(unit: str) -> list[str]:
    """A unit and all above it."""
    found = [unit]
    while found[-1] in ABOVE:
        found.append(ABOVE[found[-1]])
    return found


class Oracle:
    """One file."""

    def __init__(self, path: Path) -> None:
        self.data: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))

    def action(self, key: str) -> dict[str, Any]:
        """One action as the file writes it."""
        found: dict[str, Any] = self.data["actions"][key]
        return found

    def begin(self, centre: str = "9", complained: str = "") -> Told:
        """A new case."""
        told = Told(self.data["start"], centre, centre, complained=complained)
        self.turn_clocks(told, {})
        return told

    def reaches(self, relation: str, role_unit: str, told: Told, who: Who) -> bool:
        """Whether a post in `role_unit` stands in that relation to the case."""
        if relation == "any":
            return True
        if relation == "unit":
            return told.lead == role_unit
        if relation == "subtree":
            return role_unit in chain(told.lead)
        if relation == "superior":
            return role_unit in chain(told.lead)[1:]
        if relation == "centre":
            return told.centre == role_unit
        if relation == "co_unit":
            return role_unit in told.co_units
        if relation == "self":
            return bool(told.handler) and told.handler == who.id
        return False

    def concerned(self, told: Told, who: Who) -> bool:
        """Whether the case is about a unit of theirs or one above it."""
        return any(told.complained in chain(unit) for _role, unit in who.posts if told.complained)

    def granted(self, pairs: list[list[str]], told: Told, who: Who) -> bool:
        """Whether one of the pairs reaches one of the posts."""
        if self.concerned(told, who):
            return False
        return any(
            role == held and self.reaches(relation, unit, told, who)
            for role, relation in pairs
            for held, unit in who.posts
        )

    def may(self, key: str, told: Told, who: Who) -> bool:
        """Whether somebody has the right to an action, whatever the stage."""
        action = self.action(key)
        if who.kind == "system":
            return bool(action.get("system", False))
        return self.granted(action.get("who", []), told, who)

    def sees(self, told: Told, who: Who) -> bool:
        """Whether somebody may see the case."""
        return who.kind == "member" and self.granted(self.data["view"], told, who)

    def allowed_here(self, key: str, told: Told) -> bool:
        """Whether the stage has the action."""
        return told.stage in self.action(key)["from"]

    def holder(self, told: Told) -> str:
        """Whose turn it is."""
        by = self.data["stages"][told.stage].get("holder", "centre")
        return told.lead if by == "lead" else told.centre

    def category(self, told: Told) -> str:
        """open, paused or done."""
        found: str = self.data["stages"][told.stage]["category"]
        return found

    def refuses(self, key: str, told: Told, who: Who, form: dict[str, Any]) -> bool:
        """Whether a guard of the tests' type, or what an effect needs, stands against it."""
        names = [g for g in self.action(key).get("guards", []) if isinstance(g, str)]
        if "not_bound" in names and told.bound:
            return True
        if key == "give_back" and told.returns >= 2:
            return True
        if key == "ask_extension" and told.extensions >= 2:
            return True
        if "pauses_left" in names and told.pauses >= self.data["most_pauses"]:
            return True
        if "co_units_finished" in names and not all(told.co_units.values()):
            return True
        mine = {unit for _role, unit in who.posts}
        if "own_co_unit_open" in names:
            return not any(not done and unit in mine for unit, done in told.co_units.items())
        return "extension_asked" in names and not told.asked

    def act(self, key: str, told: Told, who: Who, form: dict[str, Any]) -> None:
        """Do it."""
        action = self.action(key)
        before = told.stage
        for effect in action.get("effects", []):
            getattr(self, f"_{effect}", lambda *_: None)(told, who, form, action)
        target = action.get("to") or before
        target = told.previous if target == "@previous" else target
        if target != before:
            told.previous, told.stage = before, target
        self.turn_clocks(told, {"action": key})

    def turn_clocks(self, told: Told, _why: dict[str, str]) -> None:
        """What each clock does in the stage."""
        for key, item in self.data["clocks"].items():
            if told.stage in item["runs"]:
                told.clocks[key] = "open"
            elif key in told.clocks and told.stage in item.get("holds", []):
                if told.clocks[key] == "open":
                    told.clocks[key] = "paused"
            elif key in told.clocks:
                told.clocks[key] = "done"

    def _assign(self, told: Told, _who: Who, form: dict[str, Any], action: dict[str, Any]) -> None:
        if form["lead_unit"] != told.lead:
            told.handler, told.asked = "", None
        told.lead = form["lead_unit"]
        if any(name.rstrip("!") == "co_units" for name in action["form"]):
            wanted = form.get("co_units", [])
            kept = {unit: True for unit, done in told.co_units.items() if done}
            told.co_units = {unit: told.co_units.get(unit, False) for unit in wanted} | kept

    def _accept(self, told: Told, who: Who, _form: dict[str, Any], _action: dict[str, Any]) -> None:
        if who.kind == "member" and any(unit == told.lead for _role, unit in who.posts):
            told.handler = who.id

    def _count_return(self, told: Told, *_: Any) -> None:
        told.returns += 1

    def _bind(self, told: Told, *_: Any) -> None:
        told.bound = True

    def _ask_extension(self, told: Told, _who: Who, form: dict[str, Any], *_: Any) -> None:
        told.asked = form["days"]

    def _grant_extension(self, told: Told, *_: Any) -> None:
        told.asked, told.extensions = None, told.extensions + 1

    def _refuse_extension(self, told: Told, *_: Any) -> None:
        told.asked = None

    def _suspend(self, told: Told, *_: Any) -> None:
        told.pauses += 1

    def _reopen(self, told: Told, *_: Any) -> None:
        told.reopens += 1

    def _finish_co_unit(self, told: Told, who: Who, *_: Any) -> None:
        mine = {unit for _role, unit in who.posts}
        first = next(u for u, done in told.co_units.items() if not done and u in mine)
        told.co_units[first] = True
