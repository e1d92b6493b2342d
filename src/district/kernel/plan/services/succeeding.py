"""Successors: made from a commitment of the year before and the promise that goes on with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import F

from district.kernel.base import clock
from district.kernel.history.public import Actor, Entry, record_many
from district.kernel.plan.models import (
    Commitment,
    Completion,
    Edition,
    Report,
    Statement,
    Succession,
    SuccessionState,
    SuccessionWay,
    Task,
)
from district.kernel.plan.models.commitments import CommitmentState, Flag, Profile
from district.kernel.plan.models.reports import TaskState
from district.kernel.plan.rules import commitments as rules
from district.kernel.plan.selectors.readiness import missing_of
from district.kernel.plan.services import tracked
from district.kernel.plan.services.growing import created
from district.kernel.plan.services.steering import start
from district.kernel.plan.subjects import COMMITMENT, commitment_subject
from district.kernel.tracking.public import hand_on

_BATCH = 500
_PLAN = Actor.system("plan")
_ALIVE = (CommitmentState.PENDING, CommitmentState.ACTIVE)


@dataclass(frozen=True, slots=True)
class Heir:
    """Who goes on with a commitment: by which way it was found, and what it is to promise.

    Its target is the statement's, else `value` of the former's measure and unit; None for a task.
    `start` is where it stands in the text.
    """

    former: Commitment
    way: SuccessionWay
    statement: Statement | None = None
    value: Decimal | None = None
    start: int = 0
    note: str = ""
    made: bool = False

    @property
    def place(self) -> int:
        """Where it stands in the text of the new report."""
        return self.statement.start if self.statement is not None else self.start


@dataclass(frozen=True, slots=True)
class Heirs:
    """What goes on: the heirs in the order of the text, those of wholes behind them.

    `folded` are wholes (former -> the part that they go on in) without a successor of their own.
    """

    rows: list[Heir]
    folded: dict[UUID, UUID]
    known: Mapping[UUID, Commitment]

    def above(self, former: Commitment) -> UUID | None:
        """The former above this one that has a successor of its own, or may have."""
        key = former.parent_id
        while key in self.folded:
            key = self.known[key].parent_id
        return key


def heirs_of(
    formers: Sequence[Commitment],
    pairs: Mapping[UUID, Heir],
    finished: Collection[UUID],
) -> Heirs:
    """The heirs of what the next report goes on with, and of the commitments above them.

    What has parts goes on with them: where a part is carried on and the report does not name the
    whole, the whole gets a successor to which the parts' successors belong. A whole whose name
    states numbers of its year goes on in its first part, since those numbers are no promise now.
    """
    heirs = sorted(pairs.values(), key=lambda heir: (heir.place, heir.former.sort))
    known = {row.pk: row for row in formers}
    groups: dict[UUID, Heir] = {}
    folded: dict[UUID, UUID] = {}
    for heir in heirs:
        above = known.get(heir.former.parent_id) if heir.former.parent_id else None
        while above is not None and not {above.pk} & (pairs.keys() | groups.keys() | folded.keys()):
            if above.value is not None or above.pk in finished:
                break
            if any(sign.isdigit() for sign in above.title):
                folded[above.pk] = heir.former.pk
            else:
                groups[above.pk] = Heir(above, SuccessionWay.PARTS, start=heir.place)
            above = known.get(above.parent_id) if above.parent_id else None
    return Heirs([*heirs, *groups.values()], folded, known)


def hand_over(
    of: Heirs, edition: Edition, finished: Collection[UUID], actor: Actor
) -> dict[UUID, Commitment]:
    """Make the successors of an edition's report and hand everything over; by former.

    Formers that are `finished` are not closed here.
    """
    heirs = of.rows
    if not heirs:
        return {}
    made = {heir.former.pk: successor_of(heir, edition.report) for heir in heirs}
    _arrange(of, made, edition.report)
    _take_tasks(edition, heirs, made)
    write(made, actor)
    heirs = [*heirs, *(Heir(of.known[key], SuccessionWay.PARTS) for key in of.folded)]
    made |= {key: made[part] for key, part in of.folded.items()}
    now = clock.now()
    Succession.objects.bulk_create(
        [
            Succession(
                former=heir.former,
                report=edition.report,
                successor=made[heir.former.pk],
                state=SuccessionState.CARRIED,
                way=heir.way,
                was=heir.former.state,
                made=heir.made,
                note=heir.note[:400],
                created_at=now,
            )
            for heir in heirs
        ],
        batch_size=_BATCH,
    )
    settle(heirs, made, finished, actor)
    return made


def write(made: Mapping[UUID, Commitment], actor: Actor) -> None:
    """Store new successors, with the co-units of their formers."""
    rows = sorted(made.values(), key=lambda row: row.depth)
    Commitment.objects.bulk_create(rows, batch_size=_BATCH)
    _copy_co_units(made)
    taken = [row.task for row in rows if row.task is not None]
    Task.objects.bulk_update(taken, ["commitment", "state"], batch_size=_BATCH)
    record_many([created(row) for row in rows], actor=actor)


def settle(
    heirs: Sequence[Heir],
    made: Mapping[UUID, Commitment],
    finished: Collection[UUID],
    actor: Actor,
) -> None:
    """Note the succession on both sides, start successors whose formers ran, move what hangs on
    these, and end those that are not `finished`."""
    _note(heirs, made, actor)
    tracked.bring_in_line(list({row.pk: row for row in made.values()}.values()), actor)
    running = {
        made[heir.former.pk].pk: made[heir.former.pk]
        for heir in heirs
        if heir.former.state == CommitmentState.ACTIVE
        and made[heir.former.pk].state == CommitmentState.PENDING
        and not missing_of(made[heir.former.pk])
    }
    start(list(running.values()), actor)
    pairs = {
        old: new
        for heir in heirs
        if (old := heir.former.tracked_id) and (new := made[heir.former.pk].tracked_id)
    }
    hand_on(pairs, COMMITMENT, by=actor, actor=_PLAN)
    ending = [heir.former for heir in heirs if heir.former.pk not in finished]
    close(ending, CommitmentState.CARRIED, actor)


def close(rows: Sequence[Commitment], state: CommitmentState, actor: Actor) -> None:
    """End commitments that are under way; others keep the state that they have."""
    open_ones = [row for row in rows if row.state in _ALIVE]
    keys = [row.pk for row in open_ones]
    for begin in range(0, len(keys), _BATCH):
        Commitment.objects.filter(pk__in=keys[begin : begin + _BATCH]).update(
            state=state, flag=Flag.NONE, version=F("version") + 1
        )
    for row in open_ones:
        row.state, row.flag = state, Flag.NONE
        row.version += 1
    tracked.bring_in_line(open_ones, actor)


def finish_formers(
    formers: Sequence[Commitment],
    finished: Mapping[UUID, str],
    report: Report,
    carried: Collection[UUID],
    actor: Actor,
) -> None:
    """Declare finished commitments done, with their last value as the reason."""
    done = [row for row in formers if row.pk in finished]
    alive = [row for row in done if row.state in _ALIVE]
    now = clock.now()
    completions = [
        Completion(
            commitment=row, reason=finished[row.pk], closed_by=actor.name[:80], closed_at=now
        )
        for row in alive
    ]
    Completion.objects.bulk_create(completions, batch_size=_BATCH)
    record_many(
        [
            Entry(
                commitment_subject(one.commitment_id),
                "plan.commitment.finished",
                {"completion": one.pk, "rolled_over": report.pk},
                note=one.reason,
            )
            for one in completions
        ],
        actor=actor,
    )
    Succession.objects.bulk_create(
        [
            Succession(
                former=row,
                report=report,
                state=SuccessionState.FINISHED,
                was=row.state,
                note=finished[row.pk][:400],
                created_at=now,
            )
            for row in done
            if row.pk not in carried
        ],
        batch_size=_BATCH,
    )
    close(alive, CommitmentState.DONE, actor)


def successor_of(heir: Heir, report: Report) -> Commitment:
    """The commitment that goes on with a former, not stored."""
    former, statement, year = heir.former, heir.statement, report.year
    due = former.deadline if former.deadline.year > former.report.year else date(year, 12, 31)
    row = Commitment(
        report=report,
        kind=former.kind,
        nature=former.nature,
        title=former.title,
        sort=heir.place,
        year=year,
        statement=statement,
        comparator=former.comparator,
        value=heir.value,
        unit=former.unit,
        basis=former.basis,
        deadline=max(due, date(year, 12, 31)),
        measure=former.measure,
        lead_unit_id=former.lead_unit_id,
        leader_id=former.leader_id,
        contact_id=former.contact_id,
        theme=former.theme,
        created_at=clock.now(),
    )
    if former.profile == Profile.BY_HAND:
        row.profile, row.profile_shares = former.profile, list(former.profile_shares)
    if statement is not None:
        row.year = max(statement.year or year, year)
        row.comparator = statement.comparator
        row.value, row.value_from = statement.value, statement.value_from
        row.unit, row.basis = statement.unit, statement.basis
        row.deadline = rules.due_date(statement.deadline, row.year)
    return row


def _arrange(of: Heirs, made: Mapping[UUID, Commitment], report: Report) -> None:
    """Put successors below those of the wholes, and number them in the order of the text."""
    below: dict[UUID | None, list[Heir]] = defaultdict(list)
    for heir in sorted(of.rows, key=lambda one: (one.place, one.former.depth, one.former.sort)):
        above = of.above(heir.former)
        parent = made.get(above) if above is not None else None
        made[heir.former.pk].parent = parent
        below[above if parent is not None else None].append(heir)
    _number(below, made, None, report.year)


def _number(
    below: Mapping[UUID | None, Sequence[Heir]],
    made: Mapping[UUID, Commitment],
    above: Commitment | None,
    year: int,
    key: UUID | None = None,
) -> None:
    indicators = items = 0
    for heir in below.get(key, ()):
        row = made[heir.former.pk]
        if above is not None:
            items += 1
            row.depth, row.sequence = above.depth + 1, f"{above.sequence}.{items}"[:40]
        elif row.kind == "indicator":
            indicators += 1
            row.sequence = rules.sequence(year, "", number=indicators)
        else:
            items += 1
            row.sequence = rules.sequence(year, str(items))
        _number(below, made, row, year, heir.former.pk)


def _take_tasks(edition: Edition, heirs: Sequence[Heir], made: Mapping[UUID, Commitment]) -> None:
    """Tie successors without a number to the narrowest task that begins with their sentence."""
    tellers = [heir for heir in heirs if heir.statement is None and heir.way != SuccessionWay.PARTS]
    places = {heir.start for heir in tellers}
    rows = Task.objects.filter(edition=edition, start__in=places, level__gte=2, commitment=None)
    known = {row.start: row for row in rows.order_by("level")}
    for heir in tellers:
        task = known.pop(heir.start, None)
        if task is not None:
            task.commitment, task.state = made[heir.former.pk], TaskState.CONFIRMED
            made[heir.former.pk].task = task


def _copy_co_units(made: Mapping[UUID, Commitment]) -> None:
    through = Commitment.co_units.through
    keys = list(made)
    rows = []
    for begin in range(0, len(keys), _BATCH):
        known = through.objects.filter(commitment_id__in=keys[begin : begin + _BATCH])
        for former, unit in known.values_list("commitment_id", "unit_id"):
            rows.append(through(commitment_id=made[former].pk, unit_id=unit))
    through.objects.bulk_create(rows, batch_size=_BATCH)


def _note(heirs: Sequence[Heir], made: Mapping[UUID, Commitment], actor: Actor) -> None:
    """Both ways: on the former whither, on the successor whence."""
    entries = []
    for heir in heirs:
        old, new = heir.former, made[heir.former.pk]
        data = {"way": str(heir.way), "former": old.pk, "successor": new.pk, "year": new.year}
        entries.append(
            Entry(commitment_subject(old.pk), "plan.commitment.carried", data, note=heir.note)
        )
        entries.append(Entry(commitment_subject(new.pk), "plan.commitment.succeeded", data))
    record_many(entries, actor=actor)
