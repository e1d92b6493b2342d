"""Water stations: levels, and the hours ahead with their error."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from district.kernel.base import clock
from district.kernel.organisation.public import actor_of, permitted
from district.kernel.registers.public import list_view
from district.kernel.sensing.public import Series
from district.systems.early_warning.models import Station
from district.systems.early_warning.names import FORECASTS, INPUTS, SAVE_STATION, STATIONS
from district.systems.early_warning.selectors.water import (
    Outlook,
    errors_of,
    level_of,
    levels,
    outlook,
    recent_levels,
    station_for,
)
from district.systems.early_warning.services.placing import owned_placed
from district.systems.early_warning.services.stations import drop_input
from district.systems.early_warning.terms import terms

_BACK = 48  # hours of the chart before now


@require_safe
def stations(request: HttpRequest) -> HttpResponseBase:
    """The stations that the member may see, with their newest levels above the list."""
    extra = {} if request.GET.get("format") else {"levels": levels(actor_of(request))}
    return list_view(request, STATIONS, template="early_warning/stations.html", extra=extra)


@require_safe
def inputs(request: HttpRequest) -> HttpResponseBase:
    """What forecasts read."""
    return list_view(request, INPUTS)


@require_safe
def forecasts(request: HttpRequest) -> HttpResponseBase:
    """Every forecast with what came."""
    return list_view(request, FORECASTS)


@require_safe
def station(request: HttpRequest, key: UUID) -> HttpResponse:
    """A station: its level, the hours ahead, and how good such forecasts were."""
    actor = actor_of(request)
    found = station_for(key, actor)
    errors = errors_of(found)
    ahead = outlook(found, errors)
    series = recent_levels(found)
    wanted = terms().forecast
    context = {
        "station": found,
        "level": level_of(found),
        "outlook": ahead,
        "errors": list(errors.values()),
        "error_days": wanted.error_days,
        "interval": round(100 * wanted.interval),
        "chart": _chart(found, series, ahead) if series and series.moments else None,
        "no_log": series is None,
        "inputs": list(found.inputs.select_related("datastream", "datastream__thing")),
        "may_save": permitted(actor, SAVE_STATION, owned_placed(found)),
        "crumbs": [(_("水位站"), reverse("early_warning_stations")), (found.code, "")],
    }
    return render(request, "early_warning/station.html", context)


@require_POST
def input_drop(request: HttpRequest, key: UUID, input_id: UUID) -> HttpResponse:
    """Let the forecast read a datastream no longer."""
    actor = actor_of(request)
    found = station_for(key, actor)
    drop_input(found.pk, input_id, actor=actor)
    messages.success(request, _("已去掉这项预报依据。"))
    return redirect(found)


def _chart(station: Station, series: Series, ahead: Outlook) -> dict[str, Any]:
    """Observed levels by the hour, what is expected with its interval, and the marks.

    Between the horizons a line is drawn, for the eye alone.
    """
    now = clock.now()
    last = now.replace(minute=0, second=0, microsecond=0)
    hours = [last + timedelta(hours=at) for at in range(-_BACK, max(terms().forecast.hours) + 1)]
    observed = _last_of_each(series, hours, now)
    lines: dict[str, list[float | None]] = {}
    if ahead.run is not None and ahead.expected:
        base = ahead.run.base_at
        start = float(ahead.expected[0].forecast.base)
        points: list[tuple[datetime, float, float, float]] = [(base, start, start, start)]
        points += [
            (one.forecast.valid_at, float(one.forecast.value), float(one.forecast.low),
             float(one.forecast.high))
            for one in ahead.expected
        ]  # fmt: skip
        moments = [each[0] for each in points]
        for at, name in enumerate((_("预报"), _("区间下限"), _("区间上限"))):
            values = [each[1:][at] for each in points]
            lines[name] = _between(list(zip(moments, values, strict=True)), hours)
    drawn: list[dict[str, Any]] = [{"name": _("实测"), "values": observed}]
    drawn += [{"name": name, "values": values, "dashed": True} for name, values in lines.items()]
    for name, mark, light in (
        (_("警戒水位"), station.warning_level, "yellow"),
        (_("保证水位"), station.danger_level, "red"),
    ):
        if mark is not None:
            drawn.append({"name": name, "values": [float(mark)] * len(hours), "light": light})
    return {
        "kind": "line",
        "unit": "m",
        "categories": [timezone.localtime(at).strftime("%m-%d %H:%M") for at in hours],
        "series": drawn,
    }


def _last_of_each(series: Series, hours: list[datetime], now: datetime) -> list[float | None]:
    """The last reading of each hour, None where there is none."""
    times = np.array([at.timestamp() for at in series.moments])
    found: list[float | None] = []
    for at in hours:
        index = int(np.searchsorted(times, at.timestamp(), side="right")) - 1
        fresh = index >= 0 and at <= now and times[index] > at.timestamp() - 3600
        found.append(round(series.values[index], 3) if fresh else None)
    return found


def _between(points: list[tuple[datetime, float]], hours: list[datetime]) -> list[float | None]:
    """The values of a line through the points at each hour, None outside of it."""
    xs, ys = [at.timestamp() for at, _value in points], [value for _at, value in points]
    return [
        round(float(np.interp(at.timestamp(), xs, ys)), 3) if points[0][0] <= at <= points[-1][0]
        else None
        for at in hours
    ]  # fmt: skip
