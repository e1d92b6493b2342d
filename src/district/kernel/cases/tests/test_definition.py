"""What a case type may say, and what is refused before any case follows it."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from district.kernel.cases import names
from district.kernel.cases.rules.parsing import CaseTypeError, parse_case_type
from district.kernel.cases.services.checks import CHECKS
from district.kernel.cases.services.effects import EFFECTS
from district.kernel.cases.tests.conftest import TYPE

Change = Callable[[dict[str, Any]], object]
CONTENT = tomllib.loads(TYPE.read_text("utf-8"))


def parsed(change: Change = lambda _data: None) -> Any:
    data = copy.deepcopy(CONTENT)
    change(data)
    return parse_case_type(data, effects=names.EFFECTS, checks=names.CHECKS)


def test_the_closed_lists_name_what_there_is() -> None:
    assert set(EFFECTS) == names.EFFECTS
    assert set(CHECKS) == names.CHECKS


def test_the_same_content_is_the_same_version_and_other_content_another() -> None:
    assert parsed().version == parsed().version
    assert parsed().version != parsed(lambda data: data.update(reopen_days=7)).version


def _dead_end(data: dict[str, Any]) -> None:
    data["stages"]["limbo"] = {"label": "无处", "category": "paused"}
    data["actions"]["lose"] = {
        "label": "丢",
        "from": ["handling"],
        "to": "limbo",
        "who": [["officer", "unit"]],
    }


def _island(data: dict[str, Any]) -> None:
    data["stages"]["island"] = {"label": "孤岛", "category": "done"}


def _untimed(data: dict[str, Any]) -> None:
    data["clocks"].pop("adjudication")
    data["clocks"]["handling"]["runs"] = ["assigned", "handling"]


def accept(**given: object) -> Change:
    """A change of the action `accept`."""
    return lambda data: data["actions"]["accept"].update(given)


def clock(**given: object) -> Change:
    """A change of the clock `accept`."""
    return lambda data: data["clocks"]["accept"].update(given)


FAULTS: list[tuple[Change, str]] = [
    (_island, "stage 'island' is unreachable"),
    (_dead_end, "stage 'limbo' is a dead end"),
    (_untimed, "stage 'returned' is open and has no clock"),
    (lambda d: d.update(start="nowhere"), "start stage 'nowhere' is not declared"),
    (accept(who=[]), "action 'accept' is unowned"),
    (accept(to="nowhere"), "names the unknown stage 'nowhere'"),
    (accept(effects=["explode"]), "unknown effect 'explode'"),
    (accept(guards=["wish"]), "unknown guard 'wish'"),
    (accept(form=["colour"]), "unknown form field 'colour'"),
    (accept(who=[["king", "unit"]]), "unknown role 'king'"),
    (accept(who=[["officer", "friend"]]), "unknown relation 'friend'"),
    (accept(guards=[{"when": "returns < 2"}]), "needs the words of its refusal"),
    (accept(guards=[{"when": "colour = 2", "say": "不行"}]), "colour"),
    (lambda d: d["actions"]["reopen"].update(reopens=False), "leaves it without reopens"),
    (lambda d: d["actions"].pop("close_with"), "no action 'close_with'"),
    (clock(term="soon"), "term 'soon' must read like"),
    (clock(runs=["assigned", "closed"]), "runs in 'closed', which is done"),
    (clock(main=True), "one clock, and one alone"),
    (clock(holds=["assigned"]), "both runs and stands still"),
    (lambda d: d["grading"][0].update(grade="mild"), "unknown grade 'mild'"),
    (lambda d: d["routing"][0].update(unit="nowhere at all"), "neither a code nor"),
    (lambda d: d["stages"]["handling"].update(cap_days=3), "only a paused stage has cap_days"),
    (lambda d: d["stages"]["handling"].update(category="busy"), "category must be one of"),
    (lambda d: d.update(colour="red"), "unknown entry 'colour'"),
    (lambda d: d["facts"].update(grade={"type": "text"}), "every case has one of that name"),
    (lambda d: d["actions"]["close"].update(form=["text"]), "needs the form field 'satisfaction'"),
    (lambda d: d["clocks"]["handling"].update(holds=["suspended"]), "does not stand still in"),
    (lambda d: d.update(view=[]), "nobody may view"),
    (lambda d: d.update(number="sq-1"), "capital letters"),
]


@pytest.mark.parametrize(("change", "problem"), FAULTS, ids=[problem for _, problem in FAULTS])
def test_a_fault_is_named_before_any_case_follows_the_type(change: Change, problem: str) -> None:
    with pytest.raises(CaseTypeError, match="case type") as refused:
        parsed(change)
    assert problem in str(refused.value)


def test_all_faults_are_told_at_once() -> None:
    def two(data: dict[str, Any]) -> None:
        data["actions"]["accept"].update(effects=["explode"])
        data["grading"][0].update(grade="mild")

    with pytest.raises(CaseTypeError) as refused:
        parsed(two)
    assert "explode" in str(refused.value)
    assert "mild" in str(refused.value)
