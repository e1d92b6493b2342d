"""A content as a form says it: every rule has a form, and the form gives the same rule. Pure.

Fields are called by their place, `when.1-level`: the level of the second part of `when`. What
somebody typed stays as it is, right or wrong; whether it can be taken is `content`'s to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from district.kernel.alarms.rules.watched import Choices, parse_streams, to_choices, to_condition
from district.kernel.conditions.public import ConditionError, to_text

UNITS = ("s", "min", "h", "d", "ms", "us")
LEAVES, COMBINATIONS = ("above", "below", "silent"), ("all", "any")
MODS = ("sustained", "count", "members", "not")
MOST_PARTS, MOST_DEEP = 40, 8


class Posted(Protocol):
    """What a browser sent: values by name, each any number of times."""

    def get(self, key: str, default: str = ..., /) -> str | None:
        """The last value."""

    def getlist(self, key: str, /) -> list[str]:
        """All values."""


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


# From a content.


def form_of(content: Mapping[str, Any]) -> Form:
    """The form of a content, checked or not; entries that no field can hold are left out."""
    rule, groups = _table(content, "rule"), _table(content, "groups")
    handling = _table(content, "handling")
    gather = _table(handling, "gather")
    form = Form(
        **{name: _text(rule.get(name)) for name in ("key", "label", "label_en", "level")},
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


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


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
    return None if any(_words(each) != [each] for each in apart) else found


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


# To a content.


@dataclass
class Written:
    """A content, and of each of its entries the field that says it."""

    content: dict[str, Any]
    fields: dict[str, str] = field(default_factory=dict)

    def field_of(self, path: str) -> str:
        """The field of a path, or of the nearest entry above it; "" where none is."""
        while path:
            if path in self.fields:
                return self.fields[path]
            cut = max(path.rfind("."), path.rfind("["))
            path = path[:cut] if cut > 0 else ""
        return ""


def content_of(form: Form) -> Written:
    """The content that the form says, not checked."""
    written = Written({})
    rule: dict[str, Any] = {}
    for name in ("key", "label", "label_en", "level"):
        rule[name] = getattr(form, name).strip()
        written.fields[f"rule.{name}"] = name
    rule["streams"] = _streams(form)
    written.fields["rule.streams"] = "streams" if form.by_text else "watch"
    rule["wait"], rule["unknown"] = form.wait.text or "0 s", form.unknown
    written.fields |= {"rule.wait": "wait", "rule.unknown": "unknown", "rule.quiet": "quiet"}
    rule["quiet"] = [_quiet(one, at, written) for at, one in enumerate(form.quiet)]
    rule["when"] = _clause(form.when, "rule.when", written)
    if form.until is not None:
        rule["until"] = _clause(form.until, "rule.until", written)
    written.content |= {
        "rule": rule,
        "groups": _groups(form, written),
        "handling": _handling(form, written),
    }
    return written


def _streams(form: Form) -> str:
    if form.by_text:
        return form.streams.strip()
    choices = Choices(
        tuple(dict.fromkeys(one.prop for one in form.watch if one.prop)),
        form.unit,
        tuple(form.streets),
        tuple(_words(form.communities)),
        tuple(_words(form.things)),
        form.source,
        form.near.strip(),
    )
    if choices == Choices():
        return ""
    try:
        return to_text(to_condition(choices))
    except ConditionError:
        # As it was typed, so that what reads it names the fault.
        rest = Choices(**{**vars(choices), "near": ""})
        said = form.near.replace("\\", "").replace('"', "").strip()
        start = "" if rest == Choices() else f"{to_text(to_condition(rest))} and "
        return f'{start}near = "{said}"'


def _groups(form: Form, written: Written) -> dict[str, Any]:
    groups: dict[str, Any] = {"by": form.by}
    written.fields |= {"groups.by": "by", "groups.metres": "metres", "groups.roles": "watch"}
    if form.by == "near":
        groups["metres"] = _number(form.metres)
    roles = {one.role.strip(): one.prop for one in form.watch if one.role.strip()}
    if roles and form.by != "datastream":
        groups["roles"] = roles
        for one in form.watch:
            written.fields[f"groups.roles.{one.role.strip()}"] = f"{one.name}-role"
    return groups


def _handling(form: Form, written: Written) -> dict[str, Any]:
    for path, name in (
        ("case_type", "case_type"),
        ("open", "open"),
        ("gather.metres", "gather_metres"),
        ("gather.minutes", "gather_minutes"),
        ("facts", "fact"),
        ("notify", "notify"),
    ):
        written.fields[f"handling.{path}"] = name
    facts: dict[str, Any] = {}
    for one in form.facts:
        if one.key.strip():
            facts[one.key.strip()] = _fact(one)
            written.fields[f"handling.facts.{one.key.strip()}"] = f"{one.name}-value"
    return {
        "case_type": form.case_type,
        "open": form.open,
        "gather": {
            "metres": _number(form.gather_metres or "0"),
            "minutes": _number(form.gather_minutes or "0"),
        },
        "facts": facts,
        "notify": list(form.notify),
    }


def _fact(fact: Fact) -> object:
    if fact.kind == "truth":
        return fact.value == "true"
    return _number(fact.value) if fact.kind == "number" else fact.value


def _quiet(one: Quiet, at: int, written: Written) -> dict[str, Any]:
    path = f"rule.quiet[{at}]"
    for entry, name in (("from", "from"), ("to", "to"), ("days", "days")):
        written.fields[f"{path}.{entry}"] = f"{one.name}-{name}"
    written.fields[path] = f"{one.name}-from"
    return {"from": one.begin, "to": one.end, "days": one.days}


def _clause(node: Node, path: str, written: Written) -> dict[str, Any]:
    """The data of a node; paths run from the outside in."""
    members = any(mod.kind == "members" for mod in node.mods)
    shells: list[dict[str, Any]] = []
    for mod in reversed(node.mods):
        shell, inner = _shell(mod, node, path, written)
        shells.append(shell)
        path = inner
    data = _core_data(node, path, written, "" if members else node.of)
    for shell in reversed(shells):
        data = {"not": data} if "not" in shell else {**shell, "clause": data}
    return data


def data_of(node: Node) -> dict[str, Any]:
    """The data of one part alone, not checked."""
    return _clause(node, "", Written({}))


def _shell(mod: Mod, node: Node, path: str, written: Written) -> tuple[dict[str, Any], str]:
    """The data around a clause, and the path of that clause."""
    written.fields.setdefault(path, f"{mod.name}-kind")
    if mod.kind == "not":
        return {"not": None}, f"{path}.not"
    if mod.kind == "sustained":
        written.fields[f"{path}.sustained_for"] = f"{mod.name}-span"
        return {"sustained_for": mod.span.text}, f"{path}.clause"
    written.fields[f"{path}.{mod.kind}"] = f"{mod.name}-least"
    written.fields[f"{path}.within"] = f"{mod.name}-span"
    shell: dict[str, Any] = {mod.kind: _number(mod.least), "within": mod.span.text}
    if mod.kind == "members" and node.of:
        shell["of"] = node.of
        written.fields[f"{path}.of"] = f"{node.name}-of"
    return shell, f"{path}.clause"


def _core_data(node: Node, path: str, written: Written, role: str) -> dict[str, Any]:
    written.fields.setdefault(path, f"{node.name}-kind")
    if node.kind in COMBINATIONS:
        parts = enumerate(node.children)
        below = f"{path}.{node.kind}"
        written.fields[below] = f"{node.name}-kind"
        return {node.kind: [_clause(each, f"{below}[{at}]", written) for at, each in parts]}
    of = {"of": role} if role else {}
    written.fields[f"{path}.of"] = f"{node.name}-of"
    if node.kind == "silent":
        written.fields[f"{path}.silent_for"] = f"{node.name}-span"
        return {"silent_for": node.span.text, **of}
    data: dict[str, Any] = {node.kind: _number(node.level)}
    written.fields[f"{path}.{node.kind}"] = f"{node.name}-level"
    for entry in ("release", "valid_for", "rate", "rate.over", "rate.per"):
        written.fields[f"{path}.{entry}"] = f"{node.name}-{_FIELD_OF.get(entry, entry)}"
    if node.release.strip():
        data["release"] = _number(node.release)
    data |= of
    if node.is_rate:
        data["rate"] = {"over": node.over.text, "per": node.per.text}
    if node.valid.text:
        data["valid_for"] = node.valid.text
    return data


_FIELD_OF = {"valid_for": "valid", "rate": "over", "rate.over": "over", "rate.per": "per"}


# From a browser.


def form_of_post(data: Posted) -> Form:
    """The form as a browser sent it."""

    def text(name: str, default: str = "") -> str:
        return data.get(name, default) or ""

    return Form(
        **{name: text(name) for name in ("key", "label", "label_en", "level")},
        wait=_span(data, "wait"),
        unknown=text("unknown", "keep"),
        watch=[
            Watch(name, text(f"{name}-property"), text(f"{name}-role"))
            for name in _rows(data, "watch")
        ],
        by_text=text("by_text") == "yes",
        streams=text("streams"),
        unit=text("watched_unit"),
        streets=[each for each in data.getlist("streets") if each],
        communities=text("communities"),
        things=text("things"),
        source=text("source"),
        near=text("near"),
        by=text("by", "datastream"),
        metres=text("metres"),
        when=_posted_node(data, "when", 1),
        until=_posted_node(data, "until", 1) if text("release_by") == "until" else None,
        quiet=[
            Quiet(
                name, text(f"{name}-from"), text(f"{name}-to"), list(data.getlist(f"{name}-days"))
            )
            for name in _rows(data, "quiet")
        ],
        case_type=text("case_type"),
        open=text("open", "by_hand"),
        gather_metres=text("gather_metres", "0"),
        gather_minutes=text("gather_minutes", "0"),
        facts=[
            Fact(name, text(f"{name}-key"), text(f"{name}-kind", "text"), text(f"{name}-value"))
            for name in _rows(data, "fact")
        ],
        notify=list(data.getlist("notify")),
    )


def _rows(data: Posted, name: str) -> list[str]:
    return [f"{name}.{at}" for at in range(_small(data.get(f"{name}-size") or "", MOST_PARTS))]


def _small(text: str, most: int) -> int:
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _span(data: Posted, name: str) -> Span:
    unit = data.get(f"{name}-unit", "min") or ""
    return Span((data.get(name, "") or "").strip(), unit if unit in UNITS else "")


def _posted_node(data: Posted, name: str, depth: int) -> Node:
    def text(entry: str) -> str:
        return (data.get(f"{name}-{entry}", "") or "").strip()

    kind = text("kind")
    node = Node(
        name,
        kind if kind in (*LEAVES, *COMBINATIONS) else "above",
        **{entry: text(entry) for entry in ("of", "level", "release")},
        **{entry: _span(data, f"{name}-{entry}") for entry in ("valid", "over", "per", "span")},
    )
    for at in range(_small(text("mods"), MOST_PARTS)):
        mod = f"{name}-m{at}"
        asked = data.get(f"{mod}-kind", "") or ""
        kind = asked if asked in MODS else "sustained"
        least = (data.get(f"{mod}-least", "") or "").strip()
        node.mods.append(Mod(mod, kind, least, _span(data, f"{mod}-span")))
    if depth < MOST_DEEP:
        parts = range(_small(text("size"), MOST_PARTS))
        node.children = [_posted_node(data, f"{name}.{at}", depth + 1) for at in parts]
    return node


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    return found if isinstance(found, Mapping) else {}


def _items(data: object) -> Sequence[Any]:
    return data if isinstance(data, list | tuple) else ()


def _words(text: str) -> list[str]:
    for mark in (",", "\uff0c", "、", ";", "\uff1b"):
        text = text.replace(mark, " ")
    return text.split()


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _number(text: str) -> object:
    """The number that was typed; the text itself where it is none, for a fault to quote."""
    typed = text.strip().replace("\uff0e", ".")
    for kind in (int, float):
        try:
            return kind(typed)
        except ValueError:
            continue
    return typed or None
