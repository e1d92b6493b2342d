"""What a trial found, as its pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from district.kernel.alarms.models import RuleTrial
from district.kernel.alarms.selectors.charts import MOST_CHARTS, Chart, charts_of
from district.kernel.alarms.selectors.places import names_of_groups
from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible
from district.kernel.sensing.public import (
    VIEW_THINGS,
    Datastream,
    from_micros,
)

_LEAST, _LONGEST = timedelta(hours=1), timedelta(days=3)


@dataclass(frozen=True)
class TrialEpisode:
    """An episode that would have been raised; `streams` are those whose readings it names."""

    number: int
    group: str
    name: str
    raised_at: datetime
    released_at: datetime | None
    streams: tuple[int, ...]
    readings: tuple[tuple[int, datetime, float | None], ...]

    @property
    def duration(self) -> timedelta | None:
        """How long it would have lasted."""
        return None if self.released_at is None else self.released_at - self.raised_at


def episodes_shown(trial: RuleTrial) -> list[TrialEpisode]:
    """The kept episodes of a trial. Three queries at most."""
    rows: list[dict[str, Any]] = (trial.result or {}).get("episodes", [])
    names = names_of_groups({row["group"] for row in rows})
    return [_episode(at, row, names) for at, row in enumerate(rows)]


def _episode(at: int, row: dict[str, Any], names: dict[str, str]) -> TrialEpisode:
    ended = row["released_at"]
    readings = tuple((stream, from_micros(when), value) for stream, when, value in row["evidence"])
    return TrialEpisode(
        at,
        row["group"],
        names.get(row["group"], row["group"]),
        from_micros(row["raised_at"]),
        None if ended is None else from_micros(ended),
        tuple(stream for stream, _when, _value in readings),
        readings,
    )


def around(one: TrialEpisode, actor: Actor) -> list[Chart]:
    """The readings around an episode, of the datastreams that the actor may see. One query."""
    rows = Datastream.objects.filter(
        visible(actor, VIEW_THINGS).q("lead_unit"), pk__in=one.streams
    ).select_related("thing", "observed_property")
    ended = one.released_at or one.raised_at + _LEAST
    margin = min(max(ended - one.raised_at, _LEAST), _LONGEST)
    since = one.raised_at - margin
    until = min(ended + margin, since + 3 * _LONGEST)
    return charts_of(rows.order_by("pk")[:MOST_CHARTS], since, until)
