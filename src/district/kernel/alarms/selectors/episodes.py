"""Episodes as pages and other parts read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from district.kernel.alarms.models import Episode, Evidence, Silence
from district.kernel.alarms.names import (
    ACKNOWLEDGE,
    EPISODES,
    OPEN_CASE,
    RELEASE,
    SILENCE,
    VIEW,
)
from district.kernel.alarms.rules.episodes import lasted
from district.kernel.alarms.services.common import seen_by
from district.kernel.alarms.services.handing import handling_of
from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Scope, visible
from district.kernel.registers.public import Figure

#: So many stand on the live screen; the register has all.
MOST_SHOWN = 200


def open_episodes(actor: Actor, *, rules: Sequence[str] = ()) -> QuerySet[Episode]:
    """The open episodes that an actor may see, newest first, of all rules or of some (keys)."""
    rows = seen_by(actor).filter(state=Episode.State.OPEN)
    if rules:
        rows = rows.filter(rule__key__in=list(rules))
    return rows.order_by("-known_at", "-pk")


def sees_episode(actor: Actor, episode: Episode) -> bool:
    """Whether an actor may see an episode, whose `lead_unit` should be loaded."""
    unit = episode.lead_unit
    return visible(actor, VIEW).covers(path=unit.path, code=unit.pk)


def episode_for(actor: Actor, key: UUID | str) -> Episode:
    """One episode with what its page needs; NotFound where the actor may not see it."""
    rows = seen_by(actor).select_related(
        "rule__lead_unit",
        "run__version",
        "lead_unit",
        "thing__location",
        "silenced",
        "gathered",
        "case__lead_unit",
        "case__handler",
    )
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound(_("没有这条告警。"))
    return found


@dataclass(frozen=True)
class Line:
    """An open episode on the live screen, with what the member may do about it.

    `latest` is the reading that raised it, in words; `handler` who handles its case.
    """

    episode: Episode
    lasted: str
    latest: str
    handler: str
    silenced: bool
    may_acknowledge: bool
    may_silence: bool
    may_open_case: bool
    may_release: bool


@dataclass(frozen=True)
class Live:
    """The live screen: lines, the figures above them, and whether there are more than shown."""

    lines: list[Line]
    open: Figure
    waiting: Figure
    without_case: Figure
    more: bool


def live_of(actor: Actor, level: str = "", rule: str = "") -> Live:
    """What the duty officer looks at; four queries."""
    now = clock.now()
    rows = open_episodes(actor, rules=(rule,) if rule else ())
    if level:
        rows = rows.filter(level=level)
    counted = rows.order_by().aggregate(
        n=Count("pk"),
        waiting=Count("pk", filter=Q(acknowledged_at=None)),
        caseless=Count("pk", filter=Q(case=None)),
    )
    wanted = rows.select_related(
        "rule", "run__version", "lead_unit", "silenced", "case__lead_unit", "case__handler"
    )
    found = list(wanted[:MOST_SHOWN])
    latest = _latest(found)
    rights = _Rights(actor)
    lines = [_line(each, latest.get(each.pk, ""), rights, now) for each in found]
    also = "".join(
        f' and {name} = "{value}"' for name, value in (("level", level), ("rule", rule)) if value
    )
    return Live(
        lines,
        _figure(f'state = "open"{also}', counted["n"], _("持续中的告警")),
        _figure(
            f'state = "open" and not acknowledged_at known{also}',
            counted["waiting"],
            _("未确认的告警"),
        ),
        _figure(
            f'state = "open" and not case known{also}', counted["caseless"], _("没有事件单的告警")
        ),
        counted["n"] > len(found),
    )


def _figure(where: str, value: int, label: str) -> Figure:
    return Figure(EPISODES, where, value=value, label=label)


def _latest(rows: Sequence[Episode]) -> dict[UUID, str]:
    """The reading that raised each, in words; one query."""
    found: dict[UUID, str] = {}
    keys = [row.pk for row in rows]
    evidence = Evidence.objects.filter(episode__in=keys, at_end=False).order_by("-time", "pk")
    for each in evidence.select_related("datastream__observed_property"):
        found.setdefault(each.episode_id, reading_text(each))
    return found


def reading_text(each: Evidence) -> str:
    """A reading in words: 水位 3.52 m."""
    stream = each.datastream
    unit = f" {stream.unit_symbol}" if stream.unit_symbol else ""
    return f"{stream.observed_property.name} {each.value:g}{unit}"


class _Rights:
    """What an actor may do about episodes of which unit; one query for each right at most."""

    def __init__(self, actor: Actor) -> None:
        self._scopes: dict[str, Scope] = {
            action: visible(actor, action) for action in (ACKNOWLEDGE, SILENCE, OPEN_CASE, RELEASE)
        }

    def may(self, action: str, row: Episode) -> bool:
        """Whether the actor may."""
        unit = row.lead_unit
        return self._scopes[action].covers(path=unit.path, code=unit.pk)


def _line(row: Episode, latest: str, rights: _Rights, now: datetime) -> Line:
    case = row.case
    handler = ""
    if case is not None:
        handler = case.handler.display_name if case.handler else case.lead_unit.display_short
    has_type = bool(handling_of(row.run.version).get("case_type"))
    silenced = row.silenced is not None and row.silenced.is_active(now)
    return Line(
        row,
        lasted((now - row.raised_at).total_seconds()),
        latest,
        handler,
        silenced,
        may_acknowledge=row.acknowledged_at is None and rights.may(ACKNOWLEDGE, row),
        may_silence=not silenced and rights.may(SILENCE, row),
        may_open_case=case is None and has_type and rights.may(OPEN_CASE, row),
        may_release=row.is_open and rights.may(RELEASE, row),
    )


def line_of(episode: Episode, actor: Actor) -> Line:
    """One episode with what the member may do about it."""
    return _line(episode, "", _Rights(actor), clock.now())


def live_marker(actor: Actor) -> str:
    """Differs whenever the live screen would; one query."""
    told = (
        seen_by(actor)
        .filter(state=Episode.State.OPEN)
        .order_by()
        .aggregate(
            n=Count("pk"),
            versions=Sum("version"),
            newest=Max("known_at"),
            cased=Count("case"),
            cases=Sum("case__version"),
        )
    )
    return "-".join(str(value) for value in told.values())


def neighbours_of(episode: Episode, actor: Actor) -> list[Episode]:
    """The episodes gathered with this one, and others of the rule that are open, that the actor
    may see."""
    first = episode.gathered_id or episode.pk
    together = Q(pk=first) | Q(gathered=first)
    others = Q(rule_id=episode.rule_id, state=Episode.State.OPEN, street=episode.street)
    rows = seen_by(actor).filter(together | others).exclude(pk=episode.pk)
    return list(rows.order_by("-raised_at")[:20])


def evidence_of(episode: Episode) -> list[Evidence]:
    """The readings with which it was raised and released, as they were told."""
    rows = episode.evidence.order_by("pk")
    return list(rows.select_related("datastream__observed_property", "datastream__thing"))


def silences_for(actor: Actor) -> list[Silence]:
    """The silences of the units that the actor sees, those that hold first."""
    rows = Silence.objects.filter(visible(actor, VIEW).q("lead_unit"))
    found = list(rows.select_related("rule", "lead_unit")[:200])
    now = clock.now()
    return sorted(found, key=lambda each: not each.is_active(now))
