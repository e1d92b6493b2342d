"""A great many cases at once, spread as a district's are: for benchmarks, never for people.

Rows are written in bulk and without history; what lists, sweeps and searches read is there.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from district.kernel.base import clock
from district.kernel.cases.models import Case, Reporter
from district.kernel.cases.rules.definition import CaseType, Stage
from district.kernel.cases.rules.nearness import cell_of
from district.kernel.cases.rules.numbers import new_number
from district.kernel.organisation.public import Unit
from district.kernel.tracking.public import TrackedRow
from district.testing.population.shared import seeded_key

_BATCH = 2000
_PLACES = (
    "路口", "小区北门", "市场东侧", "学校门前", "公园西门", "工业园二期", "地铁站B口", "公交站旁",
)  # fmt: skip
_THINGS = (
    ("垃圾堆了几天没人清", "水管爆裂，路面积水", "路灯不亮", "夜里施工噪声大", "占道经营"),
    ("电梯停运", "绿化带树枝倒伏", "消防通道被占用", "油烟扰民", "车辆乱停"),
)
_MATTERS = ("01", "01", "01", "02", "03", "")
#: Lane and number make no two texts the same.
_TEXT = "{street}{lane}号{place}{thing}，希望尽快处理（第{number}次路过）"


@dataclass(frozen=True)
class CasesMade:
    """How many cases, how many of them open, and a street with its community to look at."""

    cases: int
    open: int
    street: str
    community: str


def populate_cases(
    count: int,
    case_type: CaseType,
    *,
    open_share: float = 0.05,
    days: int = 1000,
    seed: int = 2025,
) -> CasesMade:
    """Add `count` cases of a type to a database that has units and calendars.

    They come in over the last `days` days, more on working days and in the large streets; most
    are over, of the newest `open_share` are under way, each with the clock of its stage. The
    points lie around 4,000 places, so that some are hot spots. Raises ValueError without streets.
    """
    rng = random.Random(seed)  # noqa: S311  # made-up cases, no secrets
    communities = list(
        Unit.objects.filter(level="community", is_active=True).select_related("parent")
    )
    streets = [unit for unit in communities if unit.parent is not None]
    if not streets:
        raise ValueError("cases are spread over streets and communities; load units first")
    maker = _Maker(rng, case_type, streets, clock.now(), count, open_share, days)
    rows = maker.rows()
    while chunk := list(islice(rows, _BATCH)):
        _write(chunk)
    sample = streets[0]
    return CasesMade(count, maker.opened, str(sample.parent_id), sample.pk)


@transaction.atomic
def _write(chunk: Sequence[tuple[Case, TrackedRow | None, Reporter]]) -> None:
    TrackedRow.objects.bulk_create([row for _case, row, _reporter in chunk if row is not None])
    Case.objects.bulk_create([case for case, _row, _reporter in chunk])
    Reporter.objects.bulk_create([reporter for _case, _row, reporter in chunk])


class _Maker:
    """Draws one case after another, the oldest first."""

    def __init__(
        self,
        rng: random.Random,
        case_type: CaseType,
        communities: Sequence[Unit],
        now: datetime,
        count: int,
        open_share: float,
        days: int,
    ) -> None:
        self.rng, self.type, self.now = rng, case_type, now
        self.count, self.days, self.opened = count, days, 0
        self.first_open = count - int(count * open_share)
        self.root = Unit.objects.get(parent=None)
        self.communities = communities
        # A few communities are large: a long tail, as population is.
        self.weights = [1.0 / (1 + at % 11) for at in range(len(communities))]
        self.spots = [
            (round(113.99 + rng.random() * 0.45, 4), round(22.58 + rng.random() * 0.25, 4))
            for _spot in range(4000)
        ]
        self.running = [s for s in case_type.stages.values() if s.category == "open"]
        self.over = next(s for s in case_type.stages.values() if s.category == "done")

    def rows(self) -> Iterator[tuple[Case, TrackedRow | None, Reporter]]:
        """Each case with its clock (where it runs) and its reporter."""
        drawn = self.rng.choices(self.communities, self.weights, k=self.count)
        for number, community in enumerate(drawn):
            at = self.now - timedelta(days=self.days) * (1 - number / self.count)
            at -= timedelta(seconds=self.rng.randrange(86_400))
            is_open = number >= self.first_open
            stage = self.rng.choice(self.running) if is_open else self.over
            case = self._case(number, community, at, stage)
            row = self._clock(case, stage, at) if is_open else None
            case.clock = row
            self.opened += is_open
            yield case, row, self._reporter(case)

    def _case(self, number: int, community: Unit, at: datetime, stage: Stage) -> Case:
        rng = self.rng
        lon, lat = self.spots[int(len(self.spots) * rng.random() ** 2)]
        point = (
            Decimal(str(round(lon + rng.gauss(0, 0.0008), 6))),
            Decimal(str(round(lat + rng.gauss(0, 0.0008), 6))),
        )
        street: Any = community.parent
        text = _TEXT.format(
            street=street.short_name or street.name,
            lane=rng.randrange(1, 400),
            place=rng.choice(_PLACES),
            thing=rng.choice(_THINGS[number % 2]),
            number=number,
        )
        lead = street if stage.holder == "lead" or stage.category == "done" else self.root
        closed = at + timedelta(hours=rng.randrange(4, 240)) if stage.category == "done" else None
        return Case(
            id=seeded_key(rng),
            number=f"{new_number(self.type.number, timezone.localtime(at).date())}{number:07d}",
            type_key=self.type.key,
            type_version=self.type.version,
            title=text[:40],
            text=text,
            stage=stage.key,
            category=stage.category,
            grade=self.type.default_grade,
            matter=rng.choice(_MATTERS),
            source=rng.choice(("web", "web", "phone", "city", "patrol")),
            lon=point[0],
            lat=point[1],
            cell=cell_of(*point),
            street_unit=street,
            community_unit=community,
            centre_unit=self.root,
            lead_unit=lead,
            holder_unit=lead if stage.holder == "lead" else self.root,
            reporter_count=1,
            satisfaction=rng.choice(("satisfied", "satisfied", "fair", "unhappy", ""))
            if closed
            else "",
            reported_at=at,
            due_at=at + timedelta(days=rng.randrange(3, 15)),
            finished_at=closed,
            closed_at=closed,
        )

    def _clock(self, case: Case, stage: Stage, at: datetime) -> TrackedRow:
        spec = next(one for one in self.type.clocks.values() if stage.key in one.runs)
        due = at + timedelta(days=self.rng.randrange(1, 15))
        return TrackedRow(
            id=seeded_key(self.rng),
            subject_type="cases.clock",
            subject_id=f"{case.pk}.{spec.key}",
            title=f"{case.number} · {spec.label.zh}",
            theme=self.type.key,
            lead_unit=case.holder_unit,
            calendar_id=spec.calendar,
            starts_at=at,
            due_at=due,
            light="green",
            light_since=at,
            created_at=at,
        )

    def _reporter(self, case: Case) -> Reporter:
        return Reporter(
            id=seeded_key(self.rng),
            case=case,
            code_hash=f"{case.pk.hex}{self.rng.getrandbits(128):032x}",
            joined_at=case.reported_at,
            wants_call=False,
        )
