"""A large district, made quickly: for benchmarks and for looking at pages under load.

The folder of a district is loaded through the services first, its report is confirmed, owned
and activated in bulk, and then as many commitments and filings are added to that report as are
asked for. Everything that pages count or light is what the services would have written: tracked
rows, lights and what turned come from tracking itself. What is thin is said here:

- history: one event for each new commitment, member, measure and duty, and what tracking records;
  values of measures have none, and no steps of filings other than their last;
- the outbox: nothing is published for values, whose lights are refreshed here anyway.

The same seed at the same moment makes the same rows, keys of the added commitments included.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import F

from district.conf.paths import PACKAGE
from district.kernel.base import clock
from district.kernel.base.bulk import update_many
from district.kernel.base.planner import look_over_tables
from district.kernel.history.public import Entry, Subject, seal_all
from district.kernel.measures.public import (
    Filing,
    MeasureValue,
    open_period,
)
from district.kernel.organisation.public import (
    Unit,
)
from district.kernel.plan.public import (
    Commitment,
    Report,
    activate_many,
    confirm_many,
    current_edition,
    publish_report,
    reports,
)
from district.kernel.tracking.public import (
    TrackedRow,
    refresh_lights,
)
from district.loading.folder import read_folder
from district.loading.load import load_district
from district.testing.population.people import PLANNER, make_members
from district.testing.population.promises import (
    FAMILY,
    make_commitments,
    make_measures,
    track_commitments,
)
from district.testing.population.shared import ACTOR, chunks, record_entries

LONGGANG = PACKAGE.parent.parent / "districts" / "longgang"
_FILINGS = Decimal("0.2")
# One in ten was tracked so long ago and is lit again now, so that some turned since last week.
_EARLIER, _TENTH = timedelta(days=10), 10


@dataclass(frozen=True)
class Population:
    """What was made, and one of each to open: log-in name, unit, commitments, filing, measure."""

    tracked: int
    commitments: int
    filings: int
    values: int
    planner: str
    report: UUID
    unit: str
    parent: UUID
    number: UUID
    filing: UUID
    measure: str


def populate(
    rows: int, *, seed: int = 2025, password: str = "", folder: Path = LONGGANG
) -> Population:
    """Fill an empty database with `rows` tracked rows: four commitments to one owed filing.

    `password` becomes that of every member made here; without one nobody can log in. The
    district of `folder` adds what its own report promises, so there are a few hundred more.
    Raises ValueError where units are loaded already.
    """
    if Unit.objects.exists():
        raise ValueError("a population is made in an empty database")
    rng = random.Random(seed)  # noqa: S311  # made-up numbers, no secrets
    with clock.moved_to(clock.now() - _EARLIER):
        report = _district(folder)
        members = make_members(rng, password)
        activated = activate_many(report.pk, actor=ACTOR).activated
        filings = int(rows * _FILINGS)
        made = make_commitments(rng, report, rows - filings, members)
        make_measures(rng, made, filings)
        earlier = len(made) // _TENTH // FAMILY * FAMILY
        track_commitments(made[:earlier])
    open_period(actor=ACTOR)
    _file_some(rng, members)
    refresh_lights()
    track_commitments(made[earlier:])
    seal_all()
    look_over_tables()
    return _sample(report, made, activated)


def _district(folder: Path) -> Report:
    """The folder's units, calendars, areas and report; the report confirmed, owned, public."""
    source = read_folder(folder)
    for _line in load_district(source, demo=False):
        pass
    report = max(reports(), key=lambda row: row.year)
    edition = current_edition(report)
    if edition is None:
        raise ValueError("the folder's report has no edition in force")
    confirm_many(edition.pk, actor=ACTOR, threshold=Decimal("0.5"), with_tasks=True)
    publish_report(report.pk, actor=ACTOR)
    return report


def _file_some(rng: random.Random, members: dict[str, tuple[UUID, UUID]]) -> None:
    """Four in ten owed filings are filed: their clocks have stopped, their heads shall review."""
    now = clock.now()
    drafts = Filing.objects.filter(state=Filing.State.DRAFT, unit_id__in=sorted(members))
    filed = [row for row in drafts.order_by("measure_id", "period_end") if rng.random() < 0.4]
    for row in filed:
        row.state, row.value = Filing.State.FILED, Decimal(rng.randint(10, 4000))
        row.filed_by_id, row.filed_at = members[str(row.unit_id)][1], now
    for chunk in chunks(filed):
        with transaction.atomic():
            update_many(chunk, ["state", "value", "filed_by", "filed_at"])
            keys = [row.tracked_id for row in chunk if row.tracked_id]
            TrackedRow.objects.filter(pk__in=keys).update(
                state=TrackedRow.State.DONE, closed_at=now, version=F("version") + 1
            )
            record_entries(
                Entry(
                    Subject("measures.filing", str(row.pk)),
                    "measures.filing.filed",
                    {"value": row.value, "status": row.status},
                )
                for row in chunk
            )
            refresh_lights(TrackedRow.objects.filter(pk__in=keys))


def _sample(report: Report, made: Sequence[Commitment], activated: int) -> Population:
    filing = Filing.objects.order_by("measure_id", "period_end").first()
    if len(made) < FAMILY or filing is None:
        raise ValueError("a population needs at least 30 rows")
    return Population(
        tracked=TrackedRow.objects.count(),
        commitments=len(made) + activated,
        filings=Filing.objects.count(),
        values=MeasureValue.objects.count(),
        planner=PLANNER,
        report=report.pk,
        unit=str(made[0].lead_unit_id),
        parent=made[0].pk,
        number=made[1].pk,
        filing=filing.pk,
        measure=str(made[1].measure_id),
    )
