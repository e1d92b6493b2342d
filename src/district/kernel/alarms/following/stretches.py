"""Runs over stretches of the log, and an evaluator that is brought to where they stand. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol
from uuid import UUID

import numpy as np

from district.kernel.alarms.rules.heard import unpack_heard
from district.kernel.alarms.rules.packing import same_groups, unpack
from district.kernel.sensing.public import Binding, Frame, Group, Groups, Rule, VectorisedEvaluator


@dataclass(frozen=True)
class Stretch:
    """A run as the follower knows it: a rule over groups from behind `since` up to `until`.

    `id` is the run's, `version_id` and `rule_id` those of the rows; `packed` its groups and
    `heard` what was known of their streams at its beginning, as bytes.
    """

    id: UUID
    version_id: UUID
    rule_id: UUID
    rule: Rule
    packed: bytes = field(repr=False)
    heard: bytes = field(repr=False)
    since: int
    until: int | None = None

    @cached_property
    def groups(self) -> Groups:
        """Its groups."""
        return unpack(self.packed)

    @property
    def binding(self) -> Binding:
        """What the evaluator is given."""
        return Binding(self.rule, self.groups)

    @cached_property
    def _by_id(self) -> dict[str, Group]:
        return {group.id: group for group in self.groups}

    def group(self, key: str) -> Group | None:
        """The group of that id."""
        if not self.groups.single:
            return self._by_id.get(key)
        places = np.flatnonzero(self.groups.streams == (int(key) if key.isdecimal() else -1))
        return self.groups[int(places[0])] if len(places) else None

    def beginning(self, bindings: Sequence[Binding]) -> VectorisedEvaluator:
        """An evaluator as it stood when this run began, of these bindings alone."""
        return VectorisedEvaluator.beginning(bindings, self.since, *unpack_heard([self.heard]))

    def holds_at(self, position: int) -> bool:
        """Whether it evaluates the frame behind `position`."""
        return self.since <= position and (self.until is None or self.until > position)


def in_force(stretches: Iterable[Stretch], position: int) -> list[Stretch]:
    """Those that evaluate the frame behind `position`."""
    return [stretch for stretch in stretches if stretch.holds_at(position)]


def chain_of(last: Stretch, stretches: Iterable[Stretch]) -> list[Stretch]:
    """The runs of a rule's version that follow each other without a gap up to `last`, latest
    first: groups that stayed as they were have kept their state through all of them."""
    found = [last]
    earlier = {each.until: each for each in stretches if each.rule.version == last.rule.version}
    while (before := earlier.get(found[-1].since)) is not None and before not in found:
        found.append(before)
    return found


def chain_of_group(last: Stretch, key: str, stretches: Iterable[Stretch]) -> list[Stretch]:
    """Of that chain, latest first, the runs through which one group has stayed as it was."""
    own, found = last.group(key), []
    for stretch in chain_of(last, stretches):
        same_form = stretch.groups.single == last.groups.single
        if not same_form or stretch.group(key) != own:
            break
        found.append(stretch)
    return found


def needed(stretches: Sequence[Stretch], position: int) -> list[Stretch]:
    """The runs in force behind `position`, and those before them whose state they took over."""
    found: dict[UUID, Stretch] = {}
    for stretch in in_force(stretches, position):
        found |= {each.id: each for each in chain_of(stretch, stretches)}
    return list(found.values())


class Frames(Protocol):
    """The frames of a log from a position on, as `LogReader.follow` gives them."""

    def follow(self, position: int) -> Iterator[Frame]:
        """In order, up to what is durable."""
        ...


def brought_to(
    position: int,
    stretches: Sequence[Stretch],
    frames: Frames,
    state: tuple[int, dict[str, Any]] | None,
    heard: tuple[int, bytes] = (-1, b""),
) -> VectorisedEvaluator:
    """An evaluator that knows what one would that had taken every frame up to `position`.

    `state` is a snapshot with its position, at or before `position`; without one everything
    begins with the earliest of the runs that matter still. `heard` is what had been seen of all
    datastreams by a position. What was told on the way is told no
    second time. Raises Gone where the log keeps no longer what is needed.
    """
    wanted = needed(stretches, position)
    if state is not None:
        at, known = state
        evaluator = VectorisedEvaluator.restore(_bound(stretches, at), known)
        wanted = list(stretches)
    else:
        at = min((stretch.since for stretch in wanted), default=position)
        seen, tick = unpack_heard(each.heard for each in wanted if each.since == at)
        evaluator = VectorisedEvaluator.beginning(_bound(wanted, at), at, seen, tick)
        if heard[0] <= at:
            evaluator.hear(*unpack_heard([heard[1]]))
    changes = {each.since for each in wanted} | {each.until for each in wanted}
    if at < position:
        for frame in frames.follow(at + 1):
            if frame.position > position:
                break
            evaluator.take(frame)
            # What the whole log had told of a new run's streams by then is in the run; of all
            # others it matters to rules that begin later.
            if frame.position in changes:
                begun = (each.heard for each in wanted if each.since == frame.position)
                evaluator.hear(*unpack_heard(begun))
                evaluator.apply(_bound(wanted, frame.position))
            if frame.position == heard[0]:
                evaluator.hear(*unpack_heard([heard[1]]))
    return evaluator


def _bound(stretches: Sequence[Stretch], position: int) -> list[Binding]:
    return [each.binding for each in in_force(stretches, position)]


@dataclass(frozen=True)
class Wanted:
    """A live version and the groups that it is to be applied to from now on."""

    version_id: UUID
    rule_id: UUID
    rule: Rule
    packed: bytes = field(repr=False)


def differences(
    now: Sequence[Stretch], wanted: Sequence[Wanted]
) -> tuple[list[Stretch], list[Wanted]]:
    """The runs that are over, and what begins anew."""
    known = {each.version_id: each for each in now}
    kept = {
        each.version_id
        for each in wanted
        if each.version_id in known and same_groups(known[each.version_id].packed, each.packed)
    }
    over = [each for each in now if each.version_id not in kept]
    return over, [each for each in wanted if each.version_id not in kept]
