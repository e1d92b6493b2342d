"""How a commitment came out, and what next year's number may be. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Literal

Form = Literal["growth", "level", "count"]
Outcome = Literal["exceeded", "reached", "short", "not_due", "unknown"]
Deed = Literal["done", "open", "late"]
Why = Literal["planned", "expected", "kept", "rest"]

_LEVELS = frozenset(("share", "stock", "cumulative"))
_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Standing:
    """A number beside its target; `as_of` is the last day that `value` speaks of.

    `adds_up`: the number only ever grows within the year, so that it is reached before the year
    is over; a rate or a growth is judged when the time is up. `falls`: less is better.
    """

    target: Decimal
    comparator: str
    due: date
    today: date
    light: str
    value: Decimal | None = None
    as_of: date | None = None
    adds_up: bool = False
    falls: bool = False


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a system foresees of a measure: the year's outturn, and next year's approved target.

    Both in the measure's unit, None where it says nothing; `url` is the page that shows them.
    """

    expected: Decimal | None = None
    planned: Decimal | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A number for next year, and where it comes from."""

    value: Decimal
    why: Why
    url: str = ""


def form_of(basis: str, unit: str) -> Form:
    """How a number is spoken of: growth against last year, a level at a date, or a count."""
    if basis == "yoy":
        return "growth"
    return "level" if basis in _LEVELS or "%" in unit or "‰" in unit else "count"


def outcome(of: Standing) -> Outcome:
    """Reached or not as of the last value; short when the time is up or its light is red."""
    if of.value is None or of.as_of is None:
        return "unknown"
    over = of.as_of >= of.due
    if _met(of) and (over or (of.adds_up and not of.falls)):
        return "exceeded" if _beyond(of) else "reached"
    late = over or of.today > of.due or of.light == "red"
    return "short" if late and not _met(of) else "not_due"


def _met(of: Standing) -> bool:
    assert of.value is not None  # noqa: S101  # the caller has asked
    if of.comparator == "<":
        return of.value < of.target
    if of.comparator == ">":
        return of.value > of.target
    if of.comparator == "<=" or of.falls:
        return of.value <= of.target
    return of.value >= of.target


def _beyond(of: Standing) -> bool:
    """Strictly better than a target that is no ceiling."""
    assert of.value is not None  # noqa: S101  # the caller has asked
    if of.comparator in ("<", "<="):
        return False
    return of.value < of.target if of.falls else of.value > of.target


def deed_of(state: str, light: str) -> Deed:
    """How a task without a number stands."""
    if state == "done":
        return "done"
    return "late" if light == "red" else "open"


def propose(
    of: Standing, found: Outcome, *, form: Form, is_indicator: bool, outlook: Outlook | None = None
) -> Proposal | None:
    """Next year's number as a proposal; None where the promise is kept and asks for no other.

    An approved target of next year is taken as it is. Where the outturn that is foreseen misses
    this year's target, a main indicator's proposal is the foreseen growth, down to the half of a
    percentage point; else this year's target is kept. A count that is unfinished leaves the rest.
    """
    if outlook is not None and outlook.planned is not None:
        return Proposal(outlook.planned, "planned", outlook.url)
    if is_indicator:
        seen = outlook.expected if outlook is not None else None
        if form == "growth" and outlook is not None and seen is not None:
            lower = (seen / _HALF).to_integral_value(ROUND_FLOOR) * _HALF
            return Proposal(lower if seen < of.target else of.target, "expected", outlook.url)
        return Proposal(of.target, "kept")
    if found in ("exceeded", "reached"):
        return None
    if of.adds_up and not of.falls and of.value is not None and 0 < of.value < of.target:
        return Proposal(of.target - of.value, "rest")
    return Proposal(of.target, "kept")
