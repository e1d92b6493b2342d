"""Target adjustments: what waits for approval, and the decision."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict
from district.kernel.organisation.public import actor_of
from district.kernel.plan.public import (
    approve_adjustment,
    commitment_url,
    refuse_adjustment,
    withdraw_adjustment,
)
from district.kernel.registers.public import list_view
from district.systems.plan_tracking.pages.common import done, page, said

REGISTER = "plan-adjustments"


@page("plan.read")
def index(request: HttpRequest) -> HttpResponseBase:
    """All adjustments; each opens its commitment, where it is decided."""
    return list_view(request, REGISTER)


@page("plan.read", "POST")
def decide(request: HttpRequest, commitment_id: UUID, adjustment_id: UUID) -> HttpResponse:
    """Approve, refuse or take back an adjustment; the services say who may."""
    address = commitment_url(commitment_id)
    actor, note = actor_of(request), request.POST.get("note", "").strip()
    verb = request.POST.get("do")
    try:
        if verb == "approve":
            approve_adjustment(adjustment_id, actor=actor, note=note)
            text = _("已批准，新目标即时生效。")
        elif verb == "refuse":
            refuse_adjustment(adjustment_id, actor=actor, note=note)
            text = _("未批准，目标不变。")
        elif verb == "withdraw":
            withdraw_adjustment(adjustment_id, actor=actor)
            text = _("已撤回。")
        else:
            raise Conflict(_("没有选择操作。请点批准、不批准或撤回。"))
    except Conflict as error:
        return said(request, error, address)
    return done(request, text, address)
