"""The bounds that a working day is held to: what the issues ask, with their own words beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: No bound may be broken by more than a quarter.
ALLOWED = 1.25


@dataclass(frozen=True)
class Bound:
    """A figure in milliseconds that must stay below `bound` (a quarter more is allowed)."""

    key: str
    name: str
    bound: float
    words: str
    #: Another bound where the database is SQLite; 0 for the same.
    sqlite: float = 0.0

    def of(self, engine: str) -> float:
        """The bound on that database."""
        return self.sqlite if engine == "sqlite" and self.sqlite else self.bound


BOUNDS = (
    Bound("first_page", "first page, p95", 300, "first page under 300 ms warm at p95"),
    Bound("pages", "every page, p95", 400, "every page of every system: p95 under 400 ms"),
    Bound("slowest", "slowest page", 2000, "none above 2 s"),
    Bound(
        "creation", "creation, no picture, p95", 100,
        "creation over HTTP with deduplication and routing, p95 under 100 ms (SQLite: 250)", 250,
    ),
    Bound("list", "list of cases, p95", 150, "50-row list with 1,000,000 cases p95 under 150 ms"),
    Bound("daily", "daily report, slowest", 10_000, "daily report over 400,000 cases under 10 s"),
    Bound("board", "board seen, p95", 2000, "board update seen within 2 s of the change"),
    Bound(
        "reading", "reading to case, p99", 2000,
        "p99 from reading to case under 2 s at half load",
    ),
    # The map shows twenty thousand, so twice the bound of ten thousand.
    Bound(
        "map", "newest values of 20,000, p95", 600,
        "latest values of 10,000 datastreams on a map under 300 ms",
    ),
    Bound(
        "economy", "pages of the economy, p95", 300,
        "page p95 under 300 ms with ten years of series",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Held:
    """A bound, what was measured over how many, and whether a quarter more holds."""

    bound: Bound
    asked: float
    measured: float | None
    count: int

    @property
    def allowed(self) -> float:
        """With the quarter."""
        return self.asked * ALLOWED

    @property
    def holds(self) -> bool:
        """What was not measured does not hold."""
        return self.measured is not None and self.measured <= self.allowed


def held(measured: Mapping[str, tuple[float | None, int]], engine: str) -> list[Held]:
    """Each bound with what was measured (milliseconds, over how many)."""
    return [Held(one, one.of(engine), *measured.get(one.key, (None, 0))) for one in BOUNDS]
