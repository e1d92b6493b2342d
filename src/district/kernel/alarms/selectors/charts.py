"""The readings around an episode, as a chart draws them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.alarms.models import Episode
from district.kernel.base import clock
from district.kernel.base.errors import DistrictError
from district.kernel.sensing.public import Datastream, series_of

_BEFORE, _AFTER = timedelta(hours=1), timedelta(hours=1)
_LONGEST = timedelta(days=2)
#: So many datastreams have a chart of their own.
MOST_CHARTS = 4


@dataclass(frozen=True)
class Chart:
    """A chart of a datastream, or in words why there is none."""

    key: str
    stream: Datastream
    data: dict[str, Any] | None
    problem: str = ""


def span_of(episode: Episode) -> tuple[datetime, datetime]:
    """From an hour before it was raised until an hour after its end, two days at most."""
    end = episode.released_at or episode.ended_at or clock.now()
    since = episode.raised_at - _BEFORE
    return since, min(end + _AFTER, since + _LONGEST)


def charts_of(streams: Iterable[Datastream], since: datetime, until: datetime) -> list[Chart]:
    """A chart of each of the first datastreams; their observed properties are loaded."""
    once = {stream.pk: stream for stream in streams}
    return [_chart(stream, since, until) for stream in list(once.values())[:MOST_CHARTS]]


def _chart(stream: Datastream, since: datetime, until: datetime) -> Chart:
    key = f"readings-{stream.pk}"
    try:
        found = series_of(stream.pk, since, until)
    except (DistrictError, OSError) as error:
        return Chart(key, stream, None, str(error))
    if not found.moments:
        return Chart(key, stream, None, _("观测记录中没有这段时间的观测值，可能已过保留期。"))
    short = until - since <= timedelta(hours=24)
    form = "%H:%M:%S" if short else "%m-%d %H:%M"
    return Chart(
        key,
        stream,
        {
            "kind": "line",
            "categories": [timezone.localtime(at).strftime(form) for at in found.moments],
            "series": [{"name": stream.observed_property.name, "values": list(found.values)}],
            "unit": stream.unit_symbol,
        },
    )
