"""Activities for the units that hold them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base import clock
from district.kernel.base.forms import submitted
from district.kernel.conditions.public import describe
from district.kernel.history.public import events_of
from district.kernel.organisation.public import (
    actor_of,
    authorise,
    authorise_somewhere,
    permitted,
)
from district.kernel.registers.public import Figure, list_view
from district.systems.virtual_park.forms.account import ReasonForm
from district.systems.virtual_park.forms.doing import ActivityForm, LimitForm
from district.systems.virtual_park.jobs import push_activity
from district.systems.virtual_park.models import Activity
from district.systems.virtual_park.names import (
    ACTIVITIES,
    LIMIT,
    REGISTRATIONS,
    SAVE_ACTIVITY,
    VIEW_REGISTRATION,
)
from district.systems.virtual_park.selectors.activities import (
    activity_seen,
    holding_units,
    limit,
    registrations_of,
)
from district.systems.virtual_park.selectors.owning import owned_by
from district.systems.virtual_park.services.activities import (
    NewActivity,
    cancel_activity,
    condition_of,
    do_push,
    publish_activity,
    save_activity,
    save_limit,
    start_push,
    subject_of,
)
from district.systems.virtual_park.services.registering import note_attendance

_SHOWN = 50


@require_safe
def activities(request: HttpRequest) -> HttpResponseBase:
    """All activities, as the register shows them."""
    actor = actor_of(request)
    more = {"may_add": bool(holding_units(actor)), "may_limit": permitted(actor, LIMIT)}
    return list_view(request, ACTIVITIES, template="virtual_park/staff/activities.html", extra=more)


def _crumbs(last: str, row: Activity | None = None) -> list[tuple[str, str]]:
    found = [(_("产业服务活动"), reverse("park_activities"))]
    if row is not None:
        found.append((row.title, row.get_absolute_url()))
    return [*found, (last, "")]


@require_safe
def activity(request: HttpRequest, activity_id: UUID) -> HttpResponse:
    """One activity: for whom, who was told, who comes."""
    actor = actor_of(request)
    row = activity_seen(activity_id, actor)
    owned = owned_by(row.lead_unit)
    sees = permitted(actor, VIEW_REGISTRATION, owned)
    condition = condition_of(row)
    registered = registrations_of(row) if sees else []
    context = {
        "activity": row,
        "for_whom": describe(condition) if condition is not None else _("全部在营企业"),
        "registrations": registered,
        "figures": _figures(row, registered) if sees else [],
        "events": events_of(subject_of(row), limit=_SHOWN),
        "may_save": permitted(actor, SAVE_ACTIVITY, owned),
        "has_begun": clock.now() >= row.starts_at,
        "is_open": row.state == row.State.PUBLISHED and clock.now() < row.closes_at,
        "crumbs": _crumbs(row.title),
    }
    return render(request, "virtual_park/staff/activity.html", context)


def _figures(row: Activity, registered: list[Any]) -> list[Figure]:
    found = []
    for state, label in (("seated", _("已报名企业")), ("waiting", _("候补企业"))):
        where = f'activity_id = "{row.pk}" and state = "{state}"'
        count = sum(1 for one in registered if one.state == state)
        found.append(Figure(REGISTRATIONS, where, value=count, unit=_("家"), label=label))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write an activity."""
    actor = actor_of(request)
    authorise_somewhere(actor, SAVE_ACTIVITY)
    own = [(unit.pk, unit.display_short) for unit in holding_units(actor)]
    form = ActivityForm(request.POST or None, own=own)

    def act(data: dict[str, Any]) -> Activity:
        unit = data.pop("unit")
        return save_activity(NewActivity(**data), unit=unit, actor=actor)

    return _form(request, form, submitted(form, act), _crumbs(_("新建")), _("新建活动"))


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, activity_id: UUID) -> HttpResponse:
    """Change an activity."""
    actor = actor_of(request)
    row = activity_seen(activity_id, actor)
    authorise(actor, SAVE_ACTIVITY, owned_by(row.lead_unit))
    names = ("title", "text", "place", "seats", "where")
    initial = {name: getattr(row, name) for name in names}
    times = ("starts_at", "ends_at", "closes_at")
    initial |= {name: timezone.localtime(getattr(row, name)) for name in times}
    form = ActivityForm(request.POST or None, own=[], initial=initial)
    saved = submitted(
        form, lambda data: save_activity(NewActivity(**data), unit="", known=row.pk, actor=actor)
    )
    return _form(request, form, saved, _crumbs(_("修改"), row), _("修改活动"))


def _form(
    request: HttpRequest, form: Any, made: Activity | None, crumbs: Any, title: str
) -> HttpResponse:
    if made is not None:
        messages.success(request, _("已保存。"))
        return redirect(made)
    context = {"form": form, "title": title, "submit": _("保存"), "crumbs": crumbs}
    status = 422 if request.method == "POST" else 200
    return render(request, "virtual_park/staff/form.html", context, status=status)


@require_POST
def publish(request: HttpRequest, activity_id: UUID) -> HttpResponse:
    """Open it for registration."""
    row = publish_activity(activity_id, actor=actor_of(request))
    messages.success(request, _("活动已发布，企业可以报名。"))
    return redirect(row)


@require_POST
def push(request: HttpRequest, activity_id: UUID) -> HttpResponse:
    """Tell those whom it is for."""
    row, small = start_push(activity_id, actor=actor_of(request), enqueue=push_activity.enqueue)
    if small:
        row = do_push(str(row.pk))
        messages.success(request, _("推送完成，共推送%(count)s家。") % {"count": row.pushed})
    else:
        messages.success(request, _("已开始推送，稍后在本页查看。"))
    return redirect(row)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, activity_id: UUID) -> HttpResponse:
    """Call it off."""
    actor = actor_of(request)
    row = activity_seen(activity_id, actor)
    authorise(actor, SAVE_ACTIVITY, owned_by(row.lead_unit))
    form = ReasonForm(request.POST or None)
    done = submitted(form, lambda data: cancel_activity(row.pk, data["reason"], actor=actor))
    return _form(request, form, done, _crumbs(_("取消活动"), row), _("取消活动"))


@require_POST
def attendance(request: HttpRequest, activity_id: UUID) -> HttpResponse:
    """Note who came."""
    came = {
        key.removeprefix("came_"): value == "yes"
        for key, value in request.POST.items()
        if key.startswith("came_") and value in ("yes", "no")
    }
    changed = note_attendance(activity_id, came, actor=actor_of(request))
    messages.success(request, _("已登记%(count)s家。") % {"count": changed})
    return redirect("park_activity", activity_id)


@require_http_methods(["GET", "HEAD", "POST"])
def change_limit(request: HttpRequest) -> HttpResponse:
    """How often one enterprise is told in a month."""
    actor = actor_of(request)
    authorise(actor, LIMIT)
    form = LimitForm(request.POST or None, initial={"most": limit().most})
    if submitted(form, lambda data: save_limit(data["most"], actor=actor)) is not None:
        messages.success(request, _("已保存。"))
        return redirect("park_activities")
    return _form(request, form, None, _crumbs(_("推送频次")), _("活动推送频次"))
