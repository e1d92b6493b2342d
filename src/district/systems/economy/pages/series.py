"""The list of indicators, one of them, and what would be if members grew otherwise."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    actor_of,
    authorise,
    permitted,
    permitted_somewhere,
)
from district.kernel.plan.public import Commitment, bind_measure, commitment_url
from district.systems.economy.figures import growth_text, value_figure
from district.systems.economy.models import Decomposition, Series, SeriesValue
from district.systems.economy.names import IMPORT, MEETING_PREPARE, PROPOSE, VALUES, VIEW
from district.systems.economy.pages.nowcasts import shown_nowcast
from district.systems.economy.rules.growth import Supposed, supposed
from district.systems.economy.selectors.detail import (
    PeriodLine,
    beside,
    commitments_of,
    growth_chart,
    growth_words,
    level_chart,
    moved_by,
    periods_of,
    wholes_told,
)
from district.systems.economy.selectors.known import base_of, members_at, whole_values
from district.systems.economy.selectors.meetings import open_meetings, owned_meetings
from district.systems.economy.selectors.nowcasts import series_and_nowcast
from district.systems.economy.selectors.overview import Line, lines_of_year
from district.systems.economy.selectors.pace import pace_of
from district.systems.economy.selectors.patterns import with_revised
from district.systems.economy.selectors.returns import has_returns
from district.systems.economy.selectors.rights import owned_series, owned_whole, series_for
from district.systems.economy.selectors.settings import dimension_label, member_label
from district.systems.economy.words import period_label

_MANAGE = "plan.commitment.manage"
#: Periods that are shown at once: three years of months.
_MOST_PERIODS = 36


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every indicator: newest value, growth, what is due, what is still needed, its light."""
    actor = actor_of(request)
    authorise(actor, VIEW, owned_whole())
    year = clock.today().year
    context = {
        "lines": lines_of_year(year),
        "year": year,
        "may_import": permitted_somewhere(actor, IMPORT),
    }
    return render(request, "economy/index.html", context)


@require_safe
def series(request: HttpRequest, key: str) -> HttpResponse:
    """One indicator. `?known=2025-06-30` shows what was known at the end of that day, `?by=street`
    who moved it along that dimension, `?all=1` every period."""
    actor = actor_of(request)
    authorise(actor, VIEW, owned_whole())
    year = clock.today().year
    row, kept = series_and_nowcast(key, year)
    known = _day(request.GET.get("known", ""))
    known_by = _end_of(known) if known else None
    told = wholes_told(row)
    periods = periods_of(told, known_by=known_by)
    latest = next((one.bureau for one in periods if one.bureau is not None), None)
    versions = list(with_revised(row.decompositions.select_related("tracked")))
    approved = [
        one for one in versions if one.year == year and one.state == Decomposition.State.APPROVED
    ]
    pace = pace_of(next(iter(approved), None), told)
    bound, candidates = commitments_of(row)
    line = Line(row, latest, pace, kept)
    # What was known on an earlier day says nothing of a nowcast of today.
    foreseen = kept.row if kept is not None and known is None else None
    by = request.GET.get("by", "")
    dimension = by if by in row.dimensions else next(iter(row.dimensions), "")
    context = {
        "row": row,
        "line": line,
        "pace": pace,
        "foreseen": None if kept is None else shown_nowcast(row, kept),
        "periods": periods,
        "figures": _figures(row, periods if request.GET.get("all") else periods[:_MOST_PERIODS]),
        "earlier": 0 if request.GET.get("all") else max(0, len(periods) - _MOST_PERIODS),
        "growth_chart": growth_chart(periods, foreseen),
        "growth_words": growth_words(row.display_name, foreseen),
        "level_chart": level_chart(periods, row.unit),
        "moved": moved_by(row, dimension, latest) if dimension else None,
        "dimension": dimension,
        "dimensions": [(one, dimension_label(one), one == dimension) for one in row.dimensions],
        "known": known,
        "decompositions": versions[:6],
        "bound": [_commitment(one) for one in bound],
        "beside": beside(row),
        "has_returns": has_returns(row, actor),
        "candidates": _candidates(actor, candidates),
        "may_propose": permitted(actor, PROPOSE, owned_series(row)),
        "values_url": _values_url(row),
        "year": year,
        "crumbs": [(_("经济指标"), reverse("economy")), (row.display_name, "")],
    }
    return render(request, "economy/series.html", context)


def _candidates(actor: Actor, found: list[Commitment]) -> list[tuple[Commitment, str]]:
    """Commitments that a planner may have counted by this series."""
    if not permitted_somewhere(actor, _MANAGE):
        return []
    return [(one, commitment_url(one.pk)) for one in found]


def _commitment(one: Commitment) -> dict[str, Any]:
    light = one.tracked.light if one.tracked else "none"
    return {"title": one.title, "url": commitment_url(one.pk), "light": light}


def _values_url(row: Series) -> str:
    where = urlencode({"where": f'series = "{row.key}"'})
    return f"{reverse('register_list', args=[VALUES])}?{where}"


def _figures(row: Series, periods: list[PeriodLine]) -> list[dict[str, Any]]:
    """The lines of the table, their numbers opening the rows."""
    found = []
    for line in periods:
        own, other = line.bureau, line.department
        shown: dict[str, Any] = {"line": line, "status": line.any_row.get_status_display()}
        if own is not None:
            shown["value"] = value_figure(own, "value", "") if own.value is not None else None
            shown["growth"] = value_figure(own, "growth", "") if own.growth is not None else None
            shown["base"] = value_figure(own, "base", "") if own.base is not None else None
        if other is not None:
            name = "growth" if other.growth is not None else "value"
            shown["other"] = value_figure(other, name, "%" if name == "growth" else "")
        shown["vintages_url"] = _vintages_url(line.any_row)
        found.append(shown)
    return found


def _vintages_url(row: SeriesValue) -> str:
    where = (
        f'series = "{row.series_id}" and period_start = {row.period_start.isoformat()} and '
        f"period_end = {row.period_end.isoformat()} and not industry known and not street known"
    )
    return f"{reverse('register_list', args=[VALUES])}?{urlencode({'where': where})}"


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("known", _("日期不对。"), _("请写成 2025-09-30 这样的日期。")) from error


def _end_of(day: date) -> datetime:
    zone = timezone.get_default_timezone()
    return datetime.combine(day + timedelta(days=1), time(0), zone) - timedelta(microseconds=1)


@require_POST
def bind(request: HttpRequest, key: str) -> HttpResponse:
    """Have a commitment of the plan counted by the measure that this series provides."""
    row = series_for(key)
    if not row.measure:
        raise Invalid("measure", _("这个指标不向计划提供数据。"), _("请在区数据中写明。"))
    bind_measure(request.POST.get("commitment", ""), row.measure, actor=actor_of(request))
    messages.success(request, _("已挂接。"))
    return redirect(row)


@require_safe
def supposing(request: HttpRequest, key: str) -> HttpResponse:
    """The district's number if members grew by other percentages: `?by=street&g-440307013=8`."""
    actor = actor_of(request)
    authorise(actor, VIEW)
    row = series_for(key)
    by = request.GET.get("by", "")
    dimension = by if by in row.dimensions else next(iter(row.dimensions), "")
    whole = whole_values(row)
    latest = whole[-1] if whole else None
    context: dict[str, Any] = {
        "row": row,
        "latest": latest,
        "dimension": dimension,
        "dimensions": [(one, dimension_label(one), one == dimension) for one in row.dimensions],
        "meetings": open_meetings() if permitted(actor, MEETING_PREPARE, owned_meetings()) else [],
        "crumbs": [
            (_("经济指标"), reverse("economy")),
            (row.display_name, row.get_absolute_url()),
            (_("假设测算"), ""),
        ],
    }
    if latest is not None and latest.value is not None and dimension:
        latest.series = row
        context |= _supposed(request, row, latest, dimension)
    return render(request, "economy/supposing.html", context)


def _supposed(
    request: HttpRequest, row: Series, latest: SeriesValue, dimension: str
) -> dict[str, Any]:
    members, lines, growths, wrong = {}, [], {}, []
    for one in members_at(row, dimension, latest.period_end):
        base = base_of(one.row)
        if base is None or base <= 0 or one.row.value is None:
            continue
        members[one.key] = (one.row.value, base)
        text = request.GET.get(f"g-{one.key}", "").strip()
        growth = growth_given(text)
        if text and growth is None:
            wrong.append(member_label(dimension, one.key))
        elif growth is not None:
            growths[one.key] = growth
        lines.append(
            {
                "key": one.key,
                "name": member_label(dimension, one.key),
                "now": growth_text(one.row),
                "text": text,
                "wrong": bool(text) and growth is None,
                "effect": None if growth is None else base * (100 + growth) / 100 - one.row.value,
            }
        )
    result: Supposed | None = None
    assert latest.value is not None  # noqa: S101  # looked at by the caller
    if growths and not wrong:
        result = supposed(latest.value, base_of(latest), members, growths)
    return {
        "lines": lines,
        "result": result,
        "now": growth_text(latest),
        "wrong": wrong,
        "period": period_label(latest),
        "growth": None if result is None or result.growth is None else round(result.growth, 2),
    }


def growth_given(text: str) -> Decimal | None:
    """Growth in percent as it was typed; None where it is none or not within -100 to 1000."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() and -100 <= found <= 1000 else None
