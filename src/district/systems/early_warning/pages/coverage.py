"""The page of coverage, its map as data and as a picture."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base.errors import Conflict, NotFound
from district.kernel.organisation.public import Owned, actor_of, authorise, permitted
from district.systems.early_warning.coverage.names import MANAGE, VIEW
from district.systems.early_warning.models import CoverageRun
from district.systems.early_warning.selectors import coverage as selectors
from district.systems.early_warning.services.coverage import ask_run


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Shares, the map, losses and streets; POST asks for a computation."""
    actor = actor_of(request)
    if request.method == "POST":
        try:
            ask_run(actor=actor)
            messages.success(request, _("已提出计算，完成后这里会提示。"))
        except Conflict as error:
            messages.error(request, str(error))
        return redirect("coverage")
    found = selectors.overview(actor)
    unit = found.inputs.settings.lead_unit
    owned = Owned(unit.pk, path=unit.path) if unit else Owned("")
    context: dict[str, Any] = {"found": found, "may_manage": permitted(actor, MANAGE, owned)}
    if found.run is not None:
        context |= _figures(found.run)
    return render(request, "early_warning/coverage.html", context)


def _figures(run: CoverageRun) -> dict[str, Any]:
    return {
        "run": run,
        "shares": selectors.shares_of(run),
        "covers": selectors.covers_of(run),
        "losses": selectors.losses(run),
        "streets": selectors.by_street(run),
        "counts": (
            selectors.stations_figure(run, "sensor", run.sensors, _("监测前端")),
            selectors.stations_figure(run, "nest", run.nests, _("无人机机场")),
        ),
    }


@require_safe
def map_json(request: HttpRequest) -> HttpResponse:
    """The data of the map; 304 while nothing changed."""
    authorise(actor_of(request), VIEW)
    return answer(request, selectors.map_data(selectors.current_run()), "application/json")


@require_safe
def map_svg(request: HttpRequest) -> HttpResponse:
    """The map as a picture, for paper; 304 while nothing changed."""
    authorise(actor_of(request), VIEW)
    run = selectors.current_run()
    if run is None:
        raise NotFound(_("还没有计算过。"))
    return answer(request, selectors.picture(run), "image/svg+xml")


def answer(request: HttpRequest, data: Any, content_type: str) -> HttpResponse:
    """Text, or what becomes JSON; 304 where the reader already has just this."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    body = text.encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}-{get_language()}"'
    if request.headers.get("If-None-Match") == tag:
        found: HttpResponse = HttpResponseNotModified()
    else:
        found = HttpResponse(body, content_type=content_type)
    found["ETag"] = tag
    found["Cache-Control"] = "private, no-cache"
    return found
