"""A content: what is taken, in which form, and how every fault is named."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.alarms.rules.content import read_content
from district.kernel.alarms.rules.toml import content_of_table, from_toml, to_toml
from district.kernel.alarms.tests.rules.samples import KNOWN, ZONE, content, contents
from district.kernel.sensing.public import RuleError

SIMPLE: dict[str, Any] = {
    "rule": {
        "key": "river_high",
        "label": "河道水位",
        "level": "orange",
        "streams": 'property = "水位"',
        "when": {"above": 3.2, "release": 3},
    }
}
TWO: dict[str, Any] = {
    "rule": {
        "key": "flood",
        "label": "山洪",
        "level": "red",
        "streams": 'property in ("雨量", "水位")',
        "when": {
            "all": [
                {"above": 50, "of": "rain", "valid_for": "15 min"},
                {"above": 3, "of": "level", "valid_for": "15 min"},
            ]
        },
    },
    "groups": {"by": "thing", "roles": {"rain": "雨量", "level": "水位"}},
}


def read(data: object) -> Any:
    return read_content(data, zone=ZONE, known=KNOWN)


def faults(data: object) -> dict[str, str]:
    with pytest.raises(RuleError) as caught:
        read(data)
    return {fault.field: str(fault) for fault in caught.value.faults}


def changed(base: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    data = copy.deepcopy(base)
    *above, last = path.split(".")
    here = data
    for name in above:
        here = here.setdefault(name, {})
    here[last] = value
    return data


@given(contents)
def test_the_canonical_form_is_read_as_the_same_content(data: dict[str, Any]) -> None:
    found = read(data)
    again = read(json.loads(json.dumps(found.to_data())))
    assert again == found
    assert again.to_data() == found.to_data()
    assert again.fingerprint == found.fingerprint


@given(contents)
def test_the_text_form_says_the_same(data: dict[str, Any]) -> None:
    found = read(data).to_data()
    assert from_toml(to_toml(found)) == found
    assert read(from_toml(to_toml(data))).to_data() == found


@given(st.dictionaries(st.text(), st.text() | st.booleans() | st.integers(-(2**63), 2**63 - 1)))
def test_any_table_is_written_and_read_back(table: dict[str, Any]) -> None:
    data = content_of_table(table)
    data = {name: part for name, part in data.items() if name == "rule" or isinstance(part, dict)}
    assert from_toml(to_toml(data)) == data


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_another_content_has_another_fingerprint(one: int, other: int) -> None:
    first, second = read(content(one)), read(content(other))
    assert (first.to_data() == second.to_data()) == (first.fingerprint == second.fingerprint)


def test_what_is_left_out_has_its_usual_value() -> None:
    found = read(SIMPLE)
    assert found.groups.by == "datastream"
    assert found.handling.to_data() == {
        "case_type": "",
        "open": "by_hand",
        "gather": {"metres": 0, "minutes": 0},
        "facts": {},
        "notify": [],
    }
    assert read(TWO).rule.roles == ("rain", "level")


@pytest.mark.parametrize(
    ("base", "path", "value", "field"),
    [
        (SIMPLE, "rule.key", "Big", "rule.key"),
        (SIMPLE, "rule.label", "  ", "rule.label"),
        (SIMPLE, "rule.when.above", "high", "rule.when.above"),
        (SIMPLE, "rule.streams", "colour = 1", "rule.streams"),
        (SIMPLE, "rule.streams", 'near = "here"', "rule.streams"),
        (SIMPLE, "rule.streams", 'near = "114 22 0"', "rule.streams"),
        (SIMPLE, "rule.streams", "all()", "rule.streams"),
        (SIMPLE, "more", {}, "more"),
        (SIMPLE, "groups", [], "groups"),
        (SIMPLE, "groups.by", "house", "groups.by"),
        (SIMPLE, "groups.by", ["thing"], "groups.by"),
        (SIMPLE, "groups.metres", 5, "groups.metres"),
        (SIMPLE, "groups.roles", {"level": "水位"}, "groups.by"),
        (SIMPLE, "groups", {"by": "near"}, "groups.metres"),
        (SIMPLE, "groups", {"by": "near", "metres": True}, "groups.metres"),
        (SIMPLE, "groups", {"by": "thing", "roles": {"level": "水位"}}, "groups.roles"),
        (SIMPLE, "handling.case_type", "flood", "handling.case_type"),
        (SIMPLE, "handling.open", "at_once", "handling.open"),
        (SIMPLE, "handling.gather", {"metres": 5}, "handling.gather.minutes"),
        (SIMPLE, "handling.gather", {"metres": -1, "minutes": 0}, "handling.gather.metres"),
        (SIMPLE, "handling.facts", {"place": "x"}, "handling.facts.place"),
        (SIMPLE, "handling", {"case_type": "fire", "facts": {"place": []}}, "handling.facts.place"),
        (
            SIMPLE,
            "handling",
            {"case_type": "fire", "facts": {"height": float("nan")}},
            "handling.facts.height",
        ),
        (SIMPLE, "handling.notify", ["mayor"], "handling.notify"),
        (SIMPLE, "handling.notify", [{}], "handling.notify"),
        (TWO, "groups.roles", {"rain": "雨量"}, "groups.roles"),
        (TWO, "groups.roles.wind", "风速", "groups.roles.wind"),
        (TWO, "groups.roles.Rain", "雨量", "groups.roles.Rain"),
        (TWO, "groups.roles.level", "雨量", "groups.roles"),
        (TWO, "groups.by", "datastream", "groups.by"),
    ],
)
def test_a_fault_names_its_entry_and_the_remedy(
    base: dict[str, Any], path: str, value: object, field: str
) -> None:
    said = faults(changed(base, path, value))
    assert field in said, said
    assert len(said[field]) > 8


def test_all_faults_are_told_at_once() -> None:
    data = changed(changed(SIMPLE, "rule.key", ""), "groups.by", "house")
    assert set(faults(data)) == {"rule.key", "groups.by"}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["rule", "groups", "handling", "by", "roles", "facts", "when", "all"]
                ),
                inner,
                max_size=4,
            )
        ),
    )
)
def test_whatever_is_sent_is_refused_in_words(data: object) -> None:
    assert faults(data)


def test_what_is_no_toml_is_refused_with_its_line() -> None:
    with pytest.raises(RuleError) as caught:
        from_toml("key = = 1\n")
    assert caught.value.field == "toml"
    assert "line 1" in str(caught.value)


def test_what_is_not_filled_in_yet_is_left_out_of_the_text() -> None:
    data = {
        "rule": {"key": "high", "when": {"above": None, "of": "level", "rate": {"over": None}}},
        "handling": {"case_type": None},
    }
    text = to_toml(data)
    assert "None" not in text
    assert from_toml(text) == {
        "rule": {"key": "high", "when": {"of": "level", "rate": {}}},
        "handling": {},
    }
