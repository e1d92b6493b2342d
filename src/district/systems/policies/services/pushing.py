"""Telling all who hold a policy's condition: in batches, once each, on their own data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, NotFound
from district.kernel.conditions.public import Condition, Explanation, explain, leaves
from district.kernel.history.public import Actor, Subject, publish, record
from district.kernel.matching.public import (
    Outcomes,
    Programme,
    evaluate_all,
    kind_of,
    population,
    values_of,
)
from district.kernel.organisation.public import authorise
from district.systems.policies.models import Consent, Policy, Push, PushLimit, PushRun
from district.systems.policies.names import NOTE_READ, PUSH, PUSHED, RUN, SYSTEM
from district.systems.policies.rules.values import plain_values
from district.systems.policies.selectors.audiences import Addressee, Audience, audience_of
from district.systems.policies.selectors.rights import owned_by, subject_of
from district.systems.policies.selectors.schema import condition_of, is_open
from district.systems.policies.services.common import acting, locked_policy
from district.systems.policies.services.notices import channel_of, notices_of

State = PushRun.State
#: So many are looked at in one transaction; up to that many at once in the request.
BATCH = 500


class Ended(Exception):
    """The round is over already."""


@transaction.atomic
def start_run(
    policy_id: UUID | str, *, actor: Actor, enqueue: Callable[[str, bool], object]
) -> tuple[PushRun, bool]:
    """Begin a round for the version in force, and say whether it is small enough to do at once.

    Each is given to `enqueue` in this transaction, with whether its caller does it now: the queue
    takes it then only if the caller's process dies. Raises NotFound, NotPermitted, Conflict when
    nothing is in force, its window is not open, or a round is going on.
    """
    policy = locked_policy(policy_id)
    authorise(actor, PUSH, owned_by(policy.lead_unit))
    version, today = policy.live, clock.today()
    if policy.state != Policy.State.PUBLISHED or version is None:
        raise Conflict(_("政策还没有发布，或已经撤回，不能推送。"))
    if not is_open(version, today):
        raise Conflict(_("今天不在政策的申报期内，不能推送。"))
    if version.runs.filter(state__in=(State.WAITING, State.RUNNING)).exists():
        raise Conflict(_("这项政策正在推送。请等它完成。"))
    audience = audience_of(policy.audience)
    outcomes = _outcomes(condition_of(version, policy.audience), audience, today)
    who, name = acting(actor)
    run = PushRun.objects.create(
        version=version,
        position=outcomes.population.position,
        total=outcomes[""].holds,
        asked_by=who,
        asked_by_name=name,
        asked_at=clock.now(),
    )
    data = {"run": str(run.pk), "version": version.number, "holds": run.total}
    record(subject_of(policy), "policies.push.begun", data, actor=actor)
    small = run.total <= BATCH
    enqueue(str(run.pk), small)
    return run, small


def _outcomes(condition: Condition, audience: Audience, today: date) -> Outcomes:
    copy = population(audience.population)
    return evaluate_all(copy, Programme.of({"": condition}, today))


def do_run(run_id: str) -> PushRun:
    """Tell everybody of a round who is left, batch by batch.

    Safe to run again where it broke off, and beside itself: each batch locks the round, and
    everybody is told once of a version. Raises Ended where the round is over.
    """
    run = PushRun.objects.select_related("version__policy").filter(pk=run_id).first()
    if run is None or not run.is_busy:
        raise Ended
    audience, today = audience_of(run.version.policy.audience), clock.today()
    condition = condition_of(run.version, audience.key)
    outcomes = _outcomes(condition, audience, today)
    ids = sorted(map(str, outcomes.ids("", "holds")))
    batch = _Batch(condition, audience, outcomes.population.position, today)
    begin = 0
    while begin < len(ids):
        run = _do_batch(run_id, batch, ids[begin : begin + BATCH])
        if not run.is_busy:
            return run
        begin += BATCH
    return _finish(run_id)


@dataclass(frozen=True)
class _Batch:
    """What all batches of one call share."""

    condition: Condition
    audience: Audience
    position: int
    today: date

    @property
    def keys(self) -> list[str]:
        """The attributes that the condition speaks of."""
        return sorted({leaf.attribute.key for leaf in leaves(self.condition)})


@transaction.atomic
def _do_batch(run_id: str, batch: _Batch, ids: Sequence[str]) -> PushRun:
    run = _locked(run_id)
    left = [one for one in ids if one > run.cursor]
    if run.version.ended_at is not None:
        return _stopped(run)
    if not left:
        return run
    limit = _locked_limit()
    standing = _Standing.of(run, left, batch)
    counted: Counter[str] = Counter()
    pushes, told = [], []
    for one in left:
        ref, row = standing.refs.get(one), standing.values.get(one)
        found = None if row is None else explain(batch.condition, row, today=batch.today)
        why = standing.why_not(one, found, limit.most)
        counted[why or "sent"] += 1
        if not why and ref is not None and found is not None and row is not None:
            pushes.append(_push(run, ref, row, found, batch))
            told.append(ref)
    Push.objects.bulk_create(pushes, batch_size=BATCH)
    notices_of(pushes, told, batch.audience.key)
    for name, count in counted.items():
        setattr(run, name, getattr(run, name) + count)
    run.state, run.cursor = State.RUNNING, left[-1]
    run.looked_at += len(left)
    run.save()
    if pushes:
        about = Subject(RUN, str(run.pk))
        publish(PUSHED, {"run": str(run.pk), "pushes": [str(p.pk) for p in pushes]}, about)
    return run


def _stopped(run: PushRun) -> PushRun:
    """End a round whose version is in force no more; whoever was told before stays told."""
    return _end(run, State.FAILED, _("这一版政策已经停用，余下的不再推送。"), SYSTEM)


def _end(run: PushRun, state: str, problem: str, actor: Actor) -> PushRun:
    run.state, run.problem, run.finished_at = state, problem[:500], clock.now()
    run.save(update_fields=["state", "problem", "finished_at"])
    data = {"run": str(run.pk), "looked_at": run.looked_at, "sent": run.sent}
    record(subject_of(run.version.policy), "policies.push.stopped", data, actor=actor)
    return run


@transaction.atomic
def stop_run(run_id: UUID | str, *, actor: Actor) -> PushRun:
    """End a round that goes on, after the batch that is being told; whoever was told stays told.

    Raises NotFound, NotPermitted, Conflict when it is over.
    """
    run = PushRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise NotFound(_("没有这次推送。"))
    authorise(actor, PUSH, owned_by(run.version.policy.lead_unit))
    if not run.is_busy:
        raise Conflict(_("这次推送已经结束。"))
    problem = _("由%(name)s停止，余下的没有推送。") % {"name": acting(actor)[1]}
    return _end(run, State.STOPPED, problem, actor)


@dataclass(frozen=True)
class _Standing:
    """What is known of those of a batch: who they are, their values, and what keeps them out."""

    refs: Mapping[str, Addressee]
    values: Mapping[str, Mapping[str, Any]]
    known: frozenset[str]
    silent: frozenset[str]
    told: Mapping[str, int]

    @classmethod
    def of(cls, run: PushRun, ids: Sequence[str], batch: _Batch) -> _Standing:
        """Read from the database at this moment: the row decides, not the copy."""
        known = Push.objects.filter(version=run.version_id, entity__in=ids)
        silent = Consent.objects.filter(entity__in=ids, wants=False)
        rows = values_of(batch.audience.population, ids, batch.keys)
        return cls(
            batch.audience.by_ids(ids),
            {str(one): row for one, row in rows.items()},
            frozenset(known.values_list("entity", flat=True)),
            frozenset(silent.values_list("entity", flat=True)),
            _told_this_month(ids, batch.today),
        )

    def why_not(self, one: str, found: Explanation | None, most: int) -> str:
        """The counter of a round under which somebody is left out; "" where they are told."""
        if found is None or kind_of(found) != "holds":
            return "changed"
        if one in self.known:
            return "known"
        if one in self.silent:
            return "opted_out"
        return "capped" if self.told.get(one, 0) >= most else ""


def _push(
    run: PushRun, ref: Addressee, row: Mapping[str, Any], found: Explanation, batch: _Batch
) -> Push:
    return Push(
        version_id=run.version_id,
        run=run,
        entity=str(ref.id),
        code=ref.code,
        name=ref.name,
        values=plain_values(row),
        position=batch.position,
        today=batch.today,
        reasons=found.to_json(),
        channel=channel_of(batch.audience.key),
        sent_at=clock.now(),
    )


def _locked(run_id: str) -> PushRun:
    run = PushRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None or not run.is_busy:
        raise Ended
    return run


def _locked_limit() -> PushLimit:
    PushLimit.objects.get_or_create(pk=1)
    return PushLimit.objects.select_for_update().get(pk=1)


def _told_this_month(ids: Sequence[str], today: date) -> dict[str, int]:
    begin = datetime.combine(today.replace(day=1), time.min, timezone.get_default_timezone())
    rows = Push.objects.filter(entity__in=ids, sent_at__gte=begin).order_by()
    return dict(rows.values_list("entity").annotate(n=Count("pk")))


@transaction.atomic
def _finish(run_id: str) -> PushRun:
    run = _locked(run_id)
    run.state, run.finished_at = State.DONE, clock.now()
    run.save(update_fields=["state", "finished_at"])
    names = ("total", "sent", "known", "opted_out", "capped", "changed")
    data = {"run": str(run.pk), **{name: getattr(run, name) for name in names}}
    policy = run.version.policy
    record(subject_of(policy), "policies.push.finished", data, actor=SYSTEM)
    return run


@transaction.atomic
def fail_run(run_id: str, problem: str) -> None:
    """Say that a round could not go on; it may be begun again, and tells nobody twice."""
    run = PushRun.objects.select_for_update().filter(pk=run_id).first()
    if run is not None and run.is_busy:
        _end(run, State.FAILED, problem, SYSTEM)


def fail_left_runs(queued: Callable[[], set[str]], problem: str) -> int:
    """End the rounds that go on and that no task will bring further; returns how many.

    `queued` names the rounds that a task waits for or works on. A round gets its task in the
    transaction that begins it, so one without any was given up by the queue.
    """
    rows = PushRun.objects.filter(state__in=(State.WAITING, State.RUNNING)).order_by()
    busy = {str(key) for key in rows.values_list("pk", flat=True)}
    left = busy - queued() if busy else busy
    for run_id in left:
        fail_run(run_id, problem)
    return len(left)


@transaction.atomic
def note_read(push_id: UUID | str, *, actor: Actor) -> Push:
    """Note that somebody has read what they were told; the first time counts.

    Raises NotFound and NotPermitted.
    """
    push = Push.objects.select_for_update().filter(pk=push_id).first()
    if push is None:
        raise NotFound(_("没有这条推送。"))
    authorise(actor, NOTE_READ, owned_by(push.version.policy.lead_unit))
    if push.read_at is None:
        push.read_at = clock.now()
        push.save(update_fields=["read_at"])
        data = {"push": str(push.pk), "code": push.code}
        record(subject_of(push.version.policy), "policies.push.read", data, actor=actor)
    return push
