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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import F

from district.compiler.topics import THEMES
from district.conf.paths import PACKAGE
from district.kernel.base import clock
from district.kernel.base.bulk import update_many
from district.kernel.history.public import Actor, Entry, Subject, record_many, seal_all
from district.kernel.measures.public import (
    Filing,
    FilingDuty,
    MeasureSpec,
    MeasureValue,
    ensure_measures,
    last_complete,
    open_period,
    period_ending,
)
from district.kernel.organisation.public import Assignment, Member, Role, Unit, root_unit
from district.kernel.plan.public import (
    Commitment,
    CommitmentKind,
    CommitmentState,
    Nature,
    Report,
    accept_suggested_owners,
    activate_many,
    commitment_subject,
    commitment_url,
    confirm_many,
    current_edition,
    publish_report,
    reports,
)
from district.kernel.tracking.public import (
    ClockSpec,
    Owner,
    TrackedRow,
    Tracking,
    refresh_lights,
    track_many,
)
from district.loading.folder import read_folder
from district.loading.load import load_district

LONGGANG = PACKAGE.parent.parent / "districts" / "longgang"
PLANNER = "load-planner"
_ACTOR = Actor.system("testing.population")
_PLAN = Actor.system("plan")
_BATCH = 1000
# One commitment in six stands above five others; two of those five have a number.
_FAMILY = 6
_NUMBERS = (1, 2)
_FILINGS = Decimal("0.2")
# One in ten was tracked so long ago and is lit again now, so that some turned since last week.
_EARLIER, _TENTH = timedelta(days=10), 10
_TITLES = ("推进", "完成", "建设", "提升", "优化", "新增")
_THINGS = ("产业园区", "社区服务站", "道路改造", "老旧小区", "学位供给", "重点项目", "企业服务")
_UNITS = ("亿元", "个", "公里", "万平方米", "家")
_Row = TypeVar("_Row")


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
        members = _members(rng, password)
        activated = activate_many(report.pk, actor=_ACTOR).activated
        filings = int(rows * _FILINGS)
        made = _commitments(rng, report, rows - filings, members)
        _measures(rng, made, report, filings)
        earlier = len(made) // _TENTH // _FAMILY * _FAMILY
        _track(made[:earlier])
    open_period(actor=_ACTOR)
    _file_some(rng, members)
    refresh_lights()
    _track(made[earlier:])
    seal_all()
    _look_over()
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
    confirm_many(edition.pk, actor=_ACTOR, threshold=Decimal("0.5"), with_tasks=True)
    publish_report(report.pk, actor=_ACTOR)
    return report


def _members(rng: random.Random, password: str) -> dict[str, tuple[UUID, UUID]]:
    """A head and an officer for every unit, and one of each role for the district.

    Returns (head, officer) by unit code; owners of the report are suggested once they are there.
    """
    root = root_unit()
    units = list(Unit.objects.filter(is_active=True).exclude(pk=root.pk))
    hashed = make_password(password or None)
    posts = [
        (PLANNER if role == Role.PLANNER else f"load-{role}", root.pk, str(role)) for role in Role
    ]
    for unit in units:
        posts += [(f"load-head-{unit.pk}", unit.pk, "unit_head")]
        posts += [(f"load-officer-{unit.pk}", unit.pk, "officer")]
    users = User.objects.bulk_create(
        [User(username=name, password=hashed) for name, _unit, _role in posts], batch_size=_BATCH
    )
    members = [
        Member(id=_key(rng), user=user, name=f"成员{number:04d}", title="")
        for number, user in enumerate(users)
    ]
    Member.objects.bulk_create(members, batch_size=_BATCH)
    since = clock.today() - timedelta(days=400)
    Assignment.objects.bulk_create(
        [
            Assignment(id=_key(rng), member=member, unit_id=unit, role=role, since=since)
            for member, (_name, unit, role) in zip(members, posts, strict=True)
        ],
        batch_size=_BATCH,
    )
    _record(
        Entry(
            Subject("organisation.member", str(member.pk)),
            "organisation.member.created",
            {"name": member.name, "title": "", "username": name},
        )
        for member, (name, _unit, _role) in zip(members, posts, strict=True)
    )
    by_post = {(unit, role): m.pk for m, (_name, unit, role) in zip(members, posts, strict=True)}
    for report in reports():
        accept_suggested_owners(report.pk, actor=_ACTOR, certainty=Decimal(0))
    return {unit.pk: (by_post[unit.pk, "unit_head"], by_post[unit.pk, "officer"]) for unit in units}


def _commitments(
    rng: random.Random, report: Report, count: int, members: dict[str, tuple[UUID, UUID]]
) -> list[Commitment]:
    """The commitments in families, parents before their children; not yet measured or tracked."""
    codes, themes, now = sorted(members), sorted(THEMES), clock.now()
    made: list[Commitment] = []
    parent: Commitment | None = None
    for number in range(count):
        place = number % _FAMILY
        above = parent if place else None
        lead = above.lead_unit_id if above and rng.random() < 0.7 else rng.choice(codes)
        is_number = place in _NUMBERS
        pending = place > 0 and rng.random() < 0.05
        row = Commitment(
            id=_key(rng),
            report=report,
            parent=above,
            depth=1 if above else 0,
            kind=CommitmentKind.QUANTITY if is_number else CommitmentKind.TASK,
            nature=rng.choice(Nature.values),
            title=f"{rng.choice(_TITLES)}{rng.choice(_THINGS)}第{number + 1}项",
            sequence=f"{report.year}-L{number // _FAMILY + 1}" + (f"-{place}" if place else ""),
            sort=1_000_000 + number,
            year=report.year,
            deadline=_deadline(rng, report.year),
            theme=above.theme if above else rng.choice(themes),
            lead_unit_id=lead,
            leader_id=members[str(lead)][0],
            contact_id=members[str(lead)][1],
            state=CommitmentState.PENDING if pending else CommitmentState.ACTIVE,
            created_at=now,
            activated_at=None if pending else now,
        )
        if is_number:
            row.comparator, row.unit = ">=", rng.choice(_UNITS)
            row.value = Decimal(rng.randint(20, 5000))
        elif rng.random() < 0.6:
            row.percent = rng.randint(30, 100)
        parent = row if place == 0 else parent
        made.append(row)
    return made


def _deadline(rng: random.Random, year: int) -> date:
    """Most are due at the end of the year, some during it."""
    return date(year, 12, 31) if rng.random() < 0.7 else date(year, rng.randint(7, 12), 28)


def _measures(rng: random.Random, made: Sequence[Commitment], report: Report, owed: int) -> None:
    """A measure for every number, its values of last year and this, and who owes the next."""
    numbers = [row for row in made if row.value is not None]
    specs = [
        MeasureSpec(
            key=f"load-{position}",
            name=row.title[:120],
            unit=row.unit,
            source="department" if position < owed else "system",
        )
        for position, row in enumerate(numbers)
    ]
    for chunk in _chunks(list(zip(numbers, specs, strict=True))):
        known = ensure_measures([spec for _row, spec in chunk], actor=_PLAN)
        for row, spec in chunk:
            row.measure = known[spec.key]
    with transaction.atomic():
        Commitment.objects.bulk_create(made, batch_size=_BATCH)
        _record(
            Entry(
                commitment_subject(row.pk),
                "plan.commitment.created",
                {"report": report.pk, "kind": str(row.kind), "title": row.title},
            )
            for row in made
        )
        _values(rng, numbers)
        _duties(rng, numbers[:owed])


def _values(rng: random.Random, numbers: Sequence[Commitment]) -> None:
    """Cumulative values at the ends of quarters: a whole year before, and this year so far."""
    now, today = clock.now(), clock.today()
    fresh = []
    for row in numbers:
        target = row.value or Decimal(0)
        year, good = row.year, Decimal(rng.randint(80, 115)) / 100
        ends = [date(year - 1, 3, 31), date(year - 1, 6, 30), date(year - 1, 9, 30)]
        ends += [date(year - 1, 12, 31), date(year, 3, 31), date(year, 6, 30)]
        for end in ends:
            period = period_ending(end, "year_to_date")
            part = target * end.month / 12 * (good if end.year == year else Decimal("0.94"))
            if end < today:
                fresh.append(
                    MeasureValue(
                        id=_key(rng),
                        measure_id=str(row.measure_id),
                        unit_id=str(row.lead_unit_id),
                        period_start=period.start,
                        period_end=period.end,
                        period_kind=period.kind,
                        value=round(part, 2),
                        status="final" if end.year < year else "preliminary",
                        source="department",
                        definition_version=1,
                        recorded_at=now,
                        recorded_by=_ACTOR.name,
                    )
                )
    MeasureValue.objects.bulk_create(fresh, batch_size=_BATCH)


def _duties(rng: random.Random, numbers: Sequence[Commitment]) -> None:
    """Each of these measures is owed for the last complete month."""
    since = last_complete("monthly", clock.today())
    duties = [
        FilingDuty(
            id=_key(rng),
            measure_id=str(row.measure_id),
            unit_id=str(row.lead_unit_id),
            contact_id=row.contact_id,
            frequency="monthly",
            days_after=rng.choice((10, 20, 40)),
            since=since,
        )
        for row in numbers
    ]
    FilingDuty.objects.bulk_create(duties, batch_size=_BATCH)
    _record(
        Entry(
            Subject("measures.measure", str(duty.measure_id)),
            "measures.duty.created",
            {"unit": duty.unit_id, "since": duty.since},
        )
        for duty in duties
    )


def _track(made: Sequence[Commitment]) -> None:
    """Tracked rows through tracking itself, the lowest first, for parents look at children."""
    year = clock.today().year
    start = clock.now().replace(month=1, day=1) if made else clock.now()
    for chunk in _chunks(sorted(made, key=lambda row: -row.depth)):
        items = [
            Tracking(
                subject=commitment_subject(row.pk),
                title=f"{row.sequence} {row.title}"[:300],
                owner=Owner(str(row.lead_unit_id), frozenset(), row.leader_id, row.contact_id),
                clock=ClockSpec(starts_at=start.replace(year=year), due_at=_end_of(row.deadline)),
                theme=row.theme,
                url=commitment_url(row.pk),
            )
            for row in chunk
        ]
        with transaction.atomic():
            for row, tracked in zip(chunk, track_many(items, actor=_PLAN), strict=True):
                row.tracked = tracked
            update_many(chunk, ["tracked"])


def _end_of(day: date) -> datetime:
    zone = clock.now().astimezone().tzinfo
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=zone)


def _file_some(rng: random.Random, members: dict[str, tuple[UUID, UUID]]) -> None:
    """Four in ten owed filings are filed: their clocks have stopped, their heads shall review."""
    now = clock.now()
    drafts = Filing.objects.filter(state=Filing.State.DRAFT, unit_id__in=sorted(members))
    filed = [row for row in drafts.order_by("measure_id", "period_end") if rng.random() < 0.4]
    for row in filed:
        row.state, row.value = Filing.State.FILED, Decimal(rng.randint(10, 4000))
        row.filed_by_id, row.filed_at = members[str(row.unit_id)][1], now
    for chunk in _chunks(filed):
        with transaction.atomic():
            update_many(chunk, ["state", "value", "filed_by", "filed_at"])
            keys = [row.tracked_id for row in chunk if row.tracked_id]
            TrackedRow.objects.filter(pk__in=keys).update(
                state=TrackedRow.State.DONE, closed_at=now, version=F("version") + 1
            )
            _record(
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
    if len(made) < _FAMILY or filing is None:
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


def _look_over() -> None:
    """Let the database know what its tables hold, as a running installation does."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@transaction.atomic
def _record(entries: Iterator[Entry]) -> None:
    for chunk in _chunks(list(entries)):
        record_many(chunk, actor=_ACTOR)


def _chunks(rows: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))


def _key(rng: random.Random) -> UUID:
    """A version 7 UUID like those of the product, its random part from the seed."""
    milliseconds = int(clock.now().timestamp() * 1000)
    value = (milliseconds & ((1 << 48) - 1)) << 80 | 0x7 << 76 | rng.getrandbits(12) << 64
    return UUID(int=value | 0b10 << 62 | rng.getrandbits(62))
