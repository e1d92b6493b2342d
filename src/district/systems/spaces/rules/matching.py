"""Demands and units as a market: what is never broken, and how what fits is ranked. Pure.

A unit of a fire hazard class takes production of that class and of those after it (GB 50016). On
the ground floor nothing is lifted, so it holds whatever is asked of goods lifts. A fact of a unit
that is not known does not meet a demand that asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.matching.public import (
    Constraint,
    Market,
    Part,
    allowed,
    at_least,
    at_most,
    shared_words,
    terms_of,
)
from district.systems.spaces.rules.words import Words

#: The classes from the most to the least dangerous, as `models.Hazard` has them.
HAZARDS = ("1", "2", "3", "4", "5")
#: What each part of the score weighs.
WEIGHTS: Mapping[str, int] = {
    "use": 50, "fit": 15, "rent": 10, "wish": 15, "spare": 5, "ready": 5,
}  # fmt: skip
#: The floor from which nothing is lifted.
GROUND = 1
_YEAR = 365


@dataclass(frozen=True)
class Supply:
    """A unit as the market sees it; None is not known. Units of measure as of `SpaceUnit`;
    `free_from` is the first day from which it is let to nobody, `about` names it and its
    park with the park's industries, `listing` is what its own listing says, `part` the smallest
    part that can be let (None: it is let as one)."""

    key: str
    area: Decimal
    street: str
    free_from: date
    load: Decimal | None = None
    height: Decimal | None = None
    lift_load: Decimal | None = None
    power: Decimal | None = None
    hazard: str = ""
    drainage: bool | None = None
    price: Decimal | None = None
    storey: int = 2
    about: str = ""
    listing: str = ""
    part: Decimal | None = None

    @property
    def text(self) -> str:
        """All that is said of it in words."""
        return f"{self.about} {self.listing}".strip()


@dataclass(frozen=True)
class Wish:
    """A demand as the market sees it; None, "" and empty are not asked for. `use` is what the firm
    does there, in words."""

    key: str
    area_from: Decimal | None = None
    area_to: Decimal | None = None
    load: Decimal | None = None
    height: Decimal | None = None
    lift_load: Decimal | None = None
    power: Decimal | None = None
    hazard: str = ""
    drainage: bool = False
    streets: tuple[str, ...] = ()
    budget: Decimal | None = None
    wanted_on: date | None = None
    use: str = ""


@dataclass(frozen=True)
class Rule:
    """A hard constraint of space: `condition(wish)` says in the language of conditions which units
    of the register break it; "" where the demand does not ask."""

    key: str
    label: Any
    condition: Callable[[Wish], str] = field(repr=False)


def _less(name: str, attribute: str) -> Callable[[Wish], str]:
    def condition(wish: Wish) -> str:
        need = getattr(wish, attribute)
        return "" if need is None else f"({name} < {need:f} or not {name} known)"

    return condition


def _lifted(wish: Wish) -> str:
    less = _less("lift_load", "lift_load")(wish)
    return f"(storey != {GROUND} and {less})" if less else ""


def _hazard(wish: Wish) -> str:
    if not wish.hazard:
        return ""
    unfit = [one for one in HAZARDS if one > wish.hazard]
    classes = ", ".join(f'"{one}"' for one in unfit)
    return f"(hazard in ({classes}) or not hazard known)" if unfit else "(not hazard known)"


def _street(wish: Wish) -> str:
    listed = ", ".join(f'"{one}"' for one in wish.streets)
    return f"(not street in ({listed}))" if listed else ""


RULES: tuple[Rule, ...] = (
    Rule("area_from", gettext_lazy("面积下限"), _less("area", "area_from")),
    Rule(
        "area_to",
        gettext_lazy("面积上限"),
        lambda wish: "" if wish.area_to is None else f"(area > {wish.area_to:f})",
    ),
    Rule("load", gettext_lazy("楼面荷载"), _less("load", "load")),
    Rule("height", gettext_lazy("层高"), _less("height", "height")),
    Rule("lift_load", gettext_lazy("货梯载重"), _lifted),
    Rule("power", gettext_lazy("用电容量"), _less("power", "power")),
    Rule("hazard", gettext_lazy("火灾危险性类别"), _hazard),
    Rule(
        "drainage",
        gettext_lazy("工业排水"),
        lambda wish: "(drainage = false or not drainage known)" if wish.drainage else "",
    ),
    Rule("street", gettext_lazy("意向街道"), _street),
    Rule(
        "budget",
        gettext_lazy("租金上限"),
        lambda wish: "" if wish.budget is None else f"(price > {wish.budget:f} or not price known)",
    ),
    Rule(
        "wanted_on",
        gettext_lazy("最迟入驻"),
        lambda wish: (
            "" if wish.wanted_on is None else f"(leased_until >= {wish.wanted_on.isoformat()})"
        ),
    ),
)
_LABELS = {rule.key: rule.label for rule in RULES}


def market_of(wishes: Sequence[Wish], supplies: Sequence[Supply], today: date) -> Market:
    """The market of these demands and units; numbers follow their order."""
    return Market(
        len(wishes), len(supplies), _constraints(wishes, supplies), _parts(wishes, supplies, today)
    )


def _column(rows: Sequence[Any], name: str) -> Any:
    """A column of numbers, NaN where there is none."""
    values = [getattr(row, name) for row in rows]
    return np.array([np.nan if value is None else float(value) for value in values], np.float64)


def _days(rows: Sequence[Any], name: str) -> Any:
    values = [getattr(row, name) for row in rows]
    return np.array([np.nan if value is None else value.toordinal() for value in values], float)


def _constraints(wishes: Sequence[Wish], supplies: Sequence[Supply]) -> tuple[Constraint, ...]:
    def least(key: str, have: str) -> Constraint:
        return at_least(key, _LABELS[key], _column(wishes, key), _column(supplies, have))

    def most(key: str, have: Any) -> Constraint:
        return at_most(key, _LABELS[key], _column(wishes, key), have)

    area, part = _column(supplies, "area"), _column(supplies, "part")
    ground = np.array([one.storey == GROUND for one in supplies], np.bool_)
    lifted = np.where(ground, np.inf, _column(supplies, "lift_load"))
    return (
        least("area_from", "area"),
        most("area_to", np.where(np.isnan(part), area, part)),
        least("load", "load"),
        least("height", "height"),
        at_least("lift_load", _LABELS["lift_load"], _column(wishes, "lift_load"), lifted),
        least("power", "power"),
        _hazards(wishes, supplies),
        allowed(
            "drainage",
            _LABELS["drainage"],
            [0 if wish.drainage else -1 for wish in wishes],
            [-1 if one.drainage is None else int(one.drainage) for one in supplies],
            ((False, True),),
        ),
        _streets(wishes, supplies),
        most("budget", _column(supplies, "price")),
        at_most(
            "wanted_on",
            _LABELS["wanted_on"],
            _days(wishes, "wanted_on"),
            _days(supplies, "free_from"),
        ),
    )


def _hazards(wishes: Sequence[Wish], supplies: Sequence[Supply]) -> Constraint:
    def number(text: str) -> int:
        return HAZARDS.index(text) if text in HAZARDS else -1

    table = [[have <= need for have in range(len(HAZARDS))] for need in range(len(HAZARDS))]
    return allowed(
        "hazard",
        _LABELS["hazard"],
        [number(wish.hazard) for wish in wishes],
        [number(one.hazard) for one in supplies],
        table,
    )


def _streets(wishes: Sequence[Wish], supplies: Sequence[Supply]) -> Constraint:
    streets = sorted({one.street for one in supplies})
    sets = sorted({frozenset(wish.streets) for wish in wishes if wish.streets}, key=sorted)
    return allowed(
        "street",
        _LABELS["street"],
        [sets.index(frozenset(wish.streets)) if wish.streets else -1 for wish in wishes],
        [streets.index(one.street) for one in supplies],
        [[street in one for street in streets] for one in sets],
    )


def _parts(wishes: Sequence[Wish], supplies: Sequence[Supply], today: date) -> tuple[Part, ...]:
    made = _Ranking(wishes, supplies, today)
    return (
        Part("use", gettext_lazy("用途"), WEIGHTS["use"], made.use, made.use_reason),
        Part("fit", gettext_lazy("面积贴合"), WEIGHTS["fit"], made.fit, made.fit_reason),
        Part("rent", gettext_lazy("租金"), WEIGHTS["rent"], made.rent, made.rent_reason),
        Part("wish", gettext_lazy("街道意向"), WEIGHTS["wish"], made.wish, made.wish_reason),
        Part("spare", gettext_lazy("条件余量"), WEIGHTS["spare"], made.spare, made.spare_reason),
        Part("ready", gettext_lazy("可交付"), WEIGHTS["ready"], made.ready, made.ready_reason),
    )


class _Ranking:
    """The parts of the score over a market's columns; each gives 0 to 1, NaN for not known."""

    def __init__(self, wishes: Sequence[Wish], supplies: Sequence[Supply], today: date) -> None:
        self.wishes, self.supplies, self.today = wishes, supplies, today
        self.area, self.price = _column(supplies, "area"), _column(supplies, "price")
        low, high = _column(wishes, "area_from"), _column(wishes, "area_to")
        # In the middle of what is asked for, else at the end that is given.
        self.target = np.where(np.isnan(low), high, np.where(np.isnan(high), low, (low + high) / 2))
        dearest = float(np.nanmax(self.price)) if (~np.isnan(self.price)).any() else np.nan
        budget = _column(wishes, "budget")
        self.ceiling = np.where(np.isnan(budget) | (budget <= 0), dearest, budget)
        self.words = Words([one.text for one in supplies])
        self.part = _column(supplies, "part")
        self.free = _days(supplies, "free_from") - today.toordinal()
        self.needs = [
            (_column(wishes, name), _column(supplies, name))
            for name in ("load", "height", "lift_load", "power")
        ]

    def use(self, i: Any, j: Any) -> Any:
        """The share of the words of the use that is said of the unit and its park."""
        found = np.full(len(i), np.nan)
        order = np.argsort(i, kind="stable")
        numbers, starts = np.unique(i[order], return_index=True)
        ends = np.append(starts, len(order))[1:]
        for number, start, end in zip(numbers, starts, ends, strict=True):
            here = order[start:end]
            found[here] = self.words.shares(self.wishes[number].use)[j[here]]
        return found

    def use_reason(self, i: int, j: int) -> str:
        """Which words those are."""
        use, text = self.wishes[i].use, self.supplies[j].text
        if not use or not text:
            return _("没有写用途或说明")
        shared = shared_words(use, text, dict.fromkeys(terms_of(use), 1.0))
        if not shared:
            return _("说明和园区没有提到")
        return _("说明和园区提到：%(words)s") % {"words": "、".join(shared)}

    def fit(self, i: Any, j: Any) -> Any:
        """1 at the wished area, less the further from it; what can be let in parts is as large as
        is wished, where it can."""
        target = np.where(self.target <= 0, np.nan, self.target)[i]
        smallest = np.where(np.isnan(self.part[j]), self.area[j], self.part[j])
        nearest = np.clip(target, smallest, self.area[j])
        return np.clip(1 - np.abs(nearest - target) / target, 0, 1)

    def fit_reason(self, i: int, j: int) -> str:
        """The areas in words."""
        target = self.target[i]
        if np.isnan(target):
            return _("没有要求面积")
        return _("%(area)s㎡，意向约%(target)s㎡") % {
            "area": f"{self.area[j]:,.0f}",
            "target": f"{target:,.0f}",
        }

    def rent(self, i: Any, j: Any) -> Any:
        """1 from half of what the firm pays at most (or the dearest unit costs), 0 at all of it."""
        ceiling = np.where(self.ceiling <= 0, np.nan, self.ceiling)
        return np.clip(2 * (1 - self.price[j] / ceiling[i]), 0, 1)

    def rent_reason(self, i: int, j: int) -> str:
        """The rents in words."""
        if np.isnan(self.price[j]):
            return _("租金未知")
        words = {"price": f"{self.price[j]:g}", "most": f"{self.ceiling[i]:g}"}
        if self.wishes[i].budget is None:
            return _("%(price)s元，最贵的单元%(most)s元") % words
        return _("%(price)s元，上限%(most)s元") % words

    def wish(self, i: Any, j: Any) -> Any:
        """1 in the street wished most, less in the next; not known where none was named."""
        streets = sorted({one.street for one in self.supplies})
        table = np.full((len(self.wishes), max(1, len(streets))), 0.0)
        for number, one in enumerate(self.wishes):
            if not one.streets:
                table[number] = np.nan
            for at, street in enumerate(one.streets):
                if street in streets:
                    table[number, streets.index(street)] = 1 - at / len(one.streets)
        where = np.array([streets.index(one.street) for one in self.supplies], np.int64)
        return table[i, where[j]]

    def wish_reason(self, i: int, j: int) -> str:
        """Which of the wished streets it is."""
        streets = self.wishes[i].streets
        if not streets:
            return _("没有意向街道")
        if self.supplies[j].street not in streets:
            return _("不在意向街道")
        return _("第%(number)s意向") % {"number": streets.index(self.supplies[j].street) + 1}

    def spare(self, i: Any, j: Any) -> Any:
        """By how much load, height, lift and power exceed what is asked for: 1 from half more."""
        total, asked = np.zeros(len(i)), np.zeros(len(i))
        for need, have in self.needs:
            known = ~np.isnan(need[i]) & ~np.isnan(have[j]) & (need[i] > 0)
            ratio = np.divide(have[j], need[i], out=np.zeros(len(i)), where=known)
            total += np.where(known, np.clip(2 * (ratio - 1), 0, 1), 0)
            asked += known
        return np.divide(total, asked, out=np.full(len(i), np.nan), where=asked > 0)

    def spare_reason(self, i: int, j: int) -> str:
        """The margin in words."""
        value = float(self.spare(np.array([i]), np.array([j]))[0])
        if np.isnan(value):
            return _("没有要求荷载、层高、货梯和用电")
        return _("荷载、层高、货梯、用电高出要求的程度")

    def ready(self, i: Any, j: Any) -> Any:
        """1 when it is free now, 0 when it is let for another year."""
        found: Any = np.clip(1 - self.free[j] / _YEAR, 0, 1)
        return found

    def ready_reason(self, i: int, j: int) -> str:
        """When it is free."""
        if self.free[j] <= 0:
            return _("现已空置")
        return _("%(day)s起空置") % {"day": self.supplies[j].free_from.isoformat()}
