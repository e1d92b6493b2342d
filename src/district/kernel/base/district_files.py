"""What systems read of a district's folder, and what their demos play: declared here, run by the
loader."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from district.kernel.registry.ledger import note

Load = Callable[[Path], str]


@dataclass(frozen=True)
class DemoTime:
    """When a demo's people began and the moment that the demo lives on; both aware. `files` are
    those that the district's file names for its demo, by key."""

    begins_at: datetime
    starts_at: datetime
    files: Mapping[str, Path] = field(default_factory=dict)


Play = Callable[[DemoTime], Iterator[str]]
_FILES: dict[str, Load] = {}
_DEMOS: dict[str, Play] = {}
_DEMO_FILES: dict[str, str] = {}
_TELLING: set[str] = set()


def declare_district_file(key: str, load: Load) -> None:
    """Have `load` read the file that `district.toml` names under `key`; it returns a line that
    says what was loaded, bears being called again, and raises Invalid for what it cannot take.

    Raises ValueError when another function reads that entry.
    """
    if _FILES.setdefault(key, load) is not load:
        raise ValueError(f"district file {key!r} is declared twice")
    note("district_file", key)


def declare_demo(key: str, play: Play, *, file: str = "", telling: bool = False) -> None:
    """Have `play` add a system's invented part of a demo after its people are there.

    It yields lines for people and adds nothing a second time; Invalid for what it cannot take.
    `file` is the entry of `[demo]` that it reads, which then holds no acts. One that is `telling`
    writes down what the others come to: it is played when all of them were and what the plan is
    bound to is counted. ValueError when declared twice.
    """
    if _DEMOS.setdefault(key, play) is not play:
        raise ValueError(f"demo {key!r} is declared twice")
    if file and _DEMO_FILES.setdefault(file, key) != key:
        raise ValueError(f"file {file!r} of a demo is read by {_DEMO_FILES[file]!r} too")
    if telling:
        _TELLING.add(key)
    note("demo", key)


def district_files() -> dict[str, Load]:
    """All declared entries, in order of declaration."""
    return dict(_FILES)


def demo_files() -> frozenset[str]:
    """The entries of `[demo]` that declared demos read by themselves."""
    return frozenset(_DEMO_FILES)


def demos(*, telling: bool = False) -> dict[str, Play]:
    """The declared demos, in order of declaration: those that do something, or those that are
    `telling` of it."""
    return {key: play for key, play in _DEMOS.items() if (key in _TELLING) is telling}
