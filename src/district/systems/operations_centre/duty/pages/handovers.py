"""One hand-over: what is open, written by the outgoing, confirmed by the incoming."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.organisation.public import actor_of
from district.kernel.registers.public import list_view
from district.systems.operations_centre.duty.names import HANDOVERS
from district.systems.operations_centre.duty.selectors.handovers import (
    change_of,
    handover_for,
    may_take,
    may_write,
    open_now,
    open_then,
)
from district.systems.operations_centre.duty.services import take_hand_over, write_hand_over


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """All hand-overs, the newest first."""
    return list_view(request, HANDOVERS)


@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest, key: UUID) -> HttpResponse:
    """A hand-over; POST `do=write` or `do=take`."""
    actor, error, status = actor_of(request), "", 200
    if request.method == "POST":
        try:
            if request.POST.get("do") == "take":
                take_hand_over(key, actor=actor)
                messages.success(request, _("已接班，您已在岗。"))
            else:
                write_hand_over(key, request.POST.get("text", ""), actor=actor)
                messages.success(request, _("交班内容已写好，等待接班。"))
            return redirect("duty_handover", key)
        except Invalid as found:
            error, status = str(found), 422
        except Conflict as found:
            messages.error(request, str(found))
            return redirect("duty_handover", key)
    row = handover_for(key, actor)
    change, names = change_of(row)
    writes = may_write(row, change, actor)
    context = {
        "row": row,
        "outgoing": [names[turn.member] for turn in change.outgoing],
        "incoming": [names[turn.member] for turn in change.incoming],
        "may_write": writes,
        "may_take": may_take(row, change, actor),
        "things": open_now(row.lead_unit, actor) if row.state == "due" else open_then(row, actor),
        "text": request.POST.get("text", row.text),
        "error": error,
        "waits": row.state in ("due", "written") and row.at <= clock.now(),
    }
    return render(request, "operations_centre/duty/handover.html", context, status=status)
