"""The form of a content. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from district.kernel.alarms.rules.editing.fields import (
    COMBINATIONS,
    DAYS,
    MOST_DEEP,
    MOST_PARTS,
    Fact,
    Form,
    Mod,
    Node,
    Quiet,
    Span,
    Watch,
    words_of,
)
from district.kernel.alarms.rules.watched import Choices, parse_streams, to_choices
from district.kernel.conditions.public import ConditionError


def form_of(content: Mapping[str, Any]) -> Form:
    """The form of a content, checked or not; entries that no field can hold are left out."""
    rule, groups = _table(content, "rule"), _table(content, "groups")
    handling = _table(content, "handling")
    gather = _table(handling, "gather")
    form = Form(
        key=_text(rule.get("key")),
        label=_text(rule.get("label")),
        label_en=_text(rule.get("label_en")),
        level=_text(rule.get("level")),
        wait=Span.of(rule.get("wait", "0 s")),
        unknown=_text(rule.get("unknown", "keep")),
        by=_text(groups.get("by", "datastream")),
        metres=_text(groups.get("metres")),
        when=_node("when", rule.get("when"), 1),
        until=_node("until", rule["until"], 1) if "until" in rule else None,
        case_type=_text(handling.get("case_type")),
        open=_text(handling.get("open", "by_hand")),
        gather_metres=_text(gather.get("metres", 0)),
        gather_minutes=_text(gather.get("minutes", 0)),
        notify=[_text(each) for each in _items(handling.get("notify"))],
    )
    _put_watch(form, _text(rule.get("streams")), _table(groups, "roles"))
    for at, one in enumerate(_items(rule.get("quiet"))):
        if isinstance(one, Mapping):
            days = [_text(day) for day in _items(one.get("days", list(DAYS)))]
            begin, end = _text(one.get("from")), _text(one.get("to"))
            form.quiet.append(Quiet(f"quiet.{at}", begin, end, days))
    for at, (key, value) in enumerate(_table(handling, "facts").items()):
        kind = "truth" if isinstance(value, bool) else "text"
        kind = "number" if kind == "text" and isinstance(value, int | float) else kind
        said = ("true" if value else "false") if kind == "truth" else _text(value)
        form.facts.append(Fact(f"fact.{at}", key, kind, said))
    return form


def _put_watch(form: Form, streams: str, roles: Mapping[str, Any]) -> None:
    choices = _choices(streams)
    names = {_text(prop): role for role, prop in roles.items()}
    if choices is None or (roles and set(names) != set(choices.properties)):
        form.by_text, form.streams = True, streams
        pairs = [(_text(prop), role) for role, prop in roles.items()]
    else:
        pairs = [(prop, names.get(prop, "")) for prop in choices.properties]
        form.unit, form.source, form.near = choices.unit, choices.source, choices.near
        form.streets = list(choices.streets)
        form.communities = " ".join(choices.communities)
        form.things = " ".join(choices.things)
    form.watch = [Watch(f"watch.{at}", *pair) for at, pair in enumerate(pairs)]


def _choices(streams: str) -> Choices | None:
    if not streams:
        return Choices()
    try:
        found = to_choices(parse_streams(streams))
    except ConditionError:
        return None
    if found is None:
        return None
    apart = (*found.communities, *found.things)
    return None if any(words_of(each) != [each] for each in apart) else found


def _node(name: str, data: object, depth: int) -> Node:
    """The node of a clause's data; what is no clause becomes an empty comparison."""
    mods: list[tuple[str, Mapping[str, Any]]] = []
    while isinstance(data, Mapping) and (kind := _wrapper(data)) and len(mods) < MOST_PARTS:
        mods.append((kind, data))
        data = data.get("not") if kind == "not" else data.get("clause")
    node = _core(name, data if isinstance(data, Mapping) else {}, depth)
    for at, (kind, found) in enumerate(reversed(mods)):
        mod = Mod(f"{name}-m{at}", kind, _text(found.get(kind)) if kind in _COUNTED else "")
        if kind != "not":
            mod.span = Span.of(found.get("within" if kind in _COUNTED else "sustained_for"))
        if kind == "members" and found.get("of"):
            node.of = _text(found["of"])
        node.mods.append(mod)
    return node


_COUNTED = ("count", "members")


def _wrapper(data: Mapping[str, Any]) -> str:
    found = {"sustained_for": "sustained", "count": "count", "members": "members", "not": "not"}
    return next((kind for entry, kind in found.items() if entry in data), "")


def _core(name: str, data: Mapping[str, Any], depth: int) -> Node:
    for kind in COMBINATIONS:
        if kind in data:
            parts = _items(data[kind]) if depth < MOST_DEEP else []
            children = [_node(f"{name}.{at}", part, depth + 1) for at, part in enumerate(parts)]
            return Node(name, kind, children=children)
    node = Node(name, of=_text(data.get("of")))
    if "silent_for" in data:
        node.kind, node.span = "silent", Span.of(data["silent_for"])
        return node
    node.kind = "below" if "below" in data else "above"
    node.level, node.release = _text(data.get(node.kind)), _text(data.get("release"))
    node.valid = Span.of(data.get("valid_for"))
    rate = data.get("rate")
    if isinstance(rate, Mapping):
        node.over, node.per = Span.of(rate.get("over")), Span.of(rate.get("per"))
    return node


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    return found if isinstance(found, Mapping) else {}


def _items(data: object) -> Sequence[Any]:
    return data if isinstance(data, list | tuple) else ()


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
