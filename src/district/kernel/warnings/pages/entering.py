"""Entering a warning of somebody else by hand, changing and lifting it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.base.forms import submitted
from district.kernel.history.public import Actor
from district.kernel.organisation.public import actor_of
from district.kernel.warnings.forms import EnterForm, local_input
from district.kernel.warnings.models import Alert
from district.kernel.warnings.selectors.alerts import alert_for, entering_unit
from district.kernel.warnings.selectors.intake import unfit_one
from district.kernel.warnings.services import change_by_hand, enter_by_hand, lift_by_hand


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a warning; `?unfit=` one whose message could not be taken."""
    actor = actor_of(request)
    if entering_unit(actor) is None:
        raise NotPermitted(_("您没有录入预警的权限。如确需办理，请联系系统管理员调整角色。"))
    initial = {"sent_at": local_input(clock.now()), **_from_unfit(request, actor)}
    form = EnterForm(request.POST or None, initial=initial)
    key = request.POST.get("key", "") or uuid4().hex
    made = submitted(form, lambda _data: enter_by_hand(form.entered(key), actor=actor))
    if made is not None:
        messages.success(request, _("预警已录入，正在叫应有关单位。"))
        return redirect(made)
    return _page(request, form, key=key, heading=_("录入上级预警"))


def _from_unfit(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    try:
        row = unfit_one(UUID(request.GET.get("unfit", "")), actor)
    except (ValueError, NotFound):
        return {}
    return {"headline": row.headline, "sender_name": row.source.name}


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: UUID) -> HttpResponse:
    """What a warning of somebody else says from now on."""
    actor = actor_of(request)
    found = alert_for(key, actor)
    if not found.may_change:
        raise NotPermitted(_("您不能更新这条预警。本区发布的须拟稿、审批；解除的不能再更新。"))
    alert = found.alert
    form = EnterForm(request.POST or None, initial=_said(alert))
    made = submitted(form, lambda _data: change_by_hand(key, form.entered(), actor=actor))
    if made is not None:
        messages.success(request, _("预警已更新。"))
        return redirect(made)
    return _page(request, form, alert=alert, heading=_("更新预警"))


def _said(alert: Alert) -> dict[str, Any]:
    names = ("kind", "colour", "sender_name", "headline", "description", "instruction")
    return {
        **{name: getattr(alert, name) for name in names},
        "areas": alert.ground.get("codes", []),
        "sent_at": local_input(clock.now()),
        "expires_at": local_input(alert.expires_at) if alert.in_force else None,
    }


@require_POST
def lift(request: HttpRequest, key: UUID) -> HttpResponse:
    """The warning is over."""
    try:
        lift_by_hand(key, request.POST.get("note", ""), actor=actor_of(request))
        messages.success(request, _("预警已解除，有关单位会收到消息。"))
    except (Invalid, Conflict) as error:
        messages.error(request, str(error))
    return redirect("warning", key)


def _page(request: HttpRequest, form: EnterForm, **context: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "warnings/enter.html", {"form": form, **context}, status=status)
