"""The labels of event kinds, declared by the part that records them."""

from __future__ import annotations

from typing import Any

from district.kernel.registry.ledger import note

_LABELS: dict[str, Any] = {}


def declare_kind(kind: str, label: Any) -> str:
    """Give an event kind (`plan.commitment.confirmed`) its label; returns the kind.

    `label` may be a lazy translation. Raises ValueError when another label is already declared.
    """
    known = _LABELS.setdefault(kind, label)
    if str(known) != str(label):
        raise ValueError(f"event kind {kind!r} is declared twice: {known!s} and {label!s}")
    note("event", kind)
    return kind


def label_of(kind: str) -> str:
    """The label in the language of the moment; the kind itself when nobody declared one."""
    return str(_LABELS.get(kind, kind))


def kinds() -> dict[str, str]:
    """All declared kinds with their labels."""
    return {kind: str(label) for kind, label in sorted(_LABELS.items())}
