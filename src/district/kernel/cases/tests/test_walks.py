"""Random people do random things with random cases; a plain oracle of the file says what happens.

A step is refused exactly when the oracle refuses it, and a refusal leaves nothing behind.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, DistrictError, Invalid, NotPermitted
from district.kernel.cases.models import CallBack, Case, CaseStep, CoUnit
from district.kernel.cases.selectors import visible_cases
from district.kernel.cases.services import perform
from district.kernel.cases.services.clocks import clocks_of
from district.kernel.cases.services.doing import CASES, subject_of
from district.kernel.cases.tests.conftest import PUBLIC, TYPE, MakeCase, People, standing
from district.kernel.cases.tests.oracle import Oracle, Told, Who
from district.kernel.cases.types import type_of
from district.kernel.history.models import Event, OutboxMessage, PendingSeal
from district.kernel.history.public import Actor, events_of, verify
from district.kernel.notifications.models import Notification
from district.kernel.organisation.public import posts_of
from district.kernel.organisation.selectors import Standing, standing_kept
from district.kernel.tracking.models import LightChange, PauseSpan
from district.kernel.tracking.public import TrackedRow

pytestmark = pytest.mark.django_db
# `DISTRICT_WALKS=100` walks longer.
WALKS, STEPS = int(os.environ.get("DISTRICT_WALKS") or 8), 40
UNITS = ("901", "901001", "902", "9-D01", "9-D02")
#: Everything that an action may write.
TABLES = (
    Case, CaseStep, CoUnit, CallBack, Event, PendingSeal, OutboxMessage, Notification, TrackedRow,
    PauseSpan, LightChange,
)  # fmt: skip
# Merging has tests of its own; the system's ending of merged cases is no move of people.
LEFT_OUT = ("merge", "unmerge", "close_with", "regrade")


def everything() -> dict[str, Any]:
    """Every row of every table that an action may write."""
    return {model.__name__: sorted(map(str, model.objects.values_list())) for model in TABLES}


class Walk:
    """One case on its way, beside what the file says of it."""

    def __init__(self, case: Case, people: People, chance: random.Random) -> None:
        self.oracle, self.chance, self.case = Oracle(TYPE), chance, case
        self.told = self.oracle.begin()
        self.standings: dict[str, Standing] = {}
        self.actors: list[tuple[Actor, Who]] = [(CASES, Who("cases", kind="system"))]
        self.actors.append((PUBLIC, Who("", kind="public")))
        for name in People.__dataclass_fields__:
            actor: Actor = getattr(people, name)
            held = posts_of(actor)
            self.standings[actor.id] = Standing(actor.id, held)
            posts = tuple((post.role, post.unit) for post in held)
            self.actors.append((actor, Who(actor.id, posts)))
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.actions = [key for key in self.oracle.data["actions"] if key not in LEFT_OUT]

    def form(self, key: str) -> dict[str, Any]:
        """A form filled in, well or with something missing."""
        made: dict[str, Any] = {}
        for name in self.oracle.action(key).get("form", []):
            field = name.rstrip("!")
            left_out = 0.4 if name == field else 0.1
            if field in ("handler", "matter", "reporter") or self.chance.random() < left_out:
                continue
            made[field] = self.value(field)
        return made

    def value(self, field: str) -> Any:
        """Something that can be taken."""
        if field == "lead_unit":
            return self.chance.choice(UNITS)
        if field == "co_units":
            return self.chance.sample(UNITS, self.chance.randint(0, 2))
        if field == "days":
            return self.chance.randint(1, 5)
        if field == "until":
            return (clock.today() + timedelta(days=self.chance.randint(1, 20))).isoformat()
        if field == "source_due_at":
            return clock.now() + timedelta(days=self.chance.randint(1, 9))
        if field == "satisfaction":
            return self.chance.choice(("satisfied", "unhappy", "no_answer"))
        return "已经核实"

    def expected(self, key: str, who: Who, form: dict[str, Any]) -> type[DistrictError] | None:
        """The refusal that the file demands, in the order in which it is told; None for none."""
        told, oracle = self.told, self.oracle
        if not oracle.may(key, told, who):
            return NotPermitted
        if not oracle.allowed_here(key, told):
            return Conflict
        needed = [n[:-1] for n in oracle.action(key).get("form", []) if n.endswith("!")]
        if any(name not in form for name in needed):
            return Invalid
        if oracle.refuses(key, told, who, form):
            return Conflict
        if "assign" in oracle.action(key).get("effects", []):
            # The rules have proposed the east street, which stands where none is chosen.
            form.setdefault("lead_unit", "901")
            if form["lead_unit"] in form.get("co_units", []):
                return Invalid
        return None

    def step(self) -> None:
        """One random attempt, compared with the file."""
        key = self.chance.choice(self.actions)
        if self.chance.random() < 0.7:  # mostly something that the stage has
            here = [k for k in self.actions if self.oracle.allowed_here(k, self.told)]
            key = self.chance.choice(here or [key])
        able = [pair for pair in self.actors if self.oracle.may(key, self.told, pair[1])]
        actor, who = self.chance.choice(
            able if able and self.chance.random() < 0.7 else self.actors
        )
        form = self.form(key)
        given = dict(form)
        expected = self.expected(key, who, form)
        before = everything() if expected else {}
        said = f"{key} by {actor.name or actor.kind} with {given}: {self.told}"
        if expected is None:
            perform(self.case.pk, key, actor=actor, data=given)
            self.oracle.act(key, self.told, who, form)
            self.done[key] += 1
            self.check(said)
            return
        with pytest.raises(expected):
            perform(self.case.pk, key, actor=actor, data=given)
        assert everything() == before, f"half-written: {said}"
        self.refused[expected.__name__] += 1

    def check(self, said: str) -> None:
        """The product stands where the file says."""
        case = Case.objects.get(pk=self.case.pk)
        told, oracle = self.told, self.oracle
        found = Told(
            stage=case.stage,
            centre=case.centre_unit_id,
            lead=case.lead_unit_id,
            handler=str(case.handler_id or ""),
            co_units={co.unit_id: co.finished_at is not None for co in case.co_units.all()},
            previous=case.previous_stage,
            bound=case.is_bound,
            returns=case.returns,
            extensions=case.extensions,
            pauses=case.pauses,
            reopens=case.reopens,
            asked=case.asked_days,
            clocks={key: row.state for key, row in clocks_of(case, type_of(case)).items()},
        )
        assert found == told, said
        assert (case.category, case.holder_unit_id) == (oracle.category(told), oracle.holder(told))
        rows = clocks_of(case, type_of(case)).values()
        running = [row for row in rows if row.state in ("open", "paused")]
        assert {row.lead_unit_id for row in running} <= {oracle.holder(told)}, said
        if running:
            first = [row for row in running if row.state == "open"] or running
            assert case.clock_id in {row.pk for row in first}
        for actor, who in self.actors:
            if actor.kind != "member":
                continue
            # Their posts are known, as they are while a page is answered.
            with standing_kept(self.standings[actor.id]):
                seen = visible_cases(actor).filter(pk=case.pk).exists()
            assert seen == oracle.sees(told, who), (said, actor.name)


def seed() -> int:
    """Of this run; in the output of a failed test, DISTRICT_SEED repeats it."""
    found = int(os.environ.get("DISTRICT_SEED") or random.SystemRandom().randrange(1_000_000))
    print(f"DISTRICT_SEED={found}")
    return found


# What a case may do is decided in Python; races and matrices go to both databases.
@pytest.mark.one_database
def test_whatever_people_do_a_case_goes_the_way_that_its_file_says(
    reported: MakeCase, people: People
) -> None:
    chance = random.Random(seed())  # noqa: S311  # moves of a test, not secrets
    done: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for _walk in range(WALKS):
        walk = Walk(reported().case, people, chance)
        walk.check("reported")
        for number in range(STEPS):
            with standing(f"2025-09-{22 + number // 10:02d} {10 + number % 10 // 2:02d}:00"):
                walk.step()
        steps = list(CaseStep.objects.filter(case=walk.case).order_by("at", "id"))
        events = [e for e in reversed(events_of(subject_of(walk.case))) if "action" in e.data]
        assert Counter(e.data["step"] for e in events) == Counter(str(s.pk) for s in steps)
        assert [event.sequence for event in events] == list(range(2, len(events) + 2))
        done += walk.done
        refused += walk.refused
    assert verify().sound
    # The walks have met what matters: most actions, and every kind of refusal.
    assert len(done) >= 12, done
    assert set(refused) == {"NotPermitted", "Conflict", "Invalid"}, refused
