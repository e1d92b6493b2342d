"""A year rolls over: the next year's report takes up what the year before left.

Every commitment under way gets one succession: carried by the promise that goes on with it, or
finished with its last value, or open until a person decides. Nothing is dropped silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, NotFound
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.kernel.plan.models import (
    Commitment,
    Edition,
    Report,
    Statement,
    Succession,
    SuccessionState,
    SuccessionWay,
)
from district.kernel.plan.models.commitments import CommitmentState
from district.kernel.plan.models.reports import EditionState
from district.kernel.plan.models.statements import StatementState
from district.kernel.plan.rules import commitments as rules
from district.kernel.plan.rules.measures import key_of
from district.kernel.plan.rules.succession import Promise, pair
from district.kernel.plan.services.decisions import settle_many, take_up
from district.kernel.plan.services.growing import promises
from district.kernel.plan.services.succeeding import Heir, finish_formers, hand_over, heirs_of
from district.kernel.plan.subjects import report_subject
from district.kernel.tracking.public import lights_together

ALIVE = (CommitmentState.PENDING, CommitmentState.ACTIVE)


@dataclass(frozen=True, slots=True)
class Said:
    """What the next year's report says of a commitment of the year before.

    `statement` is the target in its edition; where it names none in its text, `value` is the target
    that stands in its annex (None for a task). `start` is where the sentence begins in the text.
    """

    start: int
    statement: UUID | None = None
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Rolling:
    """What rolls over: a report into an edition of the next year's.

    `said` is what that edition says of each commitment, `finished` why others are finished, with
    their last value in words, and `counted` the measures that count its achievements.
    """

    report_id: UUID
    edition_id: UUID
    said: Mapping[UUID, Said] = field(default_factory=dict)
    finished: Mapping[UUID, str] = field(default_factory=dict)
    counted: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RolledOver:
    """How many commitments stand how after a roll-over, those of earlier runs left out."""

    carried: int = 0
    finished: int = 0
    open: int = 0
    new: int = 0


@transaction.atomic
def roll_over_commitments(rolling: Rolling, *, actor: Actor) -> RolledOver:
    """Let the next year's current edition take up the commitments of a report.

    Its statements are confirmed as they read, its achievements counted by the measures given. Each
    former keeps its owners, measure and progress profile in its successor, supervision moves along,
    and filings go on, since the measure is the same. A second call takes up only what has no
    succession yet. Raises NotPermitted, NotFound and Conflict (not the next year, not current).
    """
    authorise(actor, "plan.commitment.manage")
    authorise(actor, "plan.statement.decide")
    report, edition = _checked(rolling)
    formers = _formers(report, rolling.said)
    waiting = _confirm(edition, rolling.counted, actor)
    with lights_together():
        pairs = _pairs(formers, waiting, rolling)
        finished = {**rolling.finished, **_wholes(report, formers, rolling.finished, pairs)}
        heirs = heirs_of(formers, pairs, finished)
        made = hand_over(heirs, edition, finished, actor)
        finish_formers(formers, finished, edition.report, made.keys(), actor)
        opened = _leave_open(formers, made.keys() | finished.keys(), edition.report)
        taken = {heir.statement.pk for heir in heirs.rows if heir.statement is not None}
        fresh = take_up([row for row in waiting if row.pk not in taken], edition, actor)
    done = sum(1 for row in formers if row.pk in finished and row.pk not in made)
    result = RolledOver(len(made), done, opened, len(fresh))
    if formers or fresh:
        data = {
            "from": report.pk,
            "carried": result.carried,
            "finished": result.finished,
            "open": result.open,
            "new": result.new,
        }
        record(report_subject(edition.report_id), "plan.report.rolled_over", data, actor=actor)
    return result


def _checked(rolling: Rolling) -> tuple[Report, Edition]:
    report = Report.objects.select_for_update().filter(pk=rolling.report_id).first()
    edition = Edition.objects.select_related("report__unit").filter(pk=rolling.edition_id).first()
    if report is None or edition is None:
        raise NotFound(_("没有这份报告。"))
    if edition.state != EditionState.CURRENT:
        raise Conflict(_("只能转入现行版本的计划。请先采用该修订稿。"))
    if edition.report.year <= report.year or edition.report.unit_id != report.unit_id:
        raise Conflict(_("只能转入同一地区下一年度的计划。"))
    return report, edition


def _formers(report: Report, said: Mapping[UUID, Said]) -> list[Commitment]:
    """What is under way and what the next report names, without those that have a succession."""
    rows = Commitment.objects.filter(report=report, onward=None)
    rows = rows.select_related("report", "measure").order_by("sort", "depth", "id")
    return [row for row in rows if row.state in ALIVE or _is_named(row, said)]


def _is_named(row: Commitment, said: Mapping[UUID, Said]) -> bool:
    return row.state == CommitmentState.DONE and row.pk in said


def _confirm(edition: Edition, counted: Mapping[UUID, str], actor: Actor) -> list[Statement]:
    """Confirm what waits; the promises among all statements that nobody took up yet."""
    rows = list(Statement.objects.filter(edition=edition).order_by("position"))
    settle_many([row for row in rows if row.state == StatementState.PROPOSED], actor)
    by_measure: dict[str, list[UUID]] = {}
    for key, measure in counted.items():
        by_measure.setdefault(measure, []).append(key)
    for measure, keys in by_measure.items():
        Statement.objects.filter(edition=edition, pk__in=keys, counted_by=None).update(
            counted_by=measure
        )
    taken = set(
        Commitment.objects.filter(statement__edition=edition).values_list("statement", flat=True)
    )
    return [
        row
        for row in rows
        if row.pk not in taken
        and row.state != StatementState.REJECTED
        and promises(row, edition.report.year)
    ]


def _pairs(
    formers: Sequence[Commitment], waiting: Iterable[Statement], rolling: Rolling
) -> dict[UUID, Heir]:
    """The heir of each former that the next report goes on with."""
    statements = {str(row.pk): row for row in waiting}
    known = {str(row.pk): row for row in formers}
    said = {
        str(key): str(one.statement)
        for key, one in rolling.said.items()
        if one.statement is not None
    }
    # What the report names otherwise than by a number, or says is finished, looks for no number.
    settled = {key for key, one in rolling.said.items() if one.statement is None}
    settled |= set(rolling.finished) - set(rolling.said)
    looking = [row for row in formers if row.value is not None and row.pk not in settled]
    found = pair(
        [_promise(row) for row in looking],
        [_promised(one) for one in statements.values()],
        said,
    )
    pairs = {
        known[former].pk: Heir(known[former], SuccessionWay(way), statements[key])
        for former, (key, way) in found.items()
    }
    for key, one in rolling.said.items():
        former = known.get(str(key))
        if former is not None and key not in pairs and one.statement is None:
            pairs[key] = Heir(former, SuccessionWay.SENTENCE, value=one.value, start=one.start)
    return pairs


def _promise(row: Commitment) -> Promise:
    return Promise(str(row.pk), row.title, row.unit, row.basis, row.measure_id or "")


def _promised(row: Statement) -> Promise:
    measure = key_of(row.subject, row.measure, row.unit, row.basis)
    title = rules.title_of(row.subject, row.measure)
    return Promise(str(row.pk), title, row.unit, row.basis, measure)


def _wholes(
    report: Report,
    formers: Sequence[Commitment],
    finished: Mapping[UUID, str],
    pairs: Mapping[UUID, Heir],
) -> dict[UUID, str]:
    """What has parts, of which each is finished, with the reason in words."""
    over = set(finished) - set(pairs)
    parts: dict[UUID, list[UUID]] = {}
    rows = Commitment.objects.filter(report=report).exclude(state=CommitmentState.CANCELLED)
    for key, parent, state in rows.values_list("pk", "parent_id", "state").order_by():
        if parent is not None:
            parts.setdefault(parent, []).append(key)
        if state == CommitmentState.DONE and key not in pairs:
            over.add(key)
    found: dict[UUID, str] = {}
    # The lowest first, so that a whole of wholes is asked last.
    for row in sorted(formers, key=lambda one: -one.depth):
        below = parts.get(row.pk)
        if row.value is None and row.pk not in pairs and below and over.issuperset(below):
            found[row.pk] = _("下级事项均已完成。")
            over.add(row.pk)
    return found


def _leave_open(formers: Sequence[Commitment], settled: Iterable[UUID], report: Report) -> int:
    """A decision for each former that nothing goes on with."""
    known, now = set(settled), clock.now()
    rows = [
        Succession(
            former=row,
            report=report,
            state=SuccessionState.OPEN,
            was=row.state,
            created_at=now,
        )
        for row in formers
        if row.pk not in known
    ]
    Succession.objects.bulk_create(rows, batch_size=500)
    return len(rows)
