"""The pages of the simulation: scenarios to start, to watch and to stop."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.history.public import Actor, events_of
from district.kernel.organisation.public import actor_of, authorise
from district.simulation import selectors, services, state_file
from district.simulation.feed import WRONG
from district.simulation.forms import ScenarioForm
from district.simulation.kinds import SENDERS
from district.simulation.models import Scenario
from district.simulation.names import RUN, subject
from district.simulation.rights import refuse_outside_demo
from district.simulation.scenarios import OUTLINES

_SHOWN = 50
#: A process that has said nothing for so long does not run.
_SILENT = timedelta(seconds=30)
ALARMS = "/alarms/"


def _asked(request: HttpRequest) -> Actor:
    refuse_outside_demo()
    actor = actor_of(request)
    authorise(actor, RUN)
    return actor


def _alarms_url() -> str:
    """Where alarms are shown, "" where no part shows them."""
    try:
        resolve(ALARMS)
    except Resolver404:
        return ""
    return ALARMS


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What can be started, what goes on, what was, and how the simulated sensors send."""
    _asked(request)
    return _index(request)


def _index(
    request: HttpRequest, bound: dict[str, ScenarioForm] | None = None, status: int = 200
) -> HttpResponse:
    now = clock.now()
    rows = selectors.scenarios()
    shown = [(row, selectors.progress_of(row, now)) for row in rows]
    context = {
        "offers": [_offer(kind, rows, now, bound or {}) for kind in OUTLINES],
        "rows": shown,
        "going": any(progress.state in ("going", "put_back") for _row, progress in shown),
        "senders": _senders(now),
        "running": _is_running(now),
        "wrong": [(label, WRONG[key]) for key, label in _wrong_words().items()],
        "alarms_url": _alarms_url(),
    }
    return render(request, "simulation/index.html", context, status=status)


def _offer(
    kind: str, rows: list[Scenario], now: Any, bound: dict[str, ScenarioForm]
) -> dict[str, Any]:
    outline = OUTLINES[kind]
    busy = next(
        (row for row in rows if row.kind == kind and not row.stopped_at and row.ends_at > now),
        None,
    )
    places = [] if busy else selectors.places_for(kind)
    form = bound.get(kind) or ScenarioForm(outline=outline, places=places)
    return {"outline": outline, "form": form, "places": places, "busy": busy}


def _wrong_words() -> dict[str, str]:
    return {
        "duplicate": _("重复发来"),
        "late": _("迟到"),
        "future": _("时间超前"),
        "malformed": _("读不懂"),
    }


def _is_running(now: Any) -> bool:
    state = state_file.read(settings.VAR)
    return state is not None and now - state.at < _SILENT


def _senders(now: Any) -> list[dict[str, Any]]:
    state = state_file.read(settings.VAR)
    told = state.senders if state is not None else {}
    return [
        {
            "name": sender.name,
            "state": told.get(sender.code),
            "over": {"mqtt": "MQTT", "http": "HTTP"}.get(
                told[sender.code].transport if sender.code in told else "", "-"
            ),
        }
        for sender in SENDERS
    ]


@require_POST
def start(request: HttpRequest, kind: str) -> HttpResponse:
    """Start a scenario; what is wrong stands at its field."""
    actor = _asked(request)
    outline = OUTLINES.get(kind)
    if outline is None:
        raise NotFound(_("没有这种场景。"))
    form = ScenarioForm(request.POST, outline=outline, places=selectors.places_for(kind))
    if not form.is_valid():
        return _index(request, {kind: form}, status=422)
    try:
        row = services.start_scenario(
            kind, form.cleaned_data["thing"], form.cleaned_data["minutes"], actor=actor
        )
    except Invalid as error:
        field = error.field if error.field in form.fields else None
        form.add_error(field, f"{error.problem}{error.remedy}")
        return _index(request, {kind: form}, status=422)
    except Conflict as error:
        messages.warning(request, str(error))
        return redirect("simulation")
    messages.success(request, _("场景已开始。传感器会在一两分钟内有反应。"))
    return redirect(row)


@require_safe
def one(request: HttpRequest, key: UUID) -> HttpResponse:
    """How a scenario goes: its steps, the sensors that feel it, the alarms that came of it."""
    actor = _asked(request)
    row = selectors.scenario(key)
    felt = selectors.felt_by(row, actor)
    progress = selectors.progress_of(row, clock.now())
    context = {
        "row": row,
        "outline": OUTLINES[row.kind],
        "progress": progress,
        "live": progress.state in ("going", "put_back"),
        "felt": felt,
        "episodes": selectors.episodes_of(row, felt, actor),
        "running": _is_running(clock.now()),
        "alarms_url": _alarms_url(),
        "map_url": reverse("sensing_map"),
        "events": events_of(subject(row.pk), limit=_SHOWN),
        "crumbs": [(_("演示场景"), reverse("simulation")), (row.place, "")],
    }
    return render(request, "simulation/scenario.html", context)


@require_POST
def stop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Stop a scenario."""
    row = services.stop_scenario(key, actor=_asked(request))
    messages.success(request, _("场景已停止。传感器的数值会在两分钟内恢复。"))
    return redirect(row)
