"""Commitments in families, with measures, values, filing duties and tracked rows."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from district.compiler.topics import THEMES
from district.kernel.base import clock
from district.kernel.base.bulk import update_many
from district.kernel.history.public import Entry, Subject
from district.kernel.measures.public import (
    FilingDuty,
    MeasureSpec,
    MeasureValue,
    ensure_measures,
    last_complete,
    period_ending,
)
from district.kernel.organisation.public import Level, Unit
from district.kernel.plan.public import (
    Commitment,
    CommitmentKind,
    CommitmentState,
    Nature,
    Report,
    commitment_subject,
    commitment_url,
)
from district.kernel.tracking.public import ClockSpec, Owner, Tracking, track_many
from district.testing.population.shared import (
    ACTOR,
    BATCH,
    PLAN,
    chunks,
    record_entries,
    seeded_key,
)

# One commitment in six stands above five others; two of those five have a number.
FAMILY = 6
_NUMBERS = (1, 2)
_TITLES = ("推进", "完成", "建设", "提升", "优化", "新增")
_THINGS = ("产业园区", "社区服务站", "道路改造", "老旧小区", "学位供给", "重点项目", "企业服务")
_UNITS = ("亿元", "个", "公里", "万平方米", "家")


def make_commitments(
    rng: random.Random, report: Report, count: int, members: dict[str, tuple[UUID, UUID]]
) -> list[Commitment]:
    """The commitments in families, parents before their children; not yet measured or tracked."""
    codes, now = _leading(members), clock.now()
    # A unit works in a few themes only.
    themes = {code: rng.sample(sorted(THEMES), 4) for code in codes}
    made: list[Commitment] = []
    parent: Commitment | None = None
    for number in range(count):
        place = number % FAMILY
        above = parent if place else None
        lead = above.lead_unit_id if above and rng.random() < 0.7 else rng.choice(codes)
        is_number = place in _NUMBERS
        pending = place > 0 and rng.random() < 0.05
        row = Commitment(
            id=seeded_key(rng),
            report=report,
            parent=above,
            depth=1 if above else 0,
            kind=CommitmentKind.QUANTITY if is_number else CommitmentKind.TASK,
            nature=rng.choice(Nature.values),
            title=f"{rng.choice(_TITLES)}{rng.choice(_THINGS)}第{number + 1}项",
            sequence=f"{report.year}-L{number // FAMILY + 1}" + (f"-{place}" if place else ""),
            sort=1_000_000 + number,
            year=report.year,
            deadline=_deadline(rng, report.year),
            theme=above.theme if above else rng.choice(themes[str(lead)]),
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


def _leading(members: dict[str, tuple[UUID, UUID]]) -> list[str]:
    """The units that lead: departments and streets, as in the plan; all where there are none."""
    chosen = Unit.objects.filter(level__in=(Level.DEPARTMENT, Level.STREET), pk__in=list(members))
    return sorted(chosen.values_list("pk", flat=True)) or sorted(members)


def _deadline(rng: random.Random, year: int) -> date:
    """Most are due at the end of the year, some during it."""
    return date(year, 12, 31) if rng.random() < 0.7 else date(year, rng.randint(7, 12), 28)


def make_measures(rng: random.Random, made: Sequence[Commitment], owed: int) -> None:
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
    for chunk in chunks(list(zip(numbers, specs, strict=True))):
        known = ensure_measures([spec for _row, spec in chunk], actor=PLAN)
        for row, spec in chunk:
            row.measure = known[spec.key]
    with transaction.atomic():
        Commitment.objects.bulk_create(made, batch_size=BATCH)
        record_entries(
            Entry(
                commitment_subject(row.pk),
                "plan.commitment.created",
                {"report": row.report_id, "kind": str(row.kind), "title": row.title},
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
                        id=seeded_key(rng),
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
                        recorded_by=ACTOR.name,
                    )
                )
    MeasureValue.objects.bulk_create(fresh, batch_size=BATCH)


def _duties(rng: random.Random, numbers: Sequence[Commitment]) -> None:
    """Each of these measures is owed for the last complete month."""
    since = last_complete("monthly", clock.today())
    duties = [
        FilingDuty(
            id=seeded_key(rng),
            measure_id=str(row.measure_id),
            unit_id=str(row.lead_unit_id),
            contact_id=row.contact_id,
            frequency="monthly",
            days_after=rng.choice((10, 20, 40)),
            since=since,
        )
        for row in numbers
    ]
    FilingDuty.objects.bulk_create(duties, batch_size=BATCH)
    record_entries(
        Entry(
            Subject("measures.measure", str(duty.measure_id)),
            "measures.duty.created",
            {"unit": duty.unit_id, "since": duty.since},
        )
        for duty in duties
    )


def track_commitments(made: Sequence[Commitment]) -> None:
    """Tracked rows through tracking itself, the lowest first, for parents look at children."""
    year = clock.today().year
    start = clock.now().replace(month=1, day=1) if made else clock.now()
    for chunk in chunks(sorted(made, key=lambda row: -row.depth)):
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
            for row, tracked in zip(chunk, track_many(items, actor=PLAN), strict=True):
                row.tracked = tracked
            update_many(chunk, ["tracked"])


def _end_of(day: date) -> datetime:
    zone = clock.now().astimezone().tzinfo
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=zone)
