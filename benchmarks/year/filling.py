"""A year of a district, made inside an installation; every step says how many rows and seconds."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
from django.db import transaction

from benchmarks.enterprise_import import made as invented_enterprises
from benchmarks.matching_population import Drafter
from benchmarks.year.projects import codes_of, fill_projects
from benchmarks.year.readings import fill_readings
from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.base.planner import look_over_tables
from district.kernel.cases.public import case_type_of
from district.kernel.conditions.public import to_text
from district.kernel.history.public import Actor
from district.kernel.matching.populations import catch_up
from district.kernel.organisation.public import Role, Unit, actor_for, members_acting
from district.kernel.search.services import fill_due
from district.loading.folder import read_folder
from district.loading.load import load_district
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.services.imports import run_import, start_import
from district.systems.policies.rules.terms import NewTerms
from district.systems.policies.services.policies import publish_policy, save_policy
from district.testing.population.cases import populate_cases
from district.testing.population.making import LONGGANG

#: Of a hundred cases so many are of a type; the appeals are most of a district's work.
_CASES = {
    "appeal": 82, "enterprise_request": 6, "hazard": 5, "mediation": 4, "incident": 2,
    "business_complaint": 1,
}  # fmt: skip
_OPEN, _DAYS = 0.05, 365


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    cases: int
    enterprises: int
    policies: int
    projects: int
    datastreams: int
    readings: int

    @classmethod
    def share(cls, share: float, readings: int) -> Size:
        """That share of a full year; `readings` is how many each datastream has."""

        def some(whole: int) -> int:
            return max(round(whole * share), 1)

        return cls(some(400_000), some(942_000), some(1_000), some(10_000), some(100_000), readings)


def fill(size: Size, seed: int) -> None:
    """Make the year; the same seed makes the same."""
    steps: list[tuple[str, Callable[[], int]]] = [
        ("the demo's district", _district),
        ("enterprises", lambda: _enterprises(size.enterprises, seed)),
        ("policies", lambda: _policies(size.policies, seed)),
        ("cases", lambda: _cases(size.cases, seed)),
        ("projects with their approvals", lambda: fill_projects(size.projects, seed)),
        ("datastreams and readings", lambda: fill_readings(size.datastreams, size.readings, seed)),
        ("indexes and statistics", _finish),
    ]
    for name, make in steps:
        began = time.perf_counter()
        print(f"  {name} …", flush=True)
        count = make()
        print(f"  {name}: {count:,} in {time.perf_counter() - began:.0f} s", flush=True)


def _district() -> int:
    lines = list(load_district(read_folder(LONGGANG), demo=True))
    fill_due()
    return len(lines)


def _enterprises(count: int, seed: int) -> int:
    """By a file as a registry sends it, brought in as the worker does."""
    streets = np.array(codes_of("street"))
    frame = invented_enterprises(count)
    at = np.random.default_rng(seed).integers(0, len(streets), len(frame))
    with tempfile.TemporaryDirectory(prefix="district-year-") as folder:
        path = Path(folder) / "registry.csv"
        frame.with_columns(pl.Series("street", streets[at])).write_csv(path)
        with path.open("rb") as file:
            run = start_import(
                path.name, iter(lambda: file.read(1 << 20), b""), source="market_registry",
                told_on=clock.today(), actor=Actor.system("demo"), queued=False,
            )  # fmt: skip
        done = run_import(run)
    if done.problem:
        raise RuntimeError(f"the register of enterprises did not come in: {done.problem}")
    return Enterprise.objects.count()


def _policies(count: int, seed: int) -> int:
    """Drafted by an officer and published by the head of a unit that has both."""
    pairs, drafter = list(_writers()), Drafter(seed)
    made = drawn = 0
    while made < count:
        # Conditions are drawn blindly: one that nobody could hold is refused, and another drawn.
        drawn += 1
        if drawn > 20 * count:
            raise RuntimeError(f"only {made} of {drawn} drawn policies could be published")
        with suppress(Invalid), transaction.atomic():
            _policy(made, to_text(drafter.policy()), pairs[made % len(pairs)])
            made += 1
    return made


def _policy(at: int, where: str, people: tuple[Actor, Actor, str]) -> None:
    writer, head, unit = people
    today = clock.today()
    terms = NewTerms(
        title=f"第{at + 1}项惠企措施（推演）",
        text="推演用政策，条件随机拟定。",
        where=where,
        benefit_kind="reward",
        benefit="按规定给予资助",
        amount=Decimal(10 * (at % 40 + 1)),
        opens_on=today - timedelta(days=at % 300),
        closes_on=today + timedelta(days=30 + at % 300),
    )
    policy = save_policy(terms, unit=unit, actor=writer)
    publish_policy(policy.pk, actor=head)


def _writers() -> Iterator[tuple[Actor, Actor, str]]:
    for unit in Unit.objects.filter(level="department", is_active=True).order_by("pk"):
        officers = list(members_acting([unit.pk], [Role.OFFICER]))
        heads = list(members_acting([unit.pk], [Role.UNIT_HEAD]))
        if officers and heads:
            yield actor_for(officers[0]), actor_for(heads[0]), unit.pk


def _cases(count: int, seed: int) -> int:
    total = 0
    for at, (key, share) in enumerate(_CASES.items()):
        wanted = count * share // 100
        if wanted:
            populate_cases(wanted, case_type_of(key), open_share=_OPEN, days=_DAYS, seed=seed + at)
            total += wanted
    return total


def _finish() -> int:
    """What the worker does by itself in the minutes after."""
    fill_due()
    look_over_tables()
    catch_up()
    return 0
