"""The form of a rule: it says every rule, and what it says is the rule."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.alarms.rules.changing import change, tidied
from district.kernel.alarms.rules.content import read_content
from district.kernel.alarms.rules.editing import Form, Node, content_of, form_of, form_of_post
from district.kernel.alarms.rules.toml import from_toml, to_toml
from district.kernel.alarms.tests.rules.samples import KNOWN, ZONE, contents
from district.kernel.sensing.public import RuleError


def read(data: object) -> dict[str, Any]:
    return read_content(data, zone=ZONE, known=KNOWN).to_data()


def posted(form: Form) -> QueryDict:
    """What a browser would send of a form."""
    data = QueryDict(mutable=True)
    for name in ("key", "label", "label_en", "level", "unknown", "streams", "by", "metres"):
        data[name] = getattr(form, name)
    for name in ("communities", "things", "source", "near", "case_type", "open"):
        data[name] = getattr(form, name)
    data["gather_metres"], data["gather_minutes"] = form.gather_metres, form.gather_minutes
    data["watched_unit"] = form.unit
    if form.by_text:
        data["by_text"] = "yes"
    data.setlist("streets", form.streets)
    data.setlist("notify", form.notify)
    put_span(data, "wait", form.wait)
    for name, rows in (("watch", form.watch), ("quiet", form.quiet), ("fact", form.facts)):
        data[f"{name}-size"] = str(len(rows))
    for one in form.watch:
        data[f"{one.name}-property"], data[f"{one.name}-role"] = one.prop, one.role
    for hours in form.quiet:
        data[f"{hours.name}-from"], data[f"{hours.name}-to"] = hours.begin, hours.end
        data.setlist(f"{hours.name}-days", hours.days)
    for fact in form.facts:
        data[f"{fact.name}-key"], data[f"{fact.name}-kind"] = fact.key, fact.kind
        data[f"{fact.name}-value"] = fact.value
    data["release_by"] = "until" if form.until else "when"
    for node in (form.when, form.until):
        if node:
            put_node(data, node)
    return data


def put_span(data: QueryDict, name: str, span: Any) -> None:
    data[name], data[f"{name}-unit"] = span.count, span.unit


def put_node(data: QueryDict, node: Node) -> None:
    for entry in ("kind", "of", "level", "release"):
        data[f"{node.name}-{entry}"] = getattr(node, entry)
    for entry in ("valid", "over", "per", "span"):
        put_span(data, f"{node.name}-{entry}", getattr(node, entry))
    data[f"{node.name}-mods"], data[f"{node.name}-size"] = (
        str(len(node.mods)),
        str(len(node.children)),
    )
    for mod in node.mods:
        data[f"{mod.name}-kind"], data[f"{mod.name}-least"] = mod.kind, mod.least
        put_span(data, f"{mod.name}-span", mod.span)
    for child in node.children:
        put_node(data, child)


@given(contents)
def test_the_form_and_the_text_say_the_same(data: dict[str, Any]) -> None:
    found = read(data)
    form = form_of(found)
    assert read(content_of(form).content) == found
    assert read(from_toml(to_toml(content_of(form).content))) == found


@given(contents)
def test_what_a_browser_sends_back_is_the_same_rule(data: dict[str, Any]) -> None:
    found = read(data)
    sent = form_of_post(posted(form_of(found)))
    assert read(content_of(tidied(sent)).content) == found


_words = st.sampled_from(
    [
        "add:when", "add:when.0", "drop:when.0", "drop:when", "mod:when", "mod:when.1",
        "unmod:when:0", "group:when.0", "group:until", "add-watch", "drop-watch:0", "add-quiet",
        "drop-quiet:7", "add-fact", "name-watch", "by-text", "by-choices", "nonsense",
        "add:when.99", "",
    ]
)  # fmt: skip


@given(contents, st.lists(_words, max_size=8))
def test_no_button_breaks_the_form(data: dict[str, Any], words: list[str]) -> None:
    form = form_of(data)
    for word in words:
        form = tidied(change(form, word))
    sent = content_of(tidied(form_of_post(posted(form)))).content
    assert sent == content_of(form).content


@given(st.dictionaries(st.text(max_size=12), st.lists(st.text(max_size=8), max_size=2)))
def test_whatever_a_browser_sends_is_a_form(data: dict[str, list[str]]) -> None:
    query = QueryDict(mutable=True)
    for name, values in data.items():
        query.setlist(name, values)
    with pytest.raises(RuleError):
        read(content_of(tidied(form_of_post(query))).content)


def test_a_fault_stands_at_its_field() -> None:
    data = {
        "rule": {
            "key": "flood",
            "label": "山洪",
            "level": "red",
            "streams": 'property in ("雨量", "水位")',
            "when": {
                "all": [
                    {"sustained_for": "", "clause": {"above": "x", "of": "p1"}},
                    {"members": 0, "within": "5 min", "of": "p2", "clause": {"above": 1}},
                ]
            },
            "quiet": [{"from": "25:00", "to": "06:00"}],
        },
        "groups": {"by": "near", "metres": 0, "roles": {"p1": "雨量", "p2": "水位"}},
    }
    written = content_of(form_of(data))
    fields = set()
    try:
        read(written.content)
    except RuleError as error:
        fields = {written.field_of(fault.field) for fault in error.faults}
    assert {
        "when.0-m0-span", "when.0-level", "when.1-m0-least", "quiet.0-from", "metres",
    } <= fields  # fmt: skip


def test_combining_a_condition_keeps_it_as_the_first_part() -> None:
    form = form_of({"rule": {"when": {"above": 3.0}}})
    form = change(form, "group:when")
    assert form.when.kind == "all"
    assert [(child.name, child.level) for child in form.when.children] == [
        ("when.0", "3"), ("when.1", ""),
    ]  # fmt: skip


def test_a_second_property_gets_short_names_and_parts_mean_the_first() -> None:
    data = {
        "rule": {"streams": 'property = "雨量"', "when": {"above": 3}},
        "groups": {"by": "thing"},
    }
    form = change(form_of(data), "add-watch")
    form.watch[1].prop = "水位"
    assert content_of(form).content["groups"]["roles"] == {"p1": "雨量", "p2": "水位"}
    assert form.when.of == "p1"
