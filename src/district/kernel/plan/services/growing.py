"""Commitments grow from confirmed statements and tasks, with the items above them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Q

from district.kernel.base import clock
from district.kernel.history.public import Actor, Entry, record_many
from district.kernel.plan.models import Commitment, Edition, Statement, Task
from district.kernel.plan.models.commitments import CommitmentKind, CommitmentState, Nature
from district.kernel.plan.models.reports import StatementKind, TaskState
from district.kernel.plan.models.statements import plain
from district.kernel.plan.rules import commitments as rules
from district.kernel.plan.services import measuring
from district.kernel.plan.subjects import commitment_subject

_BATCH = 500
#: Sections (0) and parts (1) only group; items and what lies below them are promises.
FIRST_LEVEL = 2


class Growth:
    """Makes the commitments of one edition that are not there yet; use once.

    `statements` and `tasks` add what shall be promised, `write` stores it with one event each.
    """

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.report = edition.report
        self._tasks = {task.pk: task for task in Task.objects.filter(edition=edition)}
        self._by_task: dict[UUID, Commitment] = {}
        self._new: list[Commitment] = []
        self._confirmed: list[Task] = []
        self._ordinals = self._number()
        known = [task.commitment_id for task in self._tasks.values() if task.commitment_id]
        self._known = Commitment.objects.in_bulk(known)

    def _number(self) -> dict[UUID, int]:
        """The place of each target among those of its task, from 1; what lies in no numbered
        item (main indicators, with or without a number) is counted through."""
        rows = Statement.objects.filter(
            Q(year=None) | Q(year__gte=self.report.year),
            edition=self.edition,
            kind=StatementKind.TARGET,
        )
        marks: list[tuple[int, UUID, UUID | None]] = [
            (start, key, task) for key, start, task in rows.values_list("pk", "start", "task_id")
        ]
        marks += [
            (task.start, task.pk, None)
            for task in self._tasks.values()
            if task.kind == StatementKind.TARGET
            and is_bullet(task)
            and task.qualitative
            and not self._item(task)
        ]
        counts: dict[UUID | None, int] = defaultdict(int)
        ordinals: dict[UUID, int] = {}
        for _start, key, task_id in sorted(marks, key=lambda mark: mark[0]):
            group = task_id if task_id and self._item(self._tasks.get(task_id)) else None
            counts[group] += 1
            ordinals[key] = counts[group]
        return ordinals

    def _item(self, task: Task | None) -> Task | None:
        """The numbered item that `task` is or lies in."""
        while task is not None and not (task.level == FIRST_LEVEL and task.number):
            task = self._tasks.get(task.parent_id) if task.parent_id else None
        return task

    def _sequence(self, task: Task | None, number: int = 0) -> str:
        item = self._item(task)
        if task is None or item is None:
            return rules.sequence(self.report.year, "", number=number)
        clause = 0 if task.pk == item.pk else int(re.sub(r"\D", "", task.key.split(".")[-1]) or 0)
        printed = re.sub("[^0-9A-Za-z\u4e00-\u9fff]", "", item.number)
        return rules.sequence(self.report.year, printed, clause, number)

    def for_task(self, task: Task) -> Commitment | None:
        """The commitment of `task`, made with those of the items above it; None for a mere
        heading."""
        if task.level < FIRST_LEVEL:
            return None
        if task.commitment_id in self._known:
            return self._known[task.commitment_id]
        if task.pk in self._by_task:
            return self._by_task[task.pk]
        above = self._tasks.get(task.parent_id) if task.parent_id else None
        parent = self.for_task(above) if above else None
        year = max(task.year or self.report.year, self.report.year)
        row = Commitment(
            report=self.report,
            parent=parent,
            depth=parent.depth + 1 if parent else 0,
            # A clause's title ends at its first comma; the list it names may come later.
            kind=CommitmentKind(
                rules.kind_of_task(task.text if task.level > FIRST_LEVEL else task.title)
            ),
            nature=Nature.BINDING if rules.is_binding("", task.title, "") else Nature.EXPECTED,
            title=task.title,
            sequence=self._sequence(task, self._ordinals.get(task.pk, 0)),
            sort=task.start,
            year=year,
            task=task,
            deadline=rules.due_date(task.deadline, year),
            theme=task.theme or (parent.theme if parent else ""),
            created_at=clock.now(),
        )
        self._by_task[task.pk] = row
        self._new.append(row)
        task.commitment, task.state = row, TaskState.CONFIRMED
        self._confirmed.append(task)
        return row

    def for_statement(self, statement: Statement) -> Commitment:
        """A new commitment for a confirmed target, under its task's."""
        kind = CommitmentKind(rules.kind_of_statement(statement.section, statement.text))
        task = self._tasks.get(statement.task_id) if statement.task_id else None
        parent = None
        if task is not None and kind != CommitmentKind.INDICATOR:
            parent = self.for_task(task)
        binding = rules.is_binding(statement.subject, statement.measure, statement.text)
        year = statement.year or self.report.year
        row = Commitment(
            report=self.report,
            parent=parent,
            depth=parent.depth + 1 if parent else 0,
            kind=kind,
            nature=Nature.BINDING if binding else Nature.EXPECTED,
            title=rules.title_of(statement.subject, statement.measure),
            sequence=self._sequence(task, self._ordinals.get(statement.pk, 0)),
            sort=statement.start,
            year=year,
            statement=statement,
            comparator=statement.comparator,
            value=statement.value,
            value_from=statement.value_from,
            unit=statement.unit,
            basis=statement.basis,
            deadline=rules.due_date(statement.deadline, year),
            theme=statement.theme or (parent.theme if parent else ""),
            created_at=clock.now(),
        )
        self._new.append(row)
        return row

    def write(self, actor: Actor) -> list[Commitment]:
        """Store what was made, bound to measures; returns the new commitments."""
        if self._new:
            measuring.bind(self._new)
            Commitment.objects.bulk_create(self._new, batch_size=_BATCH)
            Task.objects.bulk_update(self._confirmed, ["commitment", "state"], batch_size=_BATCH)
            record_many([created(row) for row in self._new], actor=actor)
        return self._new


def created(row: Commitment) -> Entry:
    """The event of a new commitment."""
    return Entry(
        commitment_subject(row.pk),
        "plan.commitment.created",
        {
            "report": row.report_id,
            "kind": str(row.kind),
            "title": row.title,
            "sequence": row.sequence,
            "statement": row.statement_id,
            "comparator": row.comparator,
            "value": None if row.value is None else plain(row.value),
            "unit": row.unit,
            "deadline": row.deadline,
        },
    )


def is_bullet(task: Task) -> bool:
    """Whether a task is a line of a list (——), which promises even outside a numbered item."""
    return task.text.lstrip().startswith(("—", "-", "·", "•"))


def promises(statement: Statement, report_year: int) -> bool:
    """Whether a statement is a promise of this report: a target that is not of a year past."""
    return statement.kind == StatementKind.TARGET and (
        statement.year is None or statement.year >= report_year
    )


def commitments_of(statements: Iterable[Statement]) -> dict[UUID, Commitment]:
    """The commitments that stand already, by statement id."""
    keys: Sequence[UUID] = [row.pk for row in statements]
    found: dict[UUID, Commitment] = {}
    for start in range(0, len(keys), _BATCH):
        chunk = Commitment.objects.filter(statement_id__in=keys[start : start + _BATCH])
        found.update({row.statement_id: row for row in chunk if row.statement_id})
    return found


def untouched(commitment: Commitment) -> bool:
    """Whether nobody has relied on it yet, so that its target still follows its statement."""
    return commitment.activated_at is None and commitment.state in (
        CommitmentState.PENDING,
        CommitmentState.CANCELLED,
    )
