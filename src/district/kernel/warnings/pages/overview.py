"""Warnings in force, one with its units, and acknowledging in one tap."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.forms import moment_given
from district.kernel.organisation.public import actor_of, authorise, permitted_somewhere
from district.kernel.warnings.names import ENTER, VIEW, WRITE_DRAFT
from district.kernel.warnings.selectors.alerts import (
    alert_for,
    alert_of_line,
    alert_subject,
    by_alert,
    lines_for,
    rows_in_force,
)
from district.kernel.warnings.selectors.feeds import areas_of
from district.kernel.warnings.selectors.histories import history_of
from district.kernel.warnings.selectors.intake import may_see_unfit, unfit_waiting
from district.kernel.warnings.services import acknowledge, record_acknowledgement

_EVENTS = 120


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What waits for my acknowledgement, then every warning in force."""
    actor = actor_of(request)
    authorise(actor, VIEW)
    context = {
        "mine": by_alert(lines_for(actor)),
        "rows": rows_in_force(),
        "now": clock.now(),
        "may_enter": permitted_somewhere(actor, ENTER),
        "may_draft": permitted_somewhere(actor, WRITE_DRAFT),
        "unfit": unfit_waiting() if may_see_unfit(actor) else None,
    }
    return render(request, "warnings/index.html", context)


@require_safe
def warning(request: HttpRequest, key: UUID) -> HttpResponse:
    """A warning: what it says and where, its units and who acknowledged, its messages, history."""
    actor = actor_of(request)
    found = alert_for(key, actor)
    shape = areas_of(found.alert)
    context = {
        "found": found,
        "alert": found.alert,
        "now": timezone.localtime(clock.now()),
        "mine": [each.line for each in found.lines if each.may_acknowledge],
        "map": _map(found.alert.shown_area, shape) if shape else None,
        "events": history_of(alert_subject(found.alert), found.unit_names, _EVENTS),
    }
    return render(request, "warnings/warning.html", context)


def _map(name: str, shape: dict[str, object]) -> dict[str, object]:
    feature = {
        "type": "Feature",
        "id": "area",
        "properties": {"id": "area", "name": name},
        "geometry": shape,
    }
    return {"areas": {"type": "FeatureCollection", "features": [feature]}, "approximate": True}


@require_safe
def line(request: HttpRequest, key: UUID) -> HttpResponse:
    """From a line to its warning."""
    return redirect(alert_of_line(key, actor_of(request)))


@require_POST
def acknowledge_line(request: HttpRequest, key: UUID) -> HttpResponse:
    """Acknowledge: one tap on the list or on the warning's page."""
    try:
        found = acknowledge(key, actor=actor_of(request))
        title = found.alert.shown_headline
        messages.success(request, _("已应答：%(title)s") % {"title": title})
    except Conflict as error:
        messages.error(request, str(error))
    if request.POST.get("back") == "list":
        return redirect("warnings")
    return redirect("warnings_line", key)


@require_POST
def record_line(request: HttpRequest, key: UUID) -> HttpResponse:
    """Note that somebody acknowledged by telephone."""
    try:
        wrong = Invalid("at", _("应答时间不对。"), _("请按 2025-09-30 08:30 的格式填写。"))
        at = moment_given(request.POST.get("at", ""), wrong)
        record_acknowledgement(key, request.POST.get("member", ""), at, actor=actor_of(request))
        messages.success(request, _("已登记电话应答。"))
    except (Invalid, Conflict) as error:
        messages.error(request, str(error))
    return redirect("warnings_line", key)
