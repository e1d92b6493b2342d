"""A point, a day or night there, a site, and what the rule of refusal did."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.cases.public import case_type_of, said, view_action
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.kernel.registers.public import Figure
from district.kernel.sensing.public import from_micros
from district.systems.environment.models import NoisePart
from district.systems.environment.names import NOISE, PERMIT
from district.systems.environment.rules.noise import equivalent
from district.systems.environment.selectors.details import (
    computed_of,
    decision_for,
    part_for,
    parts_of,
    point_for,
    review_of,
    site_for,
    site_page,
    streams_of_thing,
    vintages_of,
)
from district.systems.environment.services.melting import rule_words
from district.systems.environment.standards import edition_of, noise_standard, worded

_SHOWN = 60
#: Where no stretch of its own counts, the chart has one of so many minutes.
_MINUTES = 20
_LISTED = 60


@require_safe
def point(request: HttpRequest, point_id: UUID) -> HttpResponse:
    """A point: its last days and nights against their limits."""
    row = point_for(point_id, actor_of(request))
    parts = NoisePart.objects.filter(point=row, is_current=True).defer("evidence")
    listed = list(parts.order_by("-day", "-part")[:_SHOWN])
    context = {
        "row": row,
        "parts": listed,
        "chart": _nights(listed) if listed else None,
        "streams": streams_of_thing(row.thing_id),
        "computed": computed_of("noise", row.code),
        "crumbs": [
            (_("噪声监测点"), reverse("register_list", args=["environment-noise_points"])),
            (row.name, ""),
        ],
    }
    return render(request, "environment/noise_point.html", context)


def _nights(parts: list[NoisePart]) -> dict[str, Any]:
    """Days and nights as two lines, and the limit of the night."""
    days = sorted({part.day for part in parts})
    by_key = {(part.day, part.part): part for part in parts}

    def levels(part: str) -> list[float | None]:
        found = [by_key.get((day, part)) for day in days]
        return [None if one is None or one.level is None else float(one.level) for one in found]

    night = next((part for part in parts if part.part == "night"), parts[0])
    return {
        "kind": "line",
        "categories": [day.strftime("%m-%d") for day in days],
        "series": [
            {"name": _("昼间"), "values": levels("day")},
            {"name": _("夜间"), "values": levels("night")},
            {
                "name": _("夜间限值"),
                "dashed": True,
                "values": [float(night.limit)] * len(days),
            },
        ],
        "unit": "dB(A)",
    }


@require_safe
def part(request: HttpRequest, part_id: UUID) -> HttpResponse:
    """A day or night: levels against limits, the readings of an exceedance, every vintage."""
    row = part_for(part_id, actor_of(request))
    standard = edition_of("noise", row.standard) or noise_standard(row.day)
    limits = standard.limits.get(row.point.limits)
    loudest = sorted(row.evidence, key=lambda pair: -pair[1])[:_LISTED]
    context = {
        "row": row,
        "limits": worded(limits, "label") if limits else "",
        "norm": limits.standard if limits else "",
        "standard": worded(standard),
        "chart": _blocks(row, (limits and limits.block_minutes) or _MINUTES)
        if row.evidence
        else None,
        "loudest": [(from_micros(at), level) for at, level in sorted(loudest)],
        "kept": len(row.evidence),
        "coverage": f"{row.coverage * 100:.0f}",
        "streams": streams_of_thing(row.point.thing_id),
        "vintages": vintages_of(NoisePart, point=row.point, day=row.day, part=row.part),
        "crumbs": [
            (_("噪声"), reverse("environment_noise")),
            (row.point.name, row.point.get_absolute_url()),
            (f"{row.day.isoformat()} {row.get_part_display()}", ""),
        ],
    }
    return render(request, "environment/noise_part.html", context)


def _blocks(row: NoisePart, minutes: int) -> dict[str, Any]:
    """The level of every so many minutes, made of the readings that were kept."""
    length = minutes * 60 * 1_000_000
    grouped: dict[int, list[float]] = {}
    for at, level in row.evidence:
        grouped.setdefault((at - 1) // length, []).append(level)
    ordered = sorted(grouped)
    names = [
        timezone.localtime(from_micros((number + 1) * length)).strftime("%H:%M")
        for number in ordered
    ]
    levels = [round(equivalent(np.array(grouped[number])), 1) for number in ordered]
    limit = [float(row.limit)] * len(ordered)
    return {
        "kind": "line",
        "categories": names,
        "series": [
            {"name": _("%(minutes)s分钟等效声级") % {"minutes": minutes}, "values": levels},
            {"name": _("限值"), "values": limit, "dashed": True},
        ],
        "unit": "dB(A)",
    }


@require_safe
def site(request: HttpRequest, site_id: UUID) -> HttpResponse:
    """A site: points, exceedances, what the rule says today, applications."""
    actor = actor_of(request)
    row = site_for(site_id, actor)
    found = site_page(row)
    case_type = case_type_of(PERMIT)
    sees_cases = permitted_somewhere(actor, view_action(case_type).key)
    since = found.verdict.since.isoformat() if found.verdict else ""
    context = {
        "row": row,
        "found": found,
        "rule": rule_words(found.rule.row) if found.rule else "",
        "counted": {one.key for one in found.verdict.counted} if found.verdict else set(),
        "figure": Figure(
            NOISE,
            f'site = "{row.code}" and exceeds = true and day >= {since}',
            value=len(found.exceedances),
            unit=_("次"),
            label=_("超标"),
        )
        if since
        else None,
        "applications": [
            (one, said(case_type.stages[one.case.stage].label)) for one in found.applications
        ],
        "sees_cases": sees_cases,
        "crumbs": [(_("工地"), reverse("environment_sites")), (row.name, "")],
    }
    return render(request, "environment/site.html", context)


@require_safe
def melt(request: HttpRequest, melt_id: UUID) -> HttpResponse:
    """What the rule did once: by which version, on what evidence, what a review said of it."""
    row = decision_for(melt_id, actor_of(request))
    context = {
        "row": row,
        "parts": parts_of(row),
        "rule": row.rule.content,
        "cited": rule_words(row.rule),
        "review": review_of(row),
        "crumbs": [
            (_("熔断记录"), reverse("register_list", args=["environment-melts"])),
            (row.case.number, ""),
        ],
    }
    return render(request, "environment/melt.html", context)
