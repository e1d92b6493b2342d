"""Adding parts to a form and taking them away, by the buttons of the page. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from district.kernel.alarms.rules.editing import (
    COMBINATIONS,
    MOST_DEEP,
    MOST_PARTS,
    Fact,
    Form,
    Mod,
    Node,
    Quiet,
    Row,
    Watch,
)

_PLACE = re.compile(r"(?:when|until)(?:\.\d{1,2})*")


def change(form: Form, word: str) -> Form:
    """The form after a button; words that mean nothing here change nothing.

    `add:when.1` a part inside (a comparison becomes one of several), `drop:when.1`,
    `mod:when.1` and `unmod:when.1:0`, `group:when.1` several in place of one, `add-watch`,
    `drop-watch:1` and so for `quiet` and `fact`, `name-watch` (each property is meant by a short
    name), `by-text` and `by-choices`.
    """
    verb, _colon, rest = word.partition(":")
    if verb in ("add", "drop", "mod", "unmod", "group"):
        place, _colon, number = rest.partition(":")
        if _PLACE.fullmatch(place):
            _change_node(form, verb, place, number)
    elif verb.startswith(("add-", "drop-")):
        _change_rows(form, verb, rest)
    elif verb == "name-watch":
        _name_roles(form)
    elif verb == "by-text":
        form.by_text = True
    elif verb == "by-choices":
        form.by_text, form.streams = False, ""
    _rename(form)
    return form


def tidied(form: Form) -> Form:
    """The form with what follows from its own choices: a combination has parts."""
    for node in (form.when, form.until):
        if node is not None:
            _fill(node)
    _rename(form)
    return form


def _fill(node: Node) -> None:
    if node.kind in COMBINATIONS and not node.children:
        node.children = [Node(""), Node("")]
    for each in node.children:
        _fill(each)


def _change_node(form: Form, verb: str, place: str, number: str) -> None:
    root, *steps = place.split(".")
    node = form.when if root == "when" else form.until
    above: Node | None = None
    for step in steps:
        if node is None or int(step) >= len(node.children):
            return
        above, node = node, node.children[int(step)]
    if node is None:
        return
    if verb == "mod" and len(node.mods) < MOST_PARTS:
        node.mods.append(Mod(""))
    elif verb == "unmod" and number.isdigit() and int(number) < len(node.mods):
        del node.mods[int(number)]
    elif verb == "drop" and above is not None:
        above.children.remove(node)
    elif verb == "add" and node.kind in COMBINATIONS and len(node.children) < MOST_PARTS:
        node.children.append(Node(""))
    elif verb in ("add", "group") and len(steps) + 1 < MOST_DEEP:
        _wrap(node)


def _wrap(node: Node) -> None:
    """The node becomes one of several, in place."""
    inner = Node("")
    inner.__dict__.update(node.__dict__)
    node.__dict__.update(Node("", "all", children=[inner, Node("")]).__dict__)


def _change_rows(form: Form, verb: str, rest: str) -> None:
    rows: dict[str, list[Watch] | list[Quiet] | list[Fact]] = {
        "watch": form.watch,
        "quiet": form.quiet,
        "fact": form.facts,
    }
    action, _dash, name = verb.partition("-")
    found = rows.get(name)
    if found is None:
        return
    if action == "drop":
        if rest.isdigit() and int(rest) < len(found):
            del found[int(rest)]
    elif len(found) < MOST_PARTS:
        if name == "watch":
            form.watch.append(Watch(""))
            if form.by != "datastream":
                _name_roles(form)
        elif name == "quiet":
            days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
            form.quiet.append(Quiet("", "22:00", "06:00", days))
        else:
            form.facts.append(Fact(""))


def _name_roles(form: Form) -> None:
    """Several properties get short names by which parts mean them; parts without one mean the
    first."""
    taken = {one.role for one in form.watch}
    number = 1
    for one in form.watch:
        if not one.role:
            while f"p{number}" in taken:
                number += 1
            one.role = f"p{number}"
            taken.add(one.role)
    for node in (form.when, form.until):
        if node is not None and form.watch:
            _mean(node, form.watch[0].role)


def _mean(node: Node, role: str) -> None:
    """Parts that name no property mean this one; inside of a count over points its own does."""
    if any(mod.kind == "members" for mod in node.mods) or node.is_leaf:
        node.of = node.of or role
        return
    for each in node.children:
        _mean(each, role)


def _rename(form: Form) -> None:
    """Fields are called by their place anew."""
    lists: dict[str, Sequence[Row]] = {
        "watch": form.watch,
        "quiet": form.quiet,
        "fact": form.facts,
    }
    for name, rows in lists.items():
        for at, row in enumerate(rows):
            row.name = f"{name}.{at}"
    _rename_node(form.when, "when")
    if form.until is not None:
        _rename_node(form.until, "until")


def _rename_node(node: Node, name: str) -> None:
    node.name = name
    for at, mod in enumerate(node.mods):
        mod.name = f"{name}-m{at}"
    for at, each in enumerate(node.children):
        _rename_node(each, f"{name}.{at}")
