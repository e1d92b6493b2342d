"""The content that a form says, and which field says which entry. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from district.kernel.alarms.rules.editing.fields import (
    COMBINATIONS,
    Fact,
    Form,
    Mod,
    Node,
    Quiet,
    words_of,
)
from district.kernel.alarms.rules.watched import Choices, to_condition
from district.kernel.conditions.public import ConditionError, to_text


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
        tuple(words_of(form.communities)),
        tuple(words_of(form.things)),
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


def _number(text: str) -> object:
    """The number that was typed; the text itself where it is none, for a fault to quote."""
    typed = text.strip().replace("\uff0e", ".")
    for kind in (int, float):
        try:
            return kind(typed)
        except ValueError:
            continue
    return typed or None
