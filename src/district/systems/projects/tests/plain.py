"""Slow, plain oracles of the network: every path by enumeration, a run at a time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from district.systems.projects.rules.network.template import ItemSpec, Template


@dataclass
class One:
    """One item of one project as it stands."""

    state: str = "waiting"
    accepted: int = 0
    approved: int = 0
    stood: int = 0
    early: bool = False
    tolerated: bool = False


Event = tuple[str, str]
Arcs = dict[Event, list[tuple[Event, int]]]
SOURCE: Event = ("", "source")


@dataclass
class Graph:
    """Arcs between events, each with its least number of days."""

    arcs: Arcs = field(default_factory=dict)

    def add(self, one: Event, other: Event, days: int) -> None:
        """`other` comes at least so many days after `one`."""
        self.arcs.setdefault(one, []).append((other, days))


def graph(
    template: Template, items: Mapping[str, One], now: int, terms: Mapping[str, int]
) -> Graph:
    """The events S (acceptance) and F (approval) of every item, and what lies between them."""
    found = Graph()
    for spec in template.items:
        item, s, f = items[spec.key], ("S", spec.key), ("F", spec.key)
        if item.state == "done":
            found.add(SOURCE, s, item.accepted)
            found.add(SOURCE, f, item.approved)
            continue
        if item.state == "waived":
            if not spec.links:
                found.add(SOURCE, s, now)
            for link in spec.links:
                found.add(("F", link.item), s, 0)
            found.add(s, f, 0)
            continue
        if item.state == "running":
            days = max(terms[spec.key] + item.stood, now + 1 - item.accepted)
            found.add(SOURCE, s, item.accepted)
            found.add(s, f, days)
        else:
            found.add(SOURCE, s, now)
            found.add(s, f, terms[spec.key])
        _links(found, spec, item)
    return found


def _links(found: Graph, spec: ItemSpec, item: One) -> None:
    s, f = ("S", spec.key), ("F", spec.key)
    for link in spec.links:
        waits = item.state == "waiting"
        if link.kind == "early" and item.early:
            if waits:
                found.add(("S", link.item), s, link.lag)
            found.add(("F", link.item), f, link.rest)
        elif link.kind == "tolerate" and item.tolerated:
            found.add(("F", link.item), f, 0)
        elif waits:
            found.add(("F", link.item), s, spec.prepare)


def paths(found: Graph, at: Event, end: Event) -> Iterator[tuple[tuple[Event, ...], int]]:
    """Every path from `at` to `end` with its length."""
    if at == end:
        yield (end,), 0
        return
    for other, days in found.arcs.get(at, []):
        for way, length in paths(found, other, end):
            yield (at, *way), length + days


def longest(found: Graph, end: Event) -> int:
    """The length of the longest path from the source."""
    return max(length for _way, length in paths(found, SOURCE, end))


def slack(found: Graph, template: Template, key: str) -> int | None:
    """By how much an item may take longer; None where no path to the start leads through it."""
    end = ("F", template.start)
    total = longest(found, end)
    through = [
        length
        for way, length in paths(found, SOURCE, end)
        if (("S", key), ("F", key)) in itertools.pairwise(way)
    ]
    return total - max(through) if through else None


def plain_start(
    template: Template, items: Mapping[str, One], now: int, terms: Mapping[str, int]
) -> int:
    """The earliest start, item by item in Python: what the benchmark compares with."""
    s: dict[str, int] = {}
    f: dict[str, int] = {}
    for spec in template.items:
        item = items[spec.key]
        if item.state == "done":
            s[spec.key], f[spec.key] = item.accepted, item.approved
            continue
        before = [f[link.item] for link in spec.links]
        if item.state == "waived":
            s[spec.key] = f[spec.key] = max(before, default=now)
            continue
        start, least = now, -(10**9)
        for link in spec.links:
            if link.kind == "early" and item.early:
                start = max(start, s[link.item] + link.lag)
                least = max(least, f[link.item] + link.rest)
            elif link.kind == "tolerate" and item.tolerated:
                least = max(least, f[link.item])
            else:
                start = max(start, f[link.item] + spec.prepare)
        if item.state == "running":
            start = item.accepted
            end = max(start + terms[spec.key] + item.stood, now + 1)
        else:
            end = start + terms[spec.key]
        s[spec.key], f[spec.key] = start, max(end, least)
    return f[template.start]
