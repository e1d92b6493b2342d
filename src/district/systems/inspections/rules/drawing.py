"""Random selection that anybody can re-run. Pure, and of Python's own library alone.

The specification stands in docs/systems/inspections.md; a change of what is computed here is
another `FORMAT`. Everything is UTF-8; digests are SHA-256 as 64 small hexadecimal digits.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FORMAT = "district-draw/1"
#: What a commitment states, and its digest with it. The rest of a published draw follows later.
COMMITTED = (
    "format",
    "round",
    "checklist",
    "checklist_version",
    "committed_at",
    "population_count",
    "population_sha256",
    "strata",
    "inspectors",
    "seed_sha256",
    "public_source",
)


@dataclass(frozen=True, slots=True)
class Member:
    """One of the population: its key and the stratum that it belongs to ("" for the only one)."""

    key: str
    stratum: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One that was drawn; `inspector` counts from 1 (0 where none are drawn)."""

    key: str
    stratum: str
    inspector: int = 0


def digest(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(population: Iterable[Member]) -> str:
    """The list as text: a line `key,stratum` each, by key. Its digest is the population's.

    Raises ValueError where a key comes twice or holds what would break a line.
    """
    rows = sorted(population, key=lambda one: one.key)
    seen: set[str] = set()
    for row in rows:
        if row.key in seen:
            raise ValueError(f"key {row.key!r} comes twice")
        if not row.key or any(mark in row.key + row.stratum for mark in ",\r\n"):
            raise ValueError(f"key {row.key!r} is empty or holds a comma or a line break")
        seen.add(row.key)
    return "".join(f"{row.key},{row.stratum}\n" for row in rows)


def read_canonical(text: str) -> list[Member]:
    """The population of a canonical text; ValueError where it is none."""
    rows = []
    for number, line in enumerate(text.split("\n")[:-1], start=1):
        key, comma, stratum = line.partition(",")
        if not comma:
            raise ValueError(f"line {number}: write key,stratum")
        rows.append(Member(key, stratum))
    if canonical(rows) != text:
        raise ValueError("the population is not in canonical form (lines sorted by key)")
    return rows


def quotas(
    counts: Mapping[str, int], size: int, weights: Mapping[str, int] | None = None
) -> dict[str, int]:
    """How many to take of each stratum, `size` in all (or everybody, where they are fewer).

    In proportion to the count times the weight (1 where none is given), by largest remainder; of
    equal remainders the stratum that sorts first. A stratum that has no more gives up the rest.
    """
    shares = {key: counts[key] * (weights or {}).get(key, 1) for key in counts}
    taken = dict.fromkeys(counts, 0)
    left = min(size, sum(counts[key] for key in counts if shares[key] > 0))
    while left > 0:
        room = sorted(key for key in counts if shares[key] > 0 and taken[key] < counts[key])
        whole = sum(shares[key] for key in room)
        parts = {key: divmod(left * shares[key], whole) for key in room}
        given = {key: parts[key][0] for key in room}
        first = sorted(room, key=lambda key: (-parts[key][1], key))
        for key in first[: left - sum(given.values())]:
            given[key] += 1
        for key in room:
            more = min(given[key], counts[key] - taken[key])
            taken[key] += more
            left -= more
    return taken


def seed_of(secret: str, public_value: str, population_sha256: str) -> str:
    """The seed that ranks: nobody who knows only one of its parts knows it."""
    return digest(f"{FORMAT}\n{secret}\n{public_value}\n{population_sha256}\n")


def draw(
    population: Sequence[Member], takes: Mapping[str, int], seed: str, inspectors: int = 0
) -> list[Drawn]:
    """Of each stratum the first `takes[stratum]` by SHA-256(seed, line break, key).

    The strata come in the order of their names; `inspectors` distributes what is drawn among so
    many people by SHA-256(seed, line break, "inspector", line break, key) modulo their number.
    """
    found: list[Drawn] = []
    for stratum in sorted({one.stratum for one in population}):
        keys = [one.key for one in population if one.stratum == stratum]
        ranked = sorted(keys, key=lambda key: (digest(f"{seed}\n{key}"), key))
        found += [
            Drawn(key, stratum, _inspector(seed, key, inspectors))
            for key in ranked[: takes.get(stratum, 0)]
        ]
    return found


def _inspector(seed: str, key: str, inspectors: int) -> int:
    return int(digest(f"{seed}\ninspector\n{key}"), 16) % inspectors + 1 if inspectors else 0


def commitment(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What is published before the draw; ValueError where something is missing."""
    missing = [name for name in COMMITTED if name not in facts]
    if missing:
        raise ValueError(f"the commitment lacks {', '.join(missing)}")
    return {name: facts[name] for name in COMMITTED}


def commitment_digest(facts: Mapping[str, Any]) -> str:
    """The digest of a commitment: of its JSON with sorted keys and no blanks."""
    text = json.dumps(commitment(facts), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return digest(text)


def counts_of(population: Iterable[Member]) -> dict[str, int]:
    """How many belong to each stratum."""
    return dict(Counter(one.stratum for one in population))


def check(published: Mapping[str, Any], expected_commitment: str = "") -> list[str]:
    """Everything that is wrong with a published draw; nothing where it holds.

    `published` is the JSON of a draw with its population. `expected_commitment` is the digest
    that the reader noted before the draw; without it the draw proves to agree with itself alone.
    """
    try:
        return list(_problems(published, expected_commitment))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return [f"the file cannot be read as a draw: {error}"]


def _problems(published: Mapping[str, Any], expected: str) -> Iterable[str]:
    if published["format"] != FORMAT:
        yield f"format {published['format']!r} is not {FORMAT!r}"
        return
    own = commitment_digest(published)
    if own != published["commitment_sha256"]:
        yield "what was committed to differs from the digest that is stated of it"
    if expected and expected != own:
        yield "the commitment is not the one whose digest was noted before the draw"
    text = published["population"]
    if digest(text) != published["population_sha256"]:
        yield "the population differs from the one that was committed to"
    population = read_canonical(text)
    takes = {row["stratum"]: int(row["take"]) for row in published["strata"]}
    counts = {row["stratum"]: int(row["count"]) for row in published["strata"]}
    if counts != counts_of(population) or len(population) != published["population_count"]:
        yield "the counts of the population differ from those that were committed to"
    if "seed" not in published:
        yield "the seed is not published yet"
        return
    if digest(published["seed"]) != published["seed_sha256"]:
        yield "the seed is not the one that was committed to"
    yield from _selection(published, population, takes)


def _selection(
    published: Mapping[str, Any], population: Sequence[Member], takes: Mapping[str, int]
) -> Iterable[str]:
    if bool(published["public_source"]) != bool(published["public_value"]):
        yield "the value of the public source is missing, or none was announced"
    seed = seed_of(published["seed"], published["public_value"], published["population_sha256"])
    found = draw(population, takes, seed, int(published["inspectors"]))
    stated = [
        Drawn(row["key"], row["stratum"], int(row["inspector"])) for row in published["selected"]
    ]
    if found != stated:
        yield "the selection differs from the one that the seed gives"
