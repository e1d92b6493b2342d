"""Silences, and how running the rules over the log stands."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from district.kernel.alarms.models import Run, Trouble
from district.kernel.alarms.names import FOLLOWING_VIEW, SILENCE, VIEW
from district.kernel.alarms.rules.episodes import lasted
from district.kernel.alarms.rules.troubles import light_of
from district.kernel.alarms.selectors.episodes import silences_for
from district.kernel.alarms.selectors.following import (
    alarms_are_wanted,
    following_now,
    standing_of,
    troubles_now,
)
from district.kernel.alarms.services.silences import end_silence
from district.kernel.base import clock
from district.kernel.base.errors import Conflict
from district.kernel.organisation.public import actor_of, authorise, authorise_somewhere, visible
from district.kernel.tracking.public import reason_text

_PAST = 50


@require_safe
def silences(request: HttpRequest) -> HttpResponse:
    """What is silenced now and was lately."""
    actor = actor_of(request)
    authorise_somewhere(actor, VIEW)
    now, scope = clock.now(), visible(actor, SILENCE)
    rows = [
        (
            each,
            each.is_active(now),
            each.is_active(now) and scope.covers(path=each.lead_unit.path, code=each.lead_unit_id),
        )
        for each in silences_for(actor)
    ]
    context = {
        "rows": rows,
        "crumbs": [(_("当前告警"), reverse("alarms")), (_("静默"), "")],
    }
    return render(request, "alarms/episode_silences.html", context)


@require_POST
def silence_end(request: HttpRequest, key: UUID) -> HttpResponse:
    """End a silence before its time."""
    try:
        end_silence(key, actor=actor_of(request))
        messages.success(request, _("静默已提前结束。"))
    except Conflict as error:
        messages.error(request, str(error))
    return redirect("alarms_silences")


@require_safe
def following(request: HttpRequest) -> HttpResponse:
    """How far the log is followed, with what light and why; what runs; what went wrong."""
    authorise(actor_of(request), FOLLOWING_VIEW)
    now, row = clock.now(), following_now()
    standing = standing_of(row) if row else None
    open_ones = troubles_now()
    verdict = light_of(
        standing,
        now,
        rules_live=alarms_are_wanted(),
        troubles={each.kind: each.params for each in open_ones},
    )
    context = {
        "row": row,
        "standing": standing,
        "lag": lasted(standing.lag(now).total_seconds()) if standing else "",
        "light": verdict.light,
        "reasons": [reason_text(reason) for reason in verdict.reasons],
        "troubles": Trouble.objects.all()[:_PAST],
        "runs": Run.objects.filter(until=None).select_related("version__rule")[:200],
    }
    return render(request, "alarms/episode_following.html", context)
