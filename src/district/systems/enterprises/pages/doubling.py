"""The doubling plan (培土倍增): its targets by industry, and each with its years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.base import clock
from district.kernel.organisation.public import (
    actor_of,
    authorise,
    permitted,
    permitted_somewhere,
)
from district.kernel.plan.public import Commitment, commitment_url
from district.kernel.registers.public import Figure
from district.kernel.tracking.public import reason_texts
from district.systems.enterprises.names import VIEW_DOUBLING
from district.systems.enterprises.rules.doubling import due_by, profile_of
from district.systems.enterprises.selectors.doubling import (
    Read,
    actuals,
    commitments_bound,
    figure_of,
    group_label,
    indicator_label,
    target_of,
    targets_in_force,
    years_of,
)
from district.systems.enterprises.selectors.rights import owned_register

_PLAN = "plan.read"


@dataclass(frozen=True)
class Bound:
    """A commitment of the plan that is counted by the same measure."""

    title: str
    url: str
    light: str


@dataclass(frozen=True)
class Line:
    """A target as a card shows it. `due` is what is due by today, `due_share` and `completion` in
    percent of the way from the base; `this_year` what is to be reached by the end of the year."""

    read: Read
    label: str
    light: str
    reasons: tuple[str, ...]
    actual: Figure
    due: Decimal
    due_share: Decimal
    completion: Decimal | None
    this_year: Decimal
    bound: tuple[Bound, ...]

    @property
    def note(self) -> str:
        """The light's reasons in one line."""
        return _("；").join(self.reasons)


def _lines(read: list[Read], today: date, *, with_plan: bool) -> list[Line]:
    counted = actuals(read, today)
    bound = commitments_bound(read) if with_plan else {}
    return [_line(one, counted[one.row.pk], bound, today) for one in read]


def _line(one: Read, value: Decimal, bound: Mapping[str, list[Commitment]], today: date) -> Line:
    tracked = one.row.tracked
    share = profile_of(one.doubling).share(one.doubling.period, today)
    return Line(
        one,
        indicator_label(one.row.indicator),
        tracked.light if tracked else "none",
        tuple(reason_texts(tracked.reasons)) if tracked else (),
        figure_of(one, value, today),
        due_by(one.doubling, today),
        round(Decimal(100 * share.numerator) / share.denominator, 1),
        tracked.completion_rate if tracked else None,
        one.doubling.target_of(today.year),
        tuple(
            Bound(row.title, commitment_url(row.pk), row.tracked.light if row.tracked else "none")
            for row in bound.get(one.measure, ())
        ),
    )


@require_safe
def doubling(request: HttpRequest) -> HttpResponse:
    """Every target by industry: what is counted, what is due by now, its light and why."""
    actor = actor_of(request)
    context: dict[str, Any] = {"may_view": permitted(actor, VIEW_DOUBLING, owned_register())}
    if context["may_view"]:
        today = clock.today()
        read = targets_in_force()
        lines = _lines(read, today, with_plan=permitted_somewhere(actor, _PLAN))
        context["today"] = today
        context["groups"] = [
            (group_label(key), list(own))
            for key, own in groupby(lines, key=lambda line: line.read.row.group)
        ]
        context["chart"] = _completion_chart(lines)
    return render(request, "enterprises/doubling.html", context)


def _completion_chart(lines: list[Line]) -> dict[str, Any] | None:
    """How much of the way each target has gone, beside what is due."""
    shown = [line for line in lines if line.completion is not None]
    if not shown:
        return None
    return {
        "kind": "bar",
        "horizontal": True,
        "unit": "%",
        "categories": [line.read.title for line in shown],
        "series": [
            {"name": _("已完成"), "values": [float(line.completion or 0) for line in shown]},
            {"name": _("序时应达"), "values": [float(line.due_share) for line in shown]},
        ],
    }


@require_safe
def target(request: HttpRequest, key: str) -> HttpResponse:
    """One target: its light and why, its years, the commitments of the plan that it counts."""
    actor = actor_of(request)
    authorise(actor, VIEW_DOUBLING, owned_register())
    one, today = target_of(key), clock.today()
    (line,) = _lines([one], today, with_plan=permitted_somewhere(actor, _PLAN))
    years = years_of(one, line.actual.value, today)
    context = {
        "line": line,
        "row": one.row,
        "title": one.title,
        "years": [(year, value, one.doubling.target_of(year)) for year, value in years.items()],
        "chart": _years_chart(one, years),
        "measure_url": reverse("measure", args=[one.measure]),
        "crumbs": [(_("培土倍增"), reverse("enterprises_doubling")), (one.title, "")],
    }
    return render(request, "enterprises/doubling_target.html", context)


def _years_chart(one: Read, years: Mapping[int, Decimal | None]) -> dict[str, Any]:
    return {
        "kind": "bar",
        "fromZero": True,
        "unit": _(one.indicator.unit),
        "categories": [str(year) for year in years],
        "series": [
            {
                "name": _("实际"),
                "values": [None if value is None else float(value) for value in years.values()],
            },
            {
                "name": _("年末目标"),
                "kind": "line",
                "dashed": True,
                "values": [float(one.doubling.target_of(year)) for year in years],
            },
        ],
    }
