"""What the process that sends says of itself, for the page: a small file, replaced as a whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class SenderState:
    """How a sender fares: up to when everything was sent (ISO), how many readings since the start,
    and what went wrong last, "" while all is well."""

    transport: str
    until: str
    sent: int
    problem: str = ""


@dataclass(frozen=True)
class State:
    """When the process said so (product's clock), and how each sender fares, by its code."""

    at: datetime
    senders: Mapping[str, SenderState]


def path_in(var: Path) -> Path:
    """Where the file lies."""
    return var / "simulation-state.json"


def write(var: Path, state: State) -> None:
    """Say it."""
    path = path_in(var)
    beside = path.with_suffix(".new")
    senders = {code: asdict(each) for code, each in state.senders.items()}
    text = json.dumps({"at": state.at.isoformat(), "senders": senders})
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def read(var: Path) -> State | None:
    """What was said last; None where nothing was."""
    try:
        found = json.loads(path_in(var).read_text(encoding="utf-8"))
        senders = {code: SenderState(**each) for code, each in found["senders"].items()}
        return State(datetime.fromisoformat(found["at"]), senders)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
