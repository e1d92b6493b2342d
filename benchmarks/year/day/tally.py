"""What came of everything: each request, and of each thing that a source does one outcome."""

from __future__ import annotations

import csv
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

#: `done`; `refused`: the product said no, with a reason; `idle`: nothing waited to be done;
#: `failed`: no answer, or one that is an error.
Outcome = Literal["done", "refused", "idle", "failed"]
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """One request: where, what came, when it began (seconds of the wall), milliseconds."""

    method: str
    path: str
    kind: str
    status: int
    began: float
    taken: float


@dataclass
class Tally:
    """Filled from many threads. `facts` are what the database must know of afterwards."""

    answers: list[Answer] = field(default_factory=list)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    facts: list[dict[str, Any]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    late: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, answer: Answer) -> None:
        """A request was answered (status 0: it was not)."""
        with self._lock:
            self.answers.append(answer)

    def write(self, path: Path) -> None:
        """Every request to a CSV file, in the order of their answers."""
        with self._lock, path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(one.name for one in fields(Answer))
            rows.writerows(astuple(answer) for answer in self.answers)

    def error(self, text: str) -> None:
        """Something that must not be: a 5xx, no answer, a fault of a source."""
        with self._lock:
            self.errors.append(text[:2000])

    def lag(self, seconds: float) -> None:
        """Something was begun so much later than it was due."""
        with self._lock:
            self.late = max(self.late, seconds)

    def outcome(
        self, source: str, outcome: Outcome, reason: str = "", fact: Mapping[str, Any] | None = None
    ) -> None:
        """What became of one thing that a source did."""
        with self._lock:
            self.outcomes[source, outcome] += 1
            if reason:
                self.reasons[source, reason[:_LONGEST]] += 1
            if fact is not None:
                self.facts.append(dict(fact))

    def of(self, source: str) -> dict[str, int]:
        """The outcomes of a source."""
        return {what: count for (key, what), count in self.outcomes.items() if key == source}
