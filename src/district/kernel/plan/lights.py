"""Tells tracking the light of commitments: many at once, with a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Max, Q
from django.utils import timezone

from district.kernel.plan.models import Commitment, ProgressReport
from district.kernel.plan.models.commitments import CommitmentState
from district.kernel.plan.rules.light import (
    Numbers,
    TaskFacts,
    number_light,
    parent_light,
    task_light,
)
from district.kernel.plan.selectors.measured import Measured, measured
from district.kernel.plan.subjects import COMMITMENT
from district.kernel.tracking.public import (
    LightContext,
    LightVerdict,
    Reason,
    TrackedRow,
    light_provider,
)

_CHUNK = 500
_ALIVE = (CommitmentState.PENDING, CommitmentState.ACTIVE)
_PENDING = LightVerdict("none", (Reason("plan.pending"),))


@light_provider(COMMITMENT)
def commitment_lights(
    rows: Sequence[TrackedRow], context: LightContext
) -> Mapping[UUID, LightVerdict]:
    """The lights of open commitments; a parent's from its whole subtree, read with it."""
    tracked = {row.subject_id: row for row in rows}
    wanted = {UUID(key) for key in tracked}
    known = _with_descendants(wanted)
    judge = Judge(known, tracked, context)
    return {tracked[str(key)].pk: judge.verdict(known[key]) for key in wanted if key in known}


def _with_descendants(keys: Iterable[UUID]) -> dict[UUID, Commitment]:
    """The commitments and everything alive below them; one query a level and chunk."""
    found: dict[UUID, Commitment] = {}
    level = wanted = sorted(keys)
    while level:
        below: list[UUID] = []
        for chunk in _chunks(level):
            query = Q(parent_id__in=chunk, state__in=_ALIVE)
            if level is wanted:
                query |= Q(pk__in=chunk)
            for row in Commitment.objects.filter(query).order_by():
                if row.pk not in found:
                    found[row.pk] = row
                    below.append(row.pk)
        looked = set(level)
        level = [key for key in below if key not in looked]
    return found


def _chunks(keys: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    return (keys[start : start + _CHUNK] for start in range(0, len(keys), _CHUNK))


class Judge:
    """Verdicts over a set of commitments, each decided once."""

    def __init__(
        self,
        known: Mapping[UUID, Commitment],
        tracked: Mapping[str, TrackedRow],
        context: LightContext,
    ) -> None:
        self._context = context
        self._today = timezone.localtime(context.now).date()
        self._tracked = dict(tracked)
        below = [str(key) for key in known if str(key) not in tracked]
        for start in range(0, len(below), _CHUNK):
            rows = TrackedRow.objects.filter(
                subject_type=COMMITMENT, subject_id__in=below[start : start + _CHUNK]
            )
            self._tracked.update({row.subject_id: row for row in rows})
        self._children: dict[UUID, list[Commitment]] = defaultdict(list)
        for row in known.values():
            if row.parent_id is not None and row.parent_id in known:
                self._children[row.parent_id].append(row)
        self._measured = measured(
            [row for row in known.values() if row.measure_id is not None], context
        )
        self._reported = _last_reports(row.pk for row in known.values() if row.value is None)
        self._decided: dict[UUID, LightVerdict] = {}

    def verdict(self, row: Commitment) -> LightVerdict:
        """The light of one commitment, its children's included."""
        if row.pk not in self._decided:
            own = self._own(row)
            children = sorted(self._children.get(row.pk, ()), key=lambda child: child.sort)
            self._decided[row.pk] = parent_light(
                own, [(_name(child), self.verdict(child)) for child in children]
            )
        return self._decided[row.pk]

    def _own(self, row: Commitment) -> LightVerdict:
        tracked = self._tracked.get(str(row.pk))
        if tracked is None or row.state == CommitmentState.PENDING:
            return _PENDING
        if row.state != CommitmentState.ACTIVE or tracked.state == TrackedRow.State.PAUSED:
            return self._context.deadline(tracked)
        policy = self._context.policy(tracked)
        if row.value is not None:
            return number_light(numbers_of(row, self._measured.get(row.pk)), self._today, policy)
        facts = TaskFacts(
            year=row.year,
            deadline=row.deadline,
            activated_on=timezone.localdate(row.activated_at) if row.activated_at else None,
            percent=row.percent,
            reported_on=self._reported.get(row.pk),
            profile=row.profile,
            shares=tuple(Decimal(share) for share in row.profile_shares),
            has_children=bool(self._children.get(row.pk)),
        )
        return task_light(facts, self._context.deadline(tracked), self._today)


def numbers_of(row: Commitment, found: Measured | None) -> Numbers:
    """A commitment's target and what was measured, as the pure rules take them."""
    known = found or Measured()
    baseline = row.value_from if row.value_from is not None else known.baseline
    return Numbers(
        comparator=row.comparator,
        value=row.value if row.value is not None else Decimal(0),
        unit=row.unit,
        basis=row.basis,
        year=row.year,
        deadline=row.deadline,
        profile=row.profile,
        shares=tuple(Decimal(share) for share in row.profile_shares),
        actual=known.actual,
        as_of=known.as_of,
        baseline=baseline,
        last_total=known.last_total,
        last_same=known.last_same,
        falls=row.value_from is not None and row.value is not None and row.value < row.value_from,
        late_days=known.late_days,
    )


def _last_reports(keys: Iterable[UUID]) -> dict[UUID, date]:
    """The day of each task's last progress report."""
    wanted = list(keys)
    found: dict[UUID, date] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = (
            ProgressReport.objects.filter(commitment_id__in=wanted[start : start + _CHUNK])
            .values("commitment_id")
            .annotate(last=Max("reported_at"))
            .values_list("commitment_id", "last")
        )
        found.update({key: timezone.localdate(last) for key, last in rows})
    return found


def _name(row: Commitment) -> str:
    return f"{row.sequence} {row.title}".strip()[:80]
