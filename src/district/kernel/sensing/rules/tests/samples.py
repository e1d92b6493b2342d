"""Random rules, groups and logs, in steps of twenty seconds around midnight in Shenzhen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random

import numpy as np

from district.kernel.sensing.batches import Batch, Frame, Tick
from district.kernel.sensing.rules import tree
from district.kernel.sensing.rules.binding import Binding
from district.kernel.sensing.rules.declaration import Rule
from district.kernel.sensing.rules.groups import Group, Groups, Member
from district.kernel.sensing.rules.quiet import QuietHours

STEP = 20_000_000
#: 23:55 on 2 March 2026, a Monday, in Shanghai.
BASE = int(datetime(2026, 3, 2, 15, 55, tzinfo=UTC).timestamp()) * 1_000_000
NAN = float("nan")
QUIET = (QuietHours(23 * 60 + 57, 1, (0,)), QuietHours(3, 6))
STREAMS = range(1, 7)
_PER = STEP


class Sampler:
    """Draws everything from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311  # made-up readings, no secrets
        self.choice = self.random.choice
        self.values = [0.0, 1.0, 2.0, 3.0, 4.0, 4.0] + [NAN] * self.choice([0, 0, 1])

    def span(self, most: int = 6) -> int:
        """A few steps."""
        return self.random.randint(1, most) * STEP

    def test(self, roles: Sequence[str]) -> tree.Test:
        """A test of one of the roles."""
        low = self.choice([0.5, 1.0, 2.0])
        high = low + self.choice([0.0, 1.0, 2.0])
        above = self.random.random() < 0.6
        rate = tree.Rate(self.span(), _PER) if self.random.random() < 0.2 else None
        valid = self.choice([tree.FOREVER, tree.FOREVER, self.span(4)])
        role = self.choice(list(roles))
        if above:
            return tree.Test("above", high, low, role, rate, valid)
        return tree.Test("below", low, high, role, rate, valid)

    def whole(self) -> tree.Clause:
        """What most rules ask: a test, perhaps sustained."""
        test = self.test([""])
        return test if self.random.random() < 0.5 else tree.Sustained(self.span(), test)

    def clause(self, roles: Sequence[str], depth: int, *, silent: bool = True) -> tree.Clause:
        """A clause over the roles; "several" is the role of members."""
        single = [role for role in roles if role != "several"]
        if depth == 0 or self.random.random() < 0.2:
            if silent and self.random.random() < 0.2:
                return tree.Silent(self.span(), self.choice(single))
            return self.test(single)
        kind = self.choice(["sustained", "counted", "all", "any", "not", "members"])
        if kind == "sustained":
            return tree.Sustained(self.span(), self.clause(roles, depth - 1, silent=False))
        if kind == "counted":
            below = self.clause(roles, depth - 1, silent=False)
            return tree.Counted(self.random.randint(1, 3), self.span(), below)
        if kind == "not":
            return tree.Not(self.clause(roles, depth - 1, silent=silent))
        if kind == "members" and "several" in roles:
            below = self.clause([""], 1, silent=False)
            return tree.Members(self.random.randint(1, 3), self.span(), below, "several")
        parts = tuple(self.clause(roles, depth - 1, silent=silent) for _ in range(2))
        return tree.All(parts) if kind == "all" else tree.AnyOf(parts)

    def rule(self, key: str, roles: Sequence[str]) -> Rule:
        """A rule that reads some of the roles."""
        plain = self.random.random() < 0.4
        until = None
        if not plain and self.random.random() < 0.3:
            until = self.clause(roles, 1)
        return Rule(
            key=key,
            label="规则",
            level="red",
            streams="all",
            when=self.whole() if plain else self.clause(roles, self.choice([1, 2, 3])),
            until=until,
            wait=self.choice([0, 0, 0, 2, 5]) * STEP,
            unknown="keep" if plain else self.choice(["keep", "release"]),
            quiet=() if plain else self.choice([(), QUIET]),
        )

    def binding(self, key: str) -> Binding:
        """A rule and its groups; sometimes a role has no stream."""
        if self.random.random() < 0.5:
            streams = self.random.sample(STREAMS, self.random.randint(1, 4))
            lateness = [self.choice([0, STEP, 3 * STEP]) for _ in streams]
            return Binding(self.rule(key, [""]), Groups.of_streams(streams, lateness))
        groups = []
        for name in ("north", "south")[: self.random.randint(1, 2)]:
            streams = self.random.sample(STREAMS, self.random.randint(1, 5))
            roles = ["", "other", "several", "several", "several"]
            members = tuple(
                Member(stream, role, self.choice([0, 2 * STEP]))
                for stream, role in zip(streams, roles, strict=False)
            )
            groups.append(Group(name, members))
        return Binding(self.rule(key, ["", "other", "several"]), Groups(groups))

    def bindings_that_share(self, count: int) -> list[Binding]:
        """Rules of which most are applied to the same groups."""
        first = self.binding("rule_0")
        roles = [""] if first.groups.single else ["", "other", "several"]
        found = [first]
        for number in range(1, count):
            key = f"rule_{number}"
            shared = Binding(self.rule(key, roles), first.groups)
            found.append(shared if self.random.random() < 0.8 else self.binding(key))
        return found

    def frames(self, count: int) -> list[Frame]:
        """A log in which time goes on, with readings early, late and at once; and ticks."""
        found, now = [], 0
        held: dict[int, float] = {}
        for position in range(count):
            now += self.random.randint(0, 3)
            if self.random.random() < 0.25:
                tick = BASE + (now + self.random.randint(-2, 2)) * STEP
                found.append(Frame(position, Tick(tick)))
                continue
            readings = []
            for _ in range(self.random.randint(0, 7)):
                stream = self.random.randint(1, 7)
                if self.random.random() < 0.5:
                    held[stream] = self.choice(self.values)
                offset = now + self.random.randint(-4, 2)
                value = held.get(stream, 0.0)
                readings.append((stream, offset, value, self.random.randint(-1, 1)))
            found.append(Frame(position, batch_of(readings)))
        return found


def batch_of(readings: Sequence[tuple[int, float, float, int]]) -> Batch:
    """(stream, steps after BASE, value, sequence) as a batch."""
    columns = [list(column) for column in zip(*readings, strict=True)] or [[], [], [], []]
    time = (np.array(columns[1], np.float64) * STEP).astype(np.int64) + BASE
    return Batch(
        np.array(columns[0], np.int32),
        time,
        np.array(columns[2], np.float64),
        time.copy(),
        np.array(columns[3], np.int64),
    )
