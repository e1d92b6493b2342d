"""A station and a day of the air."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.organisation.public import actor_of
from district.systems.environment.models import AirDay, AirSpan
from district.systems.environment.rules.air import iaqi
from district.systems.environment.selectors.details import (
    air_day_for,
    computed_of,
    station_for,
    streams_of_thing,
    vintages_of,
)
from district.systems.environment.selectors.overview import air_chart
from district.systems.environment.standards import air_standard, edition_of, worded
from district.systems.environment.tables.air import level_word, primary_words

_SHOWN = 31


@require_safe
def station(request: HttpRequest, station_id: UUID) -> HttpResponse:
    """A station: its last days and months, its datastreams, up to when it is computed."""
    row = station_for(station_id, actor_of(request))
    days = list(AirDay.objects.filter(scope=row.code, is_current=True).order_by("-day")[:_SHOWN])
    spans = AirSpan.objects.filter(
        scope=row.code, is_current=True, span=AirSpan.Span.MONTH
    ).order_by("-month")
    context = {
        "row": row,
        "days": [(day, level_word(day.level, air_standard(day.day))) for day in days],
        "spans": spans[:12],
        "chart": air_chart(tuple(reversed(days))) if days else None,
        "streams": streams_of_thing(row.thing_id),
        "computed": computed_of("air", row.code),
        "crumbs": [
            (_("空气监测站"), reverse("register_list", args=["environment-stations"])),
            (row.name, ""),
        ],
    }
    return render(request, "environment/station.html", context)


@require_safe
def day(request: HttpRequest, day_id: UUID) -> HttpResponse:
    """A day: each pollutant with its index and how much was measured, every vintage."""
    row = air_day_for(day_id, actor_of(request))
    standard = edition_of("air", row.standard) or air_standard(row.day)
    lines: list[dict[str, Any]] = []
    for one in standard.pollutants:
        value = getattr(row, one.key)
        lines.append(
            {
                "label": one.label,
                "value": value,
                "unit": one.unit,
                "places": one.places,
                "average": _("最大8小时平均") if one.average == "max8h" else _("24小时平均"),
                "iaqi": None if value is None else iaqi(value, one, standard),
                "count": row.hours.get(one.key, 0),
            }
        )
    name = row.station.name if row.station else _("全区")
    context = {
        "row": row,
        "name": name,
        "lines": lines,
        "level": level_word(row.level, standard),
        "primary": primary_words(row.primary),
        "standard": worded(standard),
        "vintages": vintages_of(AirDay, scope=row.scope, day=row.day),
        "streams": streams_of_thing(row.station.thing_id) if row.station else [],
        "crumbs": [(_("空气日报"), reverse("environment_air")), (row.day.isoformat(), "")],
    }
    return render(request, "environment/air_day.html", context)
