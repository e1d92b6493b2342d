"""The declared flow, and the lint that refuses a bad one when the product starts."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.supervision import flow as flow_module
from district.kernel.supervision.flow import flow, read_definition
from district.kernel.supervision.rules.definition import DefinitionError, parse_definition
from district.kernel.supervision.words import STANDARD_WORDS

STANDARD = Path(flow_module.__file__).parent / "definitions" / "standard.toml"


def standard() -> dict[str, Any]:
    return tomllib.loads(STANDARD.read_text(encoding="utf-8"))


def test_the_standard_flow_has_every_stage_of_supervision() -> None:
    labels = {stage.label for stage in flow().stages.values()}
    labels |= {move.label for move in flow().moves.values()}
    assert {"立项", "交办", "反馈", "核查", "销号", "通报", "申请延期", "同意延期"} <= labels
    assert flow().start == "initiated"


def test_every_name_in_the_standard_flow_is_translated() -> None:
    named = [standard()["label"], *(each.label for each in flow().stages.values())]
    named += [each.label for each in flow().moves.values()]
    with translation.override("zh-hans"):
        assert {str(word) for word in STANDARD_WORDS} == set(named)
    with translation.override("en"):
        assert [str(word) for word in STANDARD_WORDS if not str(word).isascii()] == []


def test_the_version_follows_the_content() -> None:
    data = standard()
    assert parse_definition(data).version == flow().version
    data["stages"]["initiated"]["term"] = 3
    assert parse_definition(data).version != flow().version


def _unreachable(data: dict[str, Any]) -> None:
    data["stages"]["lost"] = {"label": "失落", "category": "paused"}
    data["actions"]["close"]["from"].append("lost")


def _dead_end(data: dict[str, Any]) -> None:
    data["stages"]["sink"] = {"label": "沉没", "category": "paused"}
    data["actions"]["sink"] = {"from": ["assigned"], "to": "sink", "who": [["officer", "unit"]]}


def _unowned(data: dict[str, Any]) -> None:
    data["actions"]["close"]["who"] = []


def _no_clock(data: dict[str, Any]) -> None:
    del data["stages"]["assigned"]["term"]


def _unknown_stage(data: dict[str, Any]) -> None:
    data["actions"]["close"]["to"] = "nowhere"


def _leaves_done(data: dict[str, Any]) -> None:
    data["actions"]["circulate"]["from"].append("closed")


def _category(data: dict[str, Any]) -> None:
    data["stages"]["feedback"]["category"] = "waiting"


def _form(data: dict[str, Any]) -> None:
    data["actions"]["close"]["form"] = ["signature!"]


def _start(data: dict[str, Any]) -> None:
    data["start"] = "nowhere"


def _empty(data: dict[str, Any]) -> None:
    data["stages"] = {}


def _term(data: dict[str, Any]) -> None:
    data["stages"]["assigned"]["term"] = "soon"


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (_unreachable, "'lost' is unreachable"),
        (_dead_end, "'sink' is a dead end"),
        (_unowned, "'close' is unowned"),
        (_no_clock, "'assigned' is open and has no clock"),
        (_unknown_stage, "unknown stage 'nowhere'"),
        (_leaves_done, "'closed' is done, yet an action leaves it"),
        (_category, "category must be one of"),
        (_form, "unknown form field 'signature'"),
        (_start, "start stage 'nowhere' is not declared"),
        (_empty, "no stages are declared"),
        (_term, "term must be working days"),
    ],
)
def test_a_bad_flow_is_refused_by_name(spoil: Any, problem: str) -> None:
    data = copy.deepcopy(standard())
    spoil(data)
    with pytest.raises(DefinitionError) as caught:
        parse_definition(data)
    assert problem in str(caught.value)


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text("stages = [", encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        read_definition(path)
    assert str(path) in str(caught.value)


_NAMES = st.sampled_from(["a", "b", "c", "d"])
_FLOWS = st.fixed_dictionaries(
    {
        "key": st.just("x"),
        "start": st.just("a"),
        "stages": st.dictionaries(
            _NAMES,
            st.fixed_dictionaries(
                {"category": st.sampled_from(["open", "paused", "done"]), "term": st.just(3)}
            ),
            min_size=1,
        ),
        "actions": st.dictionaries(
            st.sampled_from(["m", "n", "o", "p"]),
            st.fixed_dictionaries(
                {
                    "from": st.lists(_NAMES, max_size=2),
                    "to": _NAMES,
                    "who": st.just([["officer", "unit"]]),
                }
            ),
            min_size=1,
        ),
    }
)


@given(_FLOWS)
def test_an_accepted_flow_always_leads_from_start_to_an_end(data: dict[str, Any]) -> None:
    """The slow oracle: walk every path without repetition from every reachable stage."""
    try:
        found = parse_definition(data)
    except DefinitionError:
        return

    def ends(stage: str, seen: frozenset[str]) -> bool:
        if found.stages[stage].category == "done":
            return True
        return any(
            ends(move.target, seen | {move.target})
            for move in found.moves_from(stage)
            if move.target and move.target not in seen
        )

    def reached(stage: str, seen: set[str]) -> set[str]:
        seen.add(stage)
        for move in found.moves_from(stage):
            if move.target and move.target not in seen:
                reached(move.target, seen)
        return seen

    everywhere = reached(found.start, set())
    assert everywhere == set(found.stages)
    assert all(ends(stage, frozenset({stage})) for stage in everywhere)
