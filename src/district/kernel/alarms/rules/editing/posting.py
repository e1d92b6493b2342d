"""The form as a browser sent it. Pure."""

from __future__ import annotations

from typing import Protocol

from district.kernel.alarms.rules.editing.fields import (
    COMBINATIONS,
    LEAVES,
    MODS,
    MOST_DEEP,
    MOST_PARTS,
    UNITS,
    Fact,
    Form,
    Mod,
    Node,
    Quiet,
    Span,
    Watch,
)


class Posted(Protocol):
    """What a browser sent: values by name, each any number of times."""

    def get(self, key: str, default: str, /) -> str | None:
        """The last value, else the default."""

    def getlist(self, key: str, /) -> list[str]:
        """All values."""


def form_of_post(data: Posted) -> Form:
    """The form as a browser sent it."""

    def text(name: str, default: str = "") -> str:
        return data.get(name, default) or ""

    return Form(
        key=text("key"),
        label=text("label"),
        label_en=text("label_en"),
        level=text("level"),
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
    return [f"{name}.{at}" for at in range(_small(data.get(f"{name}-size", "") or "", MOST_PARTS))]


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
        of=text("of"),
        level=text("level"),
        release=text("release"),
        valid=_span(data, f"{name}-valid"),
        over=_span(data, f"{name}-over"),
        per=_span(data, f"{name}-per"),
        span=_span(data, f"{name}-span"),
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
