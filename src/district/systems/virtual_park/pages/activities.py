"""Activities for a firm: what lies ahead, registering, cancelling."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.forms import submitted
from district.systems.virtual_park.forms.doing import RegisterForm
from district.systems.virtual_park.models import Registration
from district.systems.virtual_park.pages.guard import for_enterprise, show
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.selectors.activities import (
    activities_for,
    activity_for,
    seats_free,
)
from district.systems.virtual_park.services.activities import read_push
from district.systems.virtual_park.services.registering import (
    cancel_registration,
    register,
    wish_activities,
)


@for_enterprise("activities.see")
@require_safe
def activities(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """What lies ahead."""
    context = {"rows": activities_for(acting), "may_do": acting.may("activities.do")}
    return show(request, acting, "activities", context)


@for_enterprise("activities.see")
@require_http_methods(["GET", "HEAD", "POST"])
def activity(request: HttpRequest, acting: Acting, activity_id: UUID) -> HttpResponseBase:
    """One activity; with a form, registering for it."""
    form = RegisterForm(request.POST or None)
    made = submitted(form, lambda data: register(acting, activity_id, data["persons"]))
    if made is not None:
        words = {
            Registration.State.SEATED: _("报名成功。"),
            Registration.State.WAITING: _("名额已满，已按先后列入候补。有人取消时按先后转正。"),
        }
        messages.success(request, words[Registration.State(made.state)])
        return redirect("park_activity_own", activity_id)
    found = activity_for(acting, activity_id)
    if found.is_new:
        read_push(acting, activity_id)
    context = {
        "one": found,
        "activity": found.activity,
        "form": form,
        "free": seats_free(found.activity),
        "may_do": acting.may("activities.do"),
    }
    status = 422 if request.method == "POST" else 200
    return show(request, acting, "activity", context, status=status)


@for_enterprise("activities.do")
@require_POST
def cancel(request: HttpRequest, acting: Acting, activity_id: UUID) -> HttpResponseBase:
    """The firm does not come."""
    cancel_registration(acting, activity_id)
    messages.success(request, _("报名已取消。"))
    return redirect("park_activity_own", activity_id)


@for_enterprise("activities.do")
@require_POST
def wish(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """Whether the firm wants to be told of activities."""
    wish_activities(acting, wants=request.POST.get("wants") == "yes")
    messages.success(request, _("已记下。"))
    return redirect("park_activities_own")
