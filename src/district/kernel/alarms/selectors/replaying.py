"""Why an episode was raised: the same again from the log of readings, clause by clause."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from district.kernel.alarms.models import Episode, RuleVersion
from district.kernel.alarms.rules.packing import unpack
from district.kernel.sensing.public import (
    Batch,
    Binding,
    Evidence,
    Frame,
    Group,
    Groups,
    History,
    LogError,
    LogReader,
    Replay,
    Rule,
    Tick,
    Transition,
    VectorisedEvaluator,
    batch_of,
    confirm,
    durations,
    log_folder,
    parse_rule,
    replay,
    to_micros,
    tree,
)

#: Of a run that began at most so many frames before, all of them are read again.
MOST_FRAMES = 50_000
#: So many readings of the group's streams at most are gone through, and so many seconds spent.
MOST_READINGS, MOST_SECONDS = 500_000, 4.0
_HOUR = durations.HOUR
_LONGEST_LOOK = 400 * durations.DAY
_SECOND = durations.SECOND


def explain(episode: Episode, *, folder: Path | None = None) -> Replay | None:
    """The episode's beginning once more, with what each clause said; None where it cannot be.

    Where the version was applied not long before, exactly its frames are read; else only the
    readings of the group's streams, as far back as the rule can look, and further where that
    does not bring the episode about. None where the log is gone, or more would have to be read
    than is done while somebody waits. `run` and its `version` should be loaded with the episode.
    """
    rule, group = rule_of(episode.run.version), group_of(episode)
    if group is None:
        return None
    reader, until = LogReader(folder or log_folder()), time.monotonic() + MOST_SECONDS
    at = to_micros(episode.raised_at)
    groups = _alone(group, rule)
    try:
        if episode.position - episode.run.since <= MOST_FRAMES:
            frames = _whole(reader, episode, group, until)
            if frames is not None:
                return _again(rule, groups, frames, at)
        return _narrow(History(reader), rule, groups, at, episode, until)
    except (LogError, OSError):
        return None


def confirms(episode: Episode, *, folder: Path | None = None) -> bool:
    """Whether exactly this beginning happens again, from the first frame of the run on.

    Reads the whole stretch of the log, however long. Raises what the log raises where a frame
    is gone or damaged.
    """
    rule, group = rule_of(episode.run.version), group_of(episode)
    if group is None:
        return False
    transition = _transition(episode, rule, group)
    frames = LogReader(folder or log_folder()).follow(episode.run.since + 1)
    return confirm(transition, Binding(rule, _alone(group, rule)), _of(frames, group))


def rule_of(version: RuleVersion) -> Rule:
    """The version's pure rule."""
    return parse_rule(version.content["rule"], zone=version.zone)


def group_of(episode: Episode) -> Group | None:
    """The episode's group as the run had it; None where the run has no such group."""
    groups = unpack(episode.run.groups)
    if groups.single:
        found = np.flatnonzero(groups.streams == _number(episode.group))
        return groups[int(found[0])] if len(found) else None
    return next((group for group in groups if group.id == episode.group), None)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1


def _alone(group: Group, rule: Rule) -> Groups:
    """The one group, declared in the form in which it was."""
    only = group.members[0]
    if len(group.members) == 1 and group.id == str(only.stream) and rule.roles == (tree.ITSELF,):
        return Groups.of_streams([only.stream], only.lateness)
    return Groups([group])


def _transition(episode: Episode, rule: Rule, group: Group) -> Transition:
    rows = {row.datastream_id: row for row in episode.evidence.filter(at_end=False)}
    order = [member.stream for member in group.in_roles(rule.roles) if member.stream in rows]
    evidence = tuple(
        Evidence(stream, to_micros(rows[stream].time), rows[stream].value)
        for stream in dict.fromkeys(order)
    )
    at = to_micros(episode.raised_at)
    return Transition(
        "raised",
        rule.key,
        rule.version,
        group.id,
        at,
        at,
        episode.position,
        evidence,
        episode.out_of_order,
    )


def _of(frames: Iterable[Frame], group: Group) -> Iterator[Frame]:
    """The frames with the readings of the group's streams alone."""
    streams = np.array([member.stream for member in group.members], np.int64)
    for frame in frames:
        content = frame.content
        if isinstance(content, Batch):
            own = np.flatnonzero(np.isin(content.stream, streams))
            # A copy: what is kept must not keep the whole frame in memory.
            yield Frame(frame.position, content.take(own))
        else:
            yield frame


def _whole(reader: LogReader, episode: Episode, group: Group, until: float) -> list[Frame] | None:
    """All frames of the run up to the episode, with the group's readings; None if too many.

    Of ticks between two frames with such readings the first and the last stay: those between
    decide nothing that the last one does not.
    """
    found: list[Frame] = []
    count = 0
    for frame in _of(reader.follow(episode.run.since + 1), group):
        if frame.position > episode.position:
            break
        content = frame.content
        if isinstance(content, Batch):
            if not len(content):
                continue
            count += len(content)
        elif len(found) > 1 and isinstance(found[-1].content, Tick):
            found.pop()
        found.append(frame)
        if count > MOST_READINGS or time.monotonic() > until:
            return None
    return found


def _again(rule: Rule, groups: Groups, frames: Sequence[Frame], at: int) -> Replay | None:
    """The beginning at that event time among what the frames bring about, explained."""
    evaluator = VectorisedEvaluator([Binding(rule, groups)])
    for frame in frames:
        for one in evaluator.take(frame):
            if one.kind == "raised" and one.time == at:
                return replay(one, rule, groups[0], frames)
    return None


def _narrow(
    history: History, rule: Rule, groups: Groups, at: int, episode: Episode, until: float
) -> Replay | None:
    """From the readings of the group's streams alone, looking ever further back."""
    group, look = groups[0], max(look_back(rule), _HOUR)
    streams = [member.stream for member in group.members]
    late = max(member.lateness for member in group.members)
    while True:
        since = at - look
        if history.count(streams, since, at + 1) > MOST_READINGS:
            return None
        rows = history.readings(streams, since, at + 1)
        rows = rows.filter(
            (rows["position"] > episode.run.since) & (rows["position"] <= episode.position)
        )
        rows = rows.sort("position", maintain_order=True)
        positions = rows["position"].to_numpy()
        found = _again(rule, groups, _frames(batch_of(rows), positions, at + late), at)
        if found is not None or look > _LONGEST_LOOK or time.monotonic() > until:
            return found
        look *= 8


def _frames(batch: Batch, positions: npt.NDArray[np.int64], end: int) -> list[Frame]:
    """Frames of these readings, each behind a tick of the second in which it was received."""
    frames: list[Frame] = []
    edges = np.flatnonzero(np.diff(positions)) + 1
    for part in np.split(np.arange(len(batch)), edges):
        if not len(part):
            continue
        own = batch.take(part)
        tick = int(own.received.min()) // _SECOND * _SECOND
        frames.append(Frame(len(frames), Tick(min(tick, end))))
        frames.append(Frame(len(frames), own))
    frames.append(Frame(len(frames), Tick(end)))
    return frames


def look_back(rule: Rule) -> int:
    """How far back what the rule says can rest on readings, in microseconds, hysteresis apart."""
    clauses = [rule.when, *([rule.until] if rule.until else [])]
    return max(_depth(clause) for clause in clauses) + rule.wait


def _depth(clause: tree.Clause) -> int:
    own = 0
    if isinstance(clause, tree.Test):
        own = (clause.rate.over if clause.rate else 0) + (
            clause.valid_for if clause.valid_for < tree.FOREVER else 0
        )
    elif isinstance(clause, tree.Silent | tree.Sustained):
        own = clause.span
    elif isinstance(clause, tree.Counted | tree.Members):
        own = clause.within
    return own + max((_depth(below) for below in tree.inside(clause)), default=0)
