"""What differs between two contents, entry by entry. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST = 60


@dataclass(frozen=True)
class Difference:
    """An entry that is not the same in both; None where one has none."""

    path: str
    before: object
    after: object

    def to_data(self) -> dict[str, Any]:
        """For history."""
        return {"path": self.path, "before": self.before, "after": self.after}


def differences(before: object, after: object) -> list[Difference]:
    """Every entry that differs, in the order of the paths of both; MOST at most."""
    old, new = _flat(before), _flat(after)
    paths = dict.fromkeys([*old, *new])
    found = [
        Difference(path, old.get(path), new.get(path))
        for path in paths
        if repr(old.get(path)) != repr(new.get(path))
    ]
    return found[:MOST]


def _flat(value: object, where: str = "") -> dict[str, object]:
    """Leaves by their paths."""
    if isinstance(value, Mapping) and value:
        found: dict[str, object] = {}
        for name, below in value.items():
            found |= _flat(below, f"{where}.{name}" if where else str(name))
        return found
    if isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        found = {}
        for at, below in enumerate(value):
            found |= _flat(below, f"{where}[{at}]")
        return found
    return {} if value is None and not where else {where: value}
