"""Missions: the list, one with what may be done, its pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.alarms.public import sees_episode
from district.kernel.base.attachments import show_picture, small_of
from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.base.forms import submitted
from district.kernel.cases.public import files_sent
from district.kernel.history.public import Actor, events_of
from district.kernel.organisation.public import actor_of, permitted
from district.kernel.places.public import marked, points_on_streets
from district.kernel.registers.public import list_view
from district.kernel.warnings.public import catalogue, colour_name
from district.systems.early_warning.forms import TargetForm, VerdictForm
from district.systems.early_warning.models import DroneNest, Mission
from district.systems.early_warning.names import FLY_MISSION, MISSIONS, VERIFY_MISSION
from district.systems.early_warning.selectors.missions import (
    considered_of,
    mission_for,
    photo_for,
    spoken_seconds,
    way_of,
)
from district.systems.early_warning.selectors.rights import owned_mission
from district.systems.early_warning.services.missions import (
    arrive,
    change_nest,
    come_home,
    give_up,
    move_target,
    take_off,
)
from district.systems.early_warning.services.photos import add_photos, storage
from district.systems.early_warning.services.sending import (
    UNDECIDED,
    mission_subject,
)
from district.systems.early_warning.services.verifying import Found, verify_mission
from district.systems.early_warning.services.warning import KIND, draft_warning

State = Mission.State


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The missions that the member may see."""
    return list_view(request, MISSIONS)


@require_http_methods(["GET", "HEAD", "POST"])
def mission(request: HttpRequest, mission_id: UUID) -> HttpResponse:
    """A mission; POST says what was found."""
    actor = actor_of(request)
    found = mission_for(mission_id, actor)
    form = VerdictForm(request.POST or None, initial={"means": Mission.Means.DRONE})
    status = 200
    if request.method == "POST":
        done = submitted(form, lambda data: verify_mission(
            found.pk, Found(**data), actor=actor
        ))  # fmt: skip
        if done is not None:
            messages.success(request, _("已登记核查结果：%s") % done.get_verdict_display())
            return redirect(done)
        status = 422
    return render(
        request, "early_warning/mission.html", _context(found, form, actor), status=status
    )


def _context(found: Mission, form: VerdictForm, actor: Actor) -> dict[str, object]:
    on = owned_mission(found)
    verifies = permitted(actor, VERIFY_MISSION, on)
    took = (found.verified_at - found.known_at).total_seconds() if found.verified_at else None
    late = (found.known_at - found.raised_at).total_seconds()
    return {
        "mission": found,
        "form": form,
        "way": way_of(found),
        "considered": considered_of(found),
        "photos": list(found.photos.all()),
        "events": events_of(mission_subject(found)),
        "took": spoken_seconds(took) if took is not None else "",
        "late": spoken_seconds(late) if late >= 60 else "",
        "undecided": found.state in UNDECIDED,
        "may_fly": permitted(actor, FLY_MISSION, on),
        "may_verify": verifies,
        "sees_episode": sees_episode(actor, found.episode),
        "target": TargetForm(initial={"lon": found.lon, "lat": found.lat}),
        "nest_states": DroneNest.State.choices,
        "colours": _colours() if verifies and found.verdict == Mission.Verdict.TRUE else (),
        "data": _map(found),
        "crumbs": [(_("火情核查"), reverse("early_warning_missions")), (found.number, "")],
    }


def _colours() -> list[tuple[str, str]]:
    """The colours in which the district may warn of a hill fire itself."""
    known = next((colours for kind, colours in catalogue().issuable if kind.key == KIND), ())
    return [(colour, colour_name(colour)) for colour in known]


def _map(found: Mission) -> dict[str, object]:
    places = [(str(found.pk), found.lon, found.lat, found.title, "", "open")]
    if found.nest is not None:
        nest = found.nest
        places.append(
            (str(nest.pk), nest.lon, nest.lat, nest.name, nest.get_absolute_url(), "done")
        )
    if found.front_end is not None:
        end = found.front_end
        places.append((str(end.pk), end.lon, end.lat, end.name, end.get_absolute_url(), "paused"))
    return points_on_streets(
        [
            marked(key, name, lon, lat, url=url, mark=mark)
            for key, lon, lat, name, url, mark in places
        ]
    )


def _take_off(key: UUID, request: HttpRequest, actor: Actor) -> str:
    take_off(key, actor=actor)
    return _("已登记起飞。")


def _arrive(key: UUID, request: HttpRequest, actor: Actor) -> str:
    arrive(key, actor=actor)
    return _("已登记到达现场。")


def _come_home(key: UUID, request: HttpRequest, actor: Actor) -> str:
    come_home(key, actor=actor, nest_state=request.POST.get("nest_state", ""))
    return _("已登记返航。")


def _change_nest(key: UUID, request: HttpRequest, actor: Actor) -> str:
    reason, state = request.POST.get("reason", ""), request.POST.get("nest_state", "")
    done = change_nest(key, actor=actor, reason=reason, nest_state=state)
    if done.nest is None:
        return _("没有别的空闲机场，任务等待中。有机场空出来会自动派出。")
    return _("已改派%(nest)s。") % {"nest": done.nest.name}


def _give_up(key: UUID, request: HttpRequest, actor: Actor) -> str:
    give_up(key, actor=actor, reason=request.POST.get("reason", ""))
    return _("任务已中止。")


def _move(key: UUID, request: HttpRequest, actor: Actor) -> str:
    form = TargetForm(request.POST)
    if not form.is_valid():
        raise Invalid("lon", _("位置不对。"), _("请填写WGS-84的经纬度，单位为度。"))
    data = form.cleaned_data
    done = move_target(key, data["lon"], data["lat"], actor=actor)
    if done.nest is None:
        return _("位置已改。没有空闲的机场，任务等待中。")
    return _("位置已改，由%(nest)s前往。") % {"nest": done.nest.name}


def _photos(key: UUID, request: HttpRequest, actor: Actor) -> str:
    added = add_photos(key, files_sent(request, "photos"), actor=actor)
    return _("已上传%(n)s张照片。") % {"n": len(added)}


_STEPS: Mapping[str, Callable[[UUID, HttpRequest, Actor], str]] = {
    "take_off": _take_off,
    "arrive": _arrive,
    "come_home": _come_home,
    "change_nest": _change_nest,
    "give_up": _give_up,
    "move": _move,
    "photos": _photos,
}


@require_POST
def act(request: HttpRequest, mission_id: UUID) -> HttpResponse:
    """One step of a mission, as the button's `do` says; what is refused is said on its page."""
    actor = actor_of(request)
    found = mission_for(mission_id, actor)
    step = _STEPS.get(request.POST.get("do", ""))
    if step is None:
        raise Conflict(_("没有这项操作。"))
    try:
        messages.success(request, step(found.pk, request, actor))
    except (Invalid, Conflict) as error:
        messages.error(request, str(error))
    return redirect(found)


@require_POST
def warn(request: HttpRequest, mission_id: UUID) -> HttpResponse:
    """Draft a public warning of the fire, and go on to the draft."""
    actor = actor_of(request)
    found = mission_for(mission_id, actor)
    try:
        draft = draft_warning(
            found.pk,
            unit=found.lead_unit_id,
            colour=request.POST.get("colour", ""),
            actor=actor,
        )
    except (Invalid, Conflict, NotPermitted) as error:
        messages.error(request, str(error))
        return redirect(found)
    messages.success(request, _("已拟稿，请核对后提交审批。"))
    return redirect("warnings_draft", draft.pk)


@require_safe
def photo(request: HttpRequest, mission_id: UUID, photo_id: UUID) -> FileResponse:
    """A picture, shown in place."""
    row = photo_for(mission_id, photo_id, actor_of(request))
    return show_picture(storage(), row.stored, row.name, row.content_type)


@require_safe
def photo_small(request: HttpRequest, mission_id: UUID, photo_id: UUID) -> FileResponse:
    """The small picture for the page."""
    row = photo_for(mission_id, photo_id, actor_of(request))
    return show_picture(storage(), small_of(row.stored), "small.jpg", "image/jpeg")
