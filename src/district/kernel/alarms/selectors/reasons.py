"""Why an episode was raised: the same again from the log, clause by clause."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from district.kernel.alarms.following.stretches import Stretch, chain_of_group
from district.kernel.alarms.models import Episode
from district.kernel.alarms.selectors.episodes import evidence_of
from district.kernel.alarms.selectors.following import stretches_of_rule
from district.kernel.sensing.public import (
    Binding,
    Corrupt,
    Explanation,
    Frame,
    Gone,
    Group,
    Groups,
    LogReader,
    Replay,
    RuleEvidence,
    Transition,
    confirm,
    folder_of,
    from_micros,
    replay,
    spans_of,
    to_micros,
)

#: Seconds that a page spends on reading the log; the command line has no such bound.
MOST_SECONDS = 4.0
_MARGIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Clause:
    """A clause as the page shows it: how deep it stands, what it said then, and on what ground."""

    depth: int
    text: str
    outcome: str
    number: float | None
    at: datetime | None
    times: tuple[datetime, ...]


@dataclass(frozen=True)
class Why:
    """The explanation of an episode, or in words why there is none.

    `frames` is how many frames of the log were read, from position `since` on.
    """

    when: tuple[Clause, ...] = ()
    until: tuple[Clause, ...] = ()
    since: int = 0
    frames: int = 0
    problem: str = ""


class _TooLong(Exception):
    pass


def transition_of(episode: Episode, *, at_end: bool = False) -> Transition:
    """The transition that the rows tell of, as the log's consumer wrote it."""
    rows = [each for each in evidence_of(episode) if each.at_end is at_end]
    ended = episode.released_at if at_end else episode.raised_at
    if ended is None or (at_end and episode.end_position is None):
        raise ValueError("no reading released this episode")
    position = episode.end_position if at_end else episode.position
    assert position is not None  # noqa: S101  # looked at above
    return Transition(
        kind="released" if at_end else "raised",
        rule=episode.run.version.content["rule"]["key"],
        version=episode.run.version.rule_hash,
        group=episode.group,
        time=to_micros(ended),
        raised_at=to_micros(episode.raised_at),
        position=position,
        evidence=tuple(
            RuleEvidence(each.datastream_id, to_micros(each.time), each.value) for each in rows
        ),
        out_of_order=episode.end_out_of_order if at_end else episode.out_of_order,
    )


def _reader() -> LogReader:
    return LogReader(folder_of(os.environ, settings.VAR))


def group_of(episode: Episode) -> tuple[list[Stretch], Group] | None:
    """The runs through which the episode's group stood as it was, latest first, and the group."""
    known = stretches_of_rule(episode.run.version.rule_hash)
    run = next((each for each in known if each.id == episode.run_id), None)
    group = run.group(episode.group) if run else None
    if run is None or group is None:
        return None
    return chain_of_group(run, episode.group, known), group


def why(episode: Episode, *, reader: LogReader | None = None) -> Why:
    """Replay an episode's beginning from a stretch of the log that is long enough, for a page.

    Begins so long before the episode as the rule looks back, or where the rule went live; if that
    does not bring it about, eight times as long before.
    """
    reader = reader or _reader()
    found = group_of(episode)
    if found is None:
        return Why(problem=_("没有找到当时运行的规则。"))
    chain, group = found
    rule, earliest = chain[0].rule, chain[-1].since + 1
    transition = transition_of(episode)
    look_back = spans_of(rule.when) + (spans_of(rule.until) if rule.until else 0)
    span = look_back + rule.wait + max((each.lateness for each in group.members), default=0)
    deadline, count = time.monotonic() + MOST_SECONDS, [0]
    for times in (1, 8):
        received = transition.time - times * span - _MARGIN // timedelta(microseconds=1)
        try:
            since = max(earliest, min(reader.tail(received), transition.position))
            frames = _timed(reader.follow(since), deadline, count)
            again = replay(transition, rule, group, frames)
        except Gone:
            return Why(problem=_("观测记录中已没有当时的读数（超过保留期）。"))
        except (Corrupt, OSError) as error:
            return Why(problem=_("读不到观测记录：%(error)s") % {"error": error})
        except _TooLong:
            break
        if again is not None:
            return _told(again, since, count[0])
        if since == earliest:
            return Why(problem=_("观测记录重放后没有得到这条告警，请联系系统管理员核对。"))
    return Why(
        problem=_("当时的读数太多，页面上不能全部重放。请管理员用 district alarms --confirm 核对。")
    )


def _timed(frames: Iterator[Frame], deadline: float, count: list[int]) -> Iterator[Frame]:
    for frame in frames:
        count[0] += 1
        if not count[0] % 200 and time.monotonic() > deadline:
            raise _TooLong
        yield frame


def _told(again: Replay, since: int, frames: int) -> Why:
    until = tuple(_clauses(again.until, 0)) if again.until else ()
    return Why(tuple(_clauses(again.when, 0)), until, since, frames)


def _clauses(one: Explanation, depth: int) -> Iterator[Clause]:
    yield Clause(
        min(depth, 4),
        one.text,
        one.outcome,
        one.number,
        from_micros(one.reading.time) if one.reading else None,
        tuple(from_micros(at) for at in one.times[:6]),
    )
    for below in one.clauses:
        yield from _clauses(below, depth + 1)


def confirmed(episode: Episode, *, at_end: bool = False, reader: LogReader | None = None) -> bool:
    """Whether exactly this happens again at its own position, from the log and the run alone.

    Reads the log from where the rule went live in the group. Raises Gone where the log keeps that
    no more, ValueError where the rows tell of no such transition.
    """
    reader = reader or _reader()
    found = group_of(episode)
    if found is None:
        return False
    chain, group = found
    first = chain[-1]
    single = first.groups.single
    own = (
        Groups.of_streams([group.members[0].stream], [group.members[0].lateness])
        if single
        else Groups([group])
    )
    binding = Binding(first.rule, own)
    state: dict[str, Any] = dict(first.beginning([binding]).state())
    transition = transition_of(episode, at_end=at_end)
    return confirm(transition, binding, reader.follow(first.since + 1), state)
