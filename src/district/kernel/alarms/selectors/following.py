"""How far the log is followed, the runs over it, and what may have changed for them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import DatabaseError
from django.db.models import Count, Q, Sum

from district.kernel.alarms.following.stretches import Stretch
from district.kernel.alarms.models import AlarmRule, Episode, Following, RuleVersion, Run, Trouble
from district.kernel.alarms.names import FOLLOWING
from district.kernel.alarms.rules.troubles import Standing
from district.kernel.organisation.public import Unit
from district.kernel.sensing.public import (
    Datastream,
    Location,
    ObservedProperty,
    Thing,
)

Marker = tuple[object, ...]


def stretch_of(run: Run) -> Stretch:
    """A run as the follower knows it; its version is loaded."""
    return Stretch(
        id=run.pk,
        version_id=run.version_id,
        rule_id=run.version.rule_id,
        rule=run.version.parsed(),
        packed=bytes(run.groups),
        heard=bytes(run.heard),
        since=run.since,
        until=run.until,
    )


def stretches_since(position: int) -> list[Stretch]:
    """The runs that go on, and those that ended behind `position`."""
    rows = Run.objects.filter(Q(until=None) | Q(until__gt=position))
    return _stretches(rows.values_list("pk", flat=True))


def stretches_that_matter() -> list[Stretch]:
    """The runs that go on and all earlier ones of the same rules' versions."""
    hashes = Run.objects.filter(until=None).values("version__rule_hash")
    rows = Run.objects.filter(version__rule_hash__in=hashes)
    return _stretches(rows.values_list("pk", flat=True))


def stretches_of_rule(rule_hash: str) -> list[Stretch]:
    """All runs of a rule's version, also under other versions of what is done with it."""
    rows = Run.objects.filter(version__rule_hash=rule_hash)
    return _stretches(rows.values_list("pk", flat=True))


def _stretches(keys: Iterable[UUID]) -> list[Stretch]:
    rows = Run.objects.filter(pk__in=list(keys)).select_related("version")
    return [stretch_of(run) for run in rows.order_by("since", "pk")]


def live_versions() -> list[RuleVersion]:
    """The versions that are to run."""
    rows = AlarmRule.objects.filter(state=AlarmRule.State.LIVE, live__isnull=False)
    return [row.live for row in rows.select_related("live").order_by("key") if row.live]


def rules_marker() -> Marker:
    """Differs when a rule went live or stopped; one query."""
    live = AlarmRule.objects.filter(state=AlarmRule.State.LIVE).order_by()
    told = AlarmRule.objects.order_by().aggregate(rows=Count("pk"), versions=Sum("version"))
    return (*told.values(), *live.values_list("pk", "live_id"))


def streams_marker() -> Marker:
    """Differs when datastreams, or what rules ask of them, changed; one small query each."""
    found: list[object] = []
    for model in (Datastream, Thing, Location, ObservedProperty):
        told = model.objects.order_by().aggregate(rows=Count("pk"), versions=Sum("version"))
        found.extend(told.values())
    found.append(Unit.objects.order_by().aggregate(rows=Count("pk"))["rows"])
    return tuple(found)


def alarms_are_wanted() -> bool:
    """Whether any rule is live."""
    return AlarmRule.objects.filter(state=AlarmRule.State.LIVE, live__isnull=False).exists()


def following_now() -> Following | None:
    """How far the log is followed; None before anybody followed it."""
    return Following.objects.filter(key=FOLLOWING).first()


def standing_now() -> Standing | None:
    """How far the log is followed, as rules see it."""
    row = following_now()
    return None if row is None else standing_of(row)


def standing_of(row: Following) -> Standing:
    """The row as rules see it."""
    return Standing(row.position, row.end, row.beat_at, row.heard_at, row.grew_at, row.problem)


def troubles_now() -> list[Trouble]:
    """What is wrong now, oldest first."""
    return list(Trouble.objects.filter(ended_at=None).order_by("since"))


def floor_of_log(end: int) -> int:
    """The first position of the log that must be kept for whoever reads alarms from it; `end`
    where nobody does. While the database does not answer nothing is to be forgotten."""
    try:
        row = following_now()
        if row is None or not Run.objects.filter(until=None).exists():
            return end
    except DatabaseError:
        return 0
    return min(row.floor, row.position + 1)


def open_keys() -> set[UUID]:
    """The keys of the open episodes that a frame of the log raised; those that no frame did are
    not the follower's to end."""
    rows = Episode.objects.filter(state=Episode.State.OPEN, position__gte=0)
    return set(rows.values_list("pk", flat=True))
