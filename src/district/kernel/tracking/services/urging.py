"""Urging: a yellow or red light tells the handler, then the head, then the level above."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.history.public import Actor, Entry, Subject, record_many
from district.kernel.notifications.public import Urgency, notify
from district.kernel.organisation.public import Member, Role, Unit, assignments_today
from district.kernel.tracking.models import TrackedRow, Urging
from district.kernel.tracking.providers import ladder_of
from district.kernel.tracking.reasons import reason_texts
from district.kernel.tracking.rules.calendars import Calendar
from district.kernel.tracking.rules.ladder import Step, due_steps
from district.kernel.tracking.selectors.calendars import calendars

ACTOR = Actor.system("tracking.urging")
_CHUNK = 500
# More rows than this for the same people at once become one message with a list behind it.
_SINGLE = 3


@dataclass
class _People:
    """Who holds which role in which unit today, and which unit lies above which."""

    by_role: Mapping[tuple[str, str], list[UUID]]
    above: Mapping[str, str]

    def to(self, step: Step, row: TrackedRow) -> frozenset[UUID]:
        """Whom the step tells; where nobody is named, the next one up, to the top."""
        unit = row.lead_unit_id
        if step.to == "handler":
            found = [row.contact_id] if row.contact_id else self._holding(unit, Role.OFFICER)
            return frozenset(found) or self._head(unit)
        if step.to == "head":
            return self._head(unit)
        named = {row.leader_id} if row.leader_id else set()
        if step.to == "leader":
            return frozenset(named) or self._head(unit)
        return frozenset(named | self._head(self.above.get(unit, "")))

    def _head(self, unit: str) -> frozenset[UUID]:
        while unit:
            found = self._holding(unit, Role.UNIT_HEAD) or self._holding(unit, Role.LEADER)
            if found:
                return frozenset(found)
            unit = self.above.get(unit, "")
        return frozenset()

    def _holding(self, unit: str, role: Role) -> list[UUID]:
        return self.by_role.get((unit, role.value), [])


@dataclass
class _Batch:
    """Rows to be urged about together: same step, same people."""

    step: Step
    people: frozenset[UUID]
    rows: list[TrackedRow] = field(default_factory=list)


def urge(*, now: datetime | None = None) -> int:
    """Take every step of the ladders that is due; returns how many were taken.

    Each step at most once an episode, also when two workers do this at the same time. A step
    that finds nobody to tell is tried again the next time.
    """
    moment = now or clock.now()
    known, people = calendars(), _people()
    rows = (
        TrackedRow.objects.filter(state=TrackedRow.State.OPEN, light__in=("yellow", "red"))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    taken, last = 0, None
    while True:
        keys = list((rows if last is None else rows.filter(pk__gt=last))[:_CHUNK])
        if not keys:
            return taken
        last = keys[-1]
        taken += _urge_chunk(keys, known, people, moment)


def _people() -> _People:
    holders: dict[tuple[str, str], list[UUID]] = {}
    wanted = (Role.OFFICER.value, Role.UNIT_HEAD.value, Role.LEADER.value)
    posts = assignments_today().filter(role__in=wanted)
    for unit, role, member in posts.values_list("unit_id", "role", "member_id"):
        holders.setdefault((unit, role), []).append(member)
    above = dict(Unit.objects.exclude(parent=None).values_list("pk", "parent_id"))
    return _People(holders, above)


@transaction.atomic
def _urge_chunk(
    keys: Sequence[UUID], known: Mapping[str, Calendar], people: _People, now: datetime
) -> int:
    # The lock makes a second worker wait and then see the steps that the first one took.
    rows = list(TrackedRow.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    taken: dict[tuple[UUID, int], set[str]] = {}
    for row_id, episode, done in Urging.objects.filter(row__in=keys).values_list(
        "row_id", "episode", "step"
    ):
        taken.setdefault((row_id, episode), set()).add(done)
    batches: dict[tuple[str, str, frozenset[UUID]], _Batch] = {}
    for row in rows:
        if row.state != TrackedRow.State.OPEN:
            continue
        ladder = ladder_of(row.ladder)
        for step in due_steps(
            ladder,
            row.light,  # type: ignore[arg-type]  # the column holds only lights
            row.light_since,
            now,
            known[row.calendar_id],
            taken.get((row.pk, row.episode), set()),
        ):
            told = people.to(step, row)
            if told:
                key = (ladder.key, step.key, told)
                batches.setdefault(key, _Batch(step, told)).rows.append(row)
    for batch in batches.values():
        _take(batch, now)
    return sum(len(batch.rows) for batch in batches.values())


def _take(batch: _Batch, now: datetime) -> None:
    told = sorted(str(person) for person in batch.people)
    Urging.objects.bulk_create(
        [
            Urging(row=row, step=batch.step.key, episode=row.episode, recipients=told, at=now)
            for row in batch.rows
        ]
    )
    record_many(
        [
            Entry(
                Subject(row.subject_type, row.subject_id),
                "tracking.urged",
                {"step": batch.step.key, "to": batch.step.to, "light": row.light, "members": told},
            )
            for row in batch.rows
        ],
        actor=ACTOR,
    )
    members = list(Member.objects.filter(pk__in=batch.people))
    if len(batch.rows) > _SINGLE:
        _notify_many(members, batch)
        return
    for row in batch.rows:
        _notify_one(members, batch.step, row)


def _notify_one(members: Iterable[Member], step: Step, row: TrackedRow) -> None:
    notify(
        members,
        _("%(light)s提醒：%(title)s") % {"light": row.get_light_display(), "title": row.title},
        " · ".join(reason_texts(row.reasons)),
        reverse("tracked", args=[row.pk]),
        Subject(row.subject_type, row.subject_id),
        _urgency(step),
    )


def _notify_many(members: Iterable[Member], batch: _Batch) -> None:
    titles = "、".join(row.title for row in batch.rows[:_SINGLE])
    notify(
        members,
        _("%(count)s 项亮灯，请处理") % {"count": len(batch.rows)},
        _("%(titles)s等 %(count)s 项。") % {"titles": titles, "count": len(batch.rows)},
        f"{reverse('register_list', args=['tracking-rows'])}?light={batch.step.light}",
        Subject("tracking.urging", batch.step.key),
        _urgency(batch.step),
    )


def _urgency(step: Step) -> str:
    return Urgency.NORMAL.value if step.light == "yellow" else Urgency.IMPORTANT.value
