"""The duty desk's first page: my calls, my shift, hand-overs, open incidents, who is on duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from district.kernel.base import clock
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.systems.operations_centre.duty.names import INCIDENT, MAKE_CALL, VIEW
from district.systems.operations_centre.duty.selectors.calls import lines_for
from district.systems.operations_centre.duty.selectors.handovers import waiting_for
from district.systems.operations_centre.duty.selectors.incidents import open_incidents
from district.systems.operations_centre.duty.selectors.rosters import posts_shown, units_above
from district.systems.operations_centre.duty.selectors.standing import OnDuty, board_at
from district.systems.operations_centre.models import DutyPost

_AHEAD = timedelta(days=7)
#: So many of one's own turns are shown.
_MOST = 3


@dataclass(frozen=True)
class Manned:
    """A duty post with whoever is on duty there."""

    post: DutyPost
    people: tuple[OnDuty, ...]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Everything that waits for somebody on duty; whoever is called answers here in one tap."""
    actor = actor_of(request)
    now = clock.now()
    posts = posts_shown(actor)
    codes = [post.lead_unit_id for post in posts]
    found, planned = board_at(codes, now, _AHEAD)
    up = set(units_above(actor))
    manned = [Manned(post, found[post.lead_unit_id]) for post in posts]
    names = {post.lead_unit_id: post.lead_unit.display_short for post in posts}
    mine = [turn for turn in planned if str(turn.member) == actor.id][:_MOST]
    sees = permitted_somewhere(actor, VIEW)
    incidents = permitted_somewhere(actor, f"cases.{INCIDENT}.view")
    context = {
        "now": now,
        "lines": lines_for(actor),
        "mine": [(turn, names[turn.unit], turn.starts_at <= now) for turn in mine],
        "waiting": waiting_for(actor) if sees else [],
        "incidents": open_incidents(actor) if incidents else [],
        "sees_incidents": incidents,
        "sees": sees,
        "up": [each for each in manned if each.post.lead_unit_id in up],
        "below": [each for each in manned if each.post.lead_unit_id not in up],
        "may_call": permitted_somewhere(actor, MAKE_CALL),
        "may_report": permitted_somewhere(actor, f"cases.{INCIDENT}.create"),
    }
    return render(request, "operations_centre/duty/home.html", context)
