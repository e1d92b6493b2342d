"""Trials: what a rule would have raised over past readings. Nothing is written to episodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.alarms.models import AlarmRule, RuleTrial, RuleVersion
from district.kernel.alarms.names import RULE_SWITCH, RULE_WRITE
from district.kernel.alarms.rules.content import Content
from district.kernel.alarms.rules.packing import streams_of
from district.kernel.alarms.rules.trying import Tried, frames_between, run
from district.kernel.alarms.selectors.knowing import zone
from district.kernel.alarms.selectors.places import streets_of
from district.kernel.alarms.services.binding import binding_of, bound_content, checked
from district.kernel.alarms.services.rules import owned_by, present_content
from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import authorise, permitted
from district.kernel.sensing.public import Batch, Binding, durations, readings, to_micros

State = RuleTrial.State
LONGEST = timedelta(days=31)
#: So many readings are tried within the request; more are for the worker; yet more are too many.
AT_ONCE, MOST = 100_000, 100_000_000
_KEPT, _PART = 5, 500_000
_MINUTE, _HOUR, _DAY = durations.MINUTE, durations.HOUR, durations.DAY
#: By how much the time of a reading may lie ahead of its receipt; see Datastream.skew.
_AHEAD = _HOUR
_BUSY = (State.WAITING, State.RUNNING)


class Ended(Exception):
    """The trial is over already, or was thrown away."""


def may_try(rule: AlarmRule, actor: Actor) -> bool:
    """Whether the actor may try the rule: whoever may write it or let it go live."""
    home = owned_by(rule.lead_unit)
    return permitted(actor, RULE_WRITE, home) or permitted(actor, RULE_SWITCH, home)


@transaction.atomic
def start_trial(
    key: UUID | str,
    since: datetime,
    until: datetime,
    *,
    actor: Actor,
    enqueue: Callable[[str], object],
) -> tuple[RuleTrial, bool]:
    """A trial of what would go live now, and whether it is small enough to be done at once.

    Others are given to `enqueue`, in this transaction. A rule keeps its last trials. Raises
    NotFound, NotPermitted, RuleError, Conflict while one is running, Invalid for the span or too
    many readings, NotConfigured without a log.
    """
    rule = AlarmRule.objects.select_for_update().filter(pk=key).first()
    if rule is None:
        raise NotFound(_("没有这条规则。"))
    if not may_try(rule, actor):
        authorise(actor, RULE_WRITE, owned_by(rule.lead_unit))
    _check_span(since, until)
    if rule.trials.filter(state__in=_BUSY).exists():
        raise Conflict(_("这条规则正在试算。请等它结束，或先取消。"))
    content = checked(present_content(rule), zone=zone())
    plan = _plan(content, rule, rule.live)
    total = readings().count(plan.streams, to_micros(since), to_micros(until))
    if total > MOST:
        raise Invalid(
            "since",
            _("这段时间有 %(count)d 条观测值，太多了。") % {"count": total},
            _("缩短时间，或收窄要看的数据流；最多 %(most)d 条。") % {"most": MOST},
        )
    trial = RuleTrial.objects.create(
        rule=rule,
        content=content.to_data(),
        fingerprint=content.fingerprint,
        compared=rule.live,
        since=since,
        until=until,
        total=total,
        asked_at=clock.now(),
        asked_by=(actor.name or actor.id)[:100],
    )
    old = rule.trials.values_list("pk", flat=True)[_KEPT:]
    RuleTrial.objects.filter(pk__in=list(old)).delete()
    small = total <= AT_ONCE
    if not small:
        enqueue(str(trial.pk))
    return trial, small


def _check_span(since: datetime, until: datetime) -> None:
    if since >= until:
        raise Invalid("until", _("结束时间不在开始时间之后。"), _("请改正时间。"))
    if until - since > LONGEST:
        raise Invalid("since", _("时间太长。"), _("最长 %(days)d 天。") % {"days": LONGEST.days})
    if until > clock.now() + timedelta(minutes=1):
        raise Invalid("until", _("结束时间还没有到。"), _("请选择过去的时间。"))


@dataclass(frozen=True)
class _Plan:
    """What is tried: the draft's binding and the live one's, and the streams of both."""

    bindings: tuple[Binding, ...]
    streams: list[int]
    warnings: tuple[str, ...]


def _plan(content: Content, rule: AlarmRule, live: RuleVersion | None) -> _Plan:
    bound = bound_content(content, rule.lead_unit)
    bindings = [Binding(content.rule, bound.groups)]
    if live is not None and not _judges_alike(live, content):
        bindings.append(binding_of(live))
    streams: set[int] = set()
    for binding in bindings:
        streams.update(streams_of(binding.groups).tolist())
    return _Plan(tuple(bindings), sorted(streams), bound.warnings)


def _judges_alike(live: RuleVersion, content: Content) -> bool:
    same = live.content["groups"] == content.groups.to_data()
    return same and live.rule_hash == content.rule.version


def run_trial(trial_id: str) -> None:
    """Do a trial, saying how far it is. Safe to run twice; raises Ended where it is over."""
    trial = _claim(trial_id)
    content = checked(trial.content, zone=zone())
    plan = _plan(content, trial.rule, trial.compared)
    since, until = to_micros(trial.since), to_micros(trial.until)

    def tell(count: int) -> None:
        if not RuleTrial.objects.filter(pk=trial.pk, state=State.RUNNING).update(read=count):
            raise Ended

    parts = _parts(plan.streams, since, until, trial.total, tell)
    frames = frames_between(parts, until, _AHEAD)
    before = _before(plan.streams, since)
    found = run(plan.bindings, frames, before, since, content.rule.zone)
    mine, compared = found[0], found[1] if len(found) > 1 else None
    streets = streets_of({*mine.by_group, *(compared.by_group if compared else ())})
    result: dict[str, Any] = {
        **_told(mine, streets),
        "episodes": mine.episodes(),
        "groups": len(plan.bindings[0].groups),
        "streams": len(plan.streams),
        "warnings": list(plan.warnings),
        "readings": trial.total,
        "live": None if compared is None else _told(compared, streets),
    }
    _finish(trial, result)


def _told(tried: Tried, streets: dict[str, str]) -> dict[str, Any]:
    by_street: Counter[str] = Counter()
    for group, count in tried.by_group.items():
        by_street[streets.get(group, "")] += count
    return {**tried.to_data(), "by_street": dict(by_street.most_common())}


def _parts(
    streams: Sequence[int], since: int, until: int, total: int, tell: Callable[[int], None]
) -> Iterator[tuple[int, Batch]]:
    """The readings in stretches of time of about so many each, whole minutes long."""
    share = max(1, -(-total // _PART))
    step = max(_MINUTE, (until - since) // share // _MINUTE * _MINUTE)
    log, read, begin = readings(), 0, since
    while begin < until:
        end = min(begin + step, until)
        part = log.query(streams, begin, end)
        read += len(part)
        yield end, part
        tell(read)
        begin = end


def _before(streams: Sequence[int], since: int) -> Batch:
    """The last readings of the streams before the span, as far as is worth looking."""
    log, begin = readings(), since - _DAY
    if log.count(streams, begin, since) > 2 * _PART:
        begin = since - _HOUR
    found = log.query(streams, begin, since)
    last = {stream: at for at, stream in enumerate(found.stream.tolist())}
    return found.take(np.array(sorted(last.values()), np.int64))


@transaction.atomic
def _claim(trial_id: str) -> RuleTrial:
    row = RuleTrial.objects.select_for_update().filter(pk=trial_id, state__in=_BUSY).first()
    if row is None:
        raise Ended
    RuleTrial.objects.filter(pk=row.pk).update(state=State.RUNNING, read=0)
    rows = RuleTrial.objects.select_related("rule__lead_unit", "rule__live", "compared__rule")
    return rows.get(pk=row.pk)


@transaction.atomic
def _finish(trial: RuleTrial, result: dict[str, Any]) -> None:
    rows = RuleTrial.objects.filter(pk=trial.pk, state=State.RUNNING)
    rows.update(state=State.DONE, result=result, ended_at=clock.now(), read=trial.total)


@transaction.atomic
def fail_trial(trial_id: str, problem: str) -> None:
    """End a trial with the reason why there is no result; one that is over stays as it is."""
    rows = RuleTrial.objects.filter(pk=trial_id, state__in=_BUSY)
    rows.update(state=State.FAILED, problem=problem[:500], ended_at=clock.now())


@transaction.atomic
def cancel_trial(trial_id: UUID | str, *, actor: Actor) -> AlarmRule:
    """End a trial that is not done. Raises NotFound, NotPermitted."""
    rows = RuleTrial.objects.select_related("rule__lead_unit")
    trial = rows.filter(pk=trial_id).first()
    if trial is None:
        raise NotFound(_("没有这次试算。"))
    if not may_try(trial.rule, actor):
        authorise(actor, RULE_WRITE, owned_by(trial.rule.lead_unit))
    fail_trial(str(trial.pk), _("已取消。"))
    return trial.rule


def end_left_trials(queued: Callable[[], set[str]], words: str) -> int:
    """End trials that no task will bring further; how many.

    A trial gets its task in the transaction that makes it, so one without any was given up by
    the queue; those that a request does at once are left for some minutes.
    """
    before = clock.now() - timedelta(minutes=5)
    rows = RuleTrial.objects.filter(state__in=_BUSY, asked_at__lt=before)
    busy = {str(key) for key in rows.values_list("pk", flat=True)}
    left = busy - queued() if busy else busy
    for trial_id in left:
        with suppress(Ended):
            fail_trial(trial_id, words)
    return len(left)
