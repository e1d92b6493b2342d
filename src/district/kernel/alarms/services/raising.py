"""Episodes as rows: raised, released and withdrawn by the hundred, in a few statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Q

from district.kernel.alarms.following.stretches import Stretch
from district.kernel.alarms.models import AlarmRule, Episode, Evidence, Silence
from district.kernel.alarms.names import RAISED, RELEASED
from district.kernel.alarms.rules.episodes import number_of, title_of
from district.kernel.alarms.services.common import ALARMS, subject_of
from district.kernel.base import clock
from district.kernel.base.bulk import update_many
from district.kernel.base.inserting import insert, together
from district.kernel.history.public import Entry, publish, record_many
from district.kernel.sensing.public import Datastream, Group, Transition, Withdrawn, from_micros

Row = TypeVar("Row")
#: So many rows stand in a statement at most; databases bound the number of values.
_AT_ONCE = 400


@dataclass(frozen=True)
class _Place:
    """Where a group stands: the datastreams that were read, the one that stands for it first."""

    streams: tuple[Datastream, ...]

    @property
    def first(self) -> Datastream:
        return self.streams[0]

    @property
    def things(self) -> int:
        return len({each.thing_id for each in self.streams})


def write_turns(
    runs: Mapping[str, Stretch],
    transitions: Sequence[Transition],
    withdrawn: Sequence[Withdrawn],
    position: int,
) -> int:
    """Write what the follower was told, within its transaction; how many were raised.

    An episode is raised once (its key is what it is); what a person has released stays so.
    """
    if not transitions and not withdrawn:
        return 0
    raised = [one for one in transitions if one.kind == "raised"]
    released = {one.episode: one for one in transitions if one.kind == "released"}
    made = _raised(runs, raised)
    over = _released(made, released) + _withdrawn(made, withdrawn, position)
    fresh = [_raised_entry(episode) for episode in made.values()]
    later = [_ended_entry(episode) for episode in over]
    for rows in _parts(list(made.values())):
        insert(rows)
    for evidence in _parts([*_evidence(raised, made), *_end_evidence(released, over)]):
        insert(evidence)
    changed = [episode for episode in over if episode.pk not in made]
    for episode in changed:
        episode.version += 1
    update_many(
        changed,
        ["state", "released_at", "ended_at", "end_position", "end_out_of_order", "version"],
    )
    for entries in _parts(fresh):
        record_many(entries, actor=ALARMS, fresh=True)
    for entries in _parts(later):
        record_many(entries, actor=ALARMS)
    _tell(made.values(), over)
    return len(made)


def _parts(rows: list[Row]) -> Iterable[list[Row]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


def _raised(runs: Mapping[str, Stretch], raised: Sequence[Transition]) -> dict[UUID, Episode]:
    """The new episodes, not saved yet."""
    if not raised:
        return {}
    now, places = clock.now(), _places(runs, raised)
    silences = _silences({runs[one.version].rule_id for one in raised}, now)
    made = {}
    for one in raised:
        run = runs[one.version]
        place = places.get((one.version, one.group))
        if place is None:  # its datastreams are gone from the register: nobody's any more
            continue
        made[one.episode] = _episode(one, run, place, silences, now)
    return made


def _episode(
    one: Transition, run: Stretch, place: _Place, silences: Sequence[Silence], now: datetime
) -> Episode:
    thing, raised_at = place.first.thing, from_micros(one.raised_at)
    location = thing.location
    silence = next(
        (s for s in silences if s.rule_id == run.rule_id and s.group in ("", one.group)), None
    )
    return Episode(
        id=one.episode,
        number=number_of(one.episode, raised_at),
        rule_id=run.rule_id,
        run_id=run.id,
        group=one.group,
        title=title_of(run.rule.label, thing.name, place.things),
        level=run.rule.level,
        lead_unit_id=thing.lead_unit_id,
        thing=thing,
        place=(location.name if location else "")[:200],
        street=location.street if location else "",
        community=location.community if location else "",
        lon=location.lon if location else None,
        lat=location.lat if location else None,
        raised_at=raised_at,
        known_at=now,
        position=one.position,
        out_of_order=one.out_of_order,
        silenced=silence,
    )


def _places(
    runs: Mapping[str, Stretch], raised: Sequence[Transition]
) -> dict[tuple[str, str], _Place]:
    """The datastreams of each group, the one that turned it first; a statement for every 500."""
    numbers: dict[tuple[str, str], list[int]] = {}
    for one in raised:
        group = runs[one.version].group(one.group)
        latest = sorted(one.evidence, key=lambda each: -each.time)
        order = [each.stream for each in latest] + _members(group)
        numbers[one.version, one.group] = list(dict.fromkeys(order))[:50]
    known = streams_by_number({number for each in numbers.values() for number in each})
    found = {
        key: tuple(known[number] for number in each if number in known)
        for key, each in numbers.items()
    }
    return {key: _Place(streams) for key, streams in found.items() if streams}


def _members(group: Group | None) -> list[int]:
    return [each.stream for each in group.members] if group else []


def streams_by_number(numbers: Iterable[int]) -> dict[int, Datastream]:
    """Datastreams with their things and locations, by number; a statement for every 500."""
    wanted, found = sorted(set(numbers)), dict[int, Datastream]()
    for start in range(0, len(wanted), 500):
        rows = Datastream.objects.filter(pk__in=wanted[start : start + 500])
        found |= {row.pk: row for row in rows.select_related("thing__location")}
    return found


def _silences(rules: set[UUID], now: datetime) -> list[Silence]:
    return list(Silence.objects.filter(active_q(now), rule_id__in=rules).order_by("begins_at"))


def active_q(now: datetime) -> Q:
    """The silences that hold at a moment."""
    return Q(begins_at__lte=now, ends_at__gt=now, ended_at=None)


def _released(made: Mapping[UUID, Episode], released: Mapping[UUID, Transition]) -> list[Episode]:
    """The episodes that readings ended: new ones, and those that were open."""
    over = [*_open(made, released), *(made[key] for key in released if key in made)]
    for episode in over:
        one = released[episode.pk]
        episode.state = Episode.State.RELEASED
        episode.released_at, episode.ended_at = from_micros(one.time), clock.now()
        episode.end_position, episode.end_out_of_order = one.position, one.out_of_order
    return over


def _withdrawn(
    made: Mapping[UUID, Episode], withdrawn: Sequence[Withdrawn], position: int
) -> list[Episode]:
    """The episodes whose rule or group went away."""
    keys = {one.episode for one in withdrawn}
    over = [*_open(made, keys), *(made[key] for key in keys if key in made)]
    for episode in over:
        episode.state = Episode.State.WITHDRAWN
        episode.ended_at, episode.end_position = clock.now(), position
    return over


def _open(made: Mapping[UUID, Episode], keys: Iterable[UUID]) -> list[Episode]:
    """Those of the keys that are open rows, held until the transaction ends."""
    wanted, found = sorted(key for key in keys if key not in made), list[Episode]()
    for start in range(0, len(wanted), 500):
        rows = Episode.objects.filter(pk__in=wanted[start : start + 500], state=Episode.State.OPEN)
        found.extend(rows.select_for_update().order_by("pk"))
    return found


def _evidence(raised: Sequence[Transition], made: Mapping[UUID, Episode]) -> Iterable[Evidence]:
    for one in raised:
        if one.episode in made:
            yield from _rows_of(one, at_end=False)


def _end_evidence(
    released: Mapping[UUID, Transition], over: Iterable[Episode]
) -> Iterable[Evidence]:
    for episode in over:
        if episode.state == Episode.State.RELEASED:
            yield from _rows_of(released[episode.pk], at_end=True)


def _rows_of(one: Transition, *, at_end: bool) -> Iterable[Evidence]:
    for each in one.evidence:
        yield Evidence(
            episode_id=one.episode,
            at_end=at_end,
            datastream_id=each.stream,
            time=from_micros(each.time),
            value=each.value,
        )


def _raised_entry(episode: Episode) -> Entry:
    data = {
        "number": episode.number,
        "rule": str(episode.rule_id),
        "run": str(episode.run_id),
        "group": episode.group,
        "position": episode.position,
        "raised_at": episode.raised_at,
        "silenced": bool(episode.silenced_id or episode.silenced),
    }
    return Entry(subject_of(episode), "alarms.episode.raised", data)


def _ended_entry(episode: Episode) -> Entry:
    data = {"position": episode.end_position, "released_at": episode.released_at}
    return Entry(subject_of(episode), f"alarms.episode.{episode.state}", data)


def _tell(made: Iterable[Episode], over: Iterable[Episode]) -> None:
    """Messages for whoever follows episodes: the keys of rules are looked up once."""
    told = [(RAISED, each) for each in made] + [(RELEASED, each) for each in over]
    rules = keys_of_rules({each.rule_id for _topic, each in told})
    for part in _parts(told):
        with together():
            for topic, episode in part:
                tell(topic, episode, rules[episode.rule_id])


def tell(topic: str, episode: Episode, rule: str) -> None:
    """Leave a message for whoever follows episodes; `rule` is the rule's key."""
    payload = {
        "episode": str(episode.pk),
        "rule": rule,
        "case": str(episode.case_id or ""),
        "state": episode.state,
    }
    publish(topic, payload, subject_of(episode))


def keys_of_rules(rules: set[UUID]) -> dict[UUID, str]:
    """The keys of rules, by id."""
    return dict(AlarmRule.objects.filter(pk__in=rules).values_list("pk", "key"))
