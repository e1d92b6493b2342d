"""Who declared what: every declaring function of the kernel notes its declaration here.

A system's manifest lists what it provides; the ledger says what its declare.py really declared.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

KERNEL = "kernel"
_owner: ContextVar[str] = ContextVar("owner", default=KERNEL)


@dataclass(frozen=True)
class Declaration:
    """One declared thing: who declared it, its kind (`register`, `action`, ...), its key."""

    owner: str
    kind: str
    key: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


_noted: dict[tuple[str, str], Declaration] = {}


def note(kind: str, key: str) -> None:
    """Note a declaration under the system that is being loaded, or under the kernel.

    Raises ValueError when another owner has declared the same kind and key.
    """
    declaration = Declaration(_owner.get(), kind, key)
    known = _noted.setdefault((kind, key), declaration)
    if known.owner != declaration.owner:
        raise ValueError(f"{declaration} is declared by {known.owner} and by {declaration.owner}")


def declared_by(owner: str) -> tuple[Declaration, ...]:
    """Everything that `owner` declared, in order of kind and key."""
    rows = [row for row in _noted.values() if row.owner == owner]
    return tuple(sorted(rows, key=str))


def current_owner() -> str:
    """The key of the system that is being loaded, or `kernel`."""
    return _owner.get()


@contextmanager
def declaring(owner: str) -> Iterator[None]:
    """What is declared inside belongs to `owner`."""
    token = _owner.set(owner)
    try:
        yield
    finally:
        _owner.reset(token)
