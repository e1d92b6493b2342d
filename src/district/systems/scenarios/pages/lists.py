"""The lists for members: what is published, what waits, what an edition changed; publishing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from district.kernel.base.errors import Conflict
from district.kernel.cases.public import said
from district.kernel.organisation.public import actor_of, authorise_somewhere
from district.kernel.registers.public import Figure, list_view
from district.systems.scenarios.catalogue import catalogue, list_of
from district.systems.scenarios.models import Edition, Entry, Line
from district.systems.scenarios.names import EDITIONS, ENTRIES, LINES, VIEW
from district.systems.scenarios.selectors.editions import editions_of
from district.systems.scenarios.selectors.entries import may_publish
from district.systems.scenarios.services.publishing import publish_list


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every list: what stands in its newest edition, what waits for the next one."""
    actor = actor_of(request)
    authorise_somewhere(actor, VIEW)
    counted = Entry.objects.order_by().values_list("kind", "state").annotate(n=Count("pk"))
    by_kind: dict[str, dict[str, int]] = {}
    for kind, state, number in counted:
        by_kind.setdefault(kind, {})[state] = number
    newest: dict[str, Edition] = {}
    for edition in Edition.objects.order_by("list_key", "number"):
        newest[edition.list_key] = edition
    lists = [_line(key, newest.get(key), by_kind) for key in catalogue().lists]
    return render(request, "scenarios/overview.html", {"lists": lists})


def _line(key: str, edition: Edition | None, by_kind: dict[str, dict[str, int]]) -> dict[str, Any]:
    spec = list_of(key)
    kinds = [kind.key for kind in catalogue().kinds_of(key)]
    inside = ", ".join(f'"{kind}"' for kind in kinds)
    waiting = sum(by_kind.get(kind, {}).get("ready", 0) for kind in kinds)
    where = f'list = "{key}" and edition = {edition.number}' if edition else ""
    return {
        "key": key,
        "label": said(spec.label),
        "help": said(spec.help),
        "edition": edition,
        "published": Figure(
            LINES, where, value=edition.line_count, unit=_("条"), label=_("当前版次条目")
        )
        if edition
        else None,
        "offered": Figure(
            ENTRIES,
            f'kind in ({inside}) and state = "offered"',
            value=sum(by_kind.get(kind, {}).get("offered", 0) for kind in kinds),
            unit=_("条"),
            label=_("企业申报待受理"),
        ),
        "waiting": Figure(
            ENTRIES,
            f'kind in ({inside}) and state = "ready"',
            value=waiting,
            unit=_("条"),
            label=_("待发布"),
        ),
    }


@require_safe
def one(request: HttpRequest, list_key: str) -> HttpResponse:
    """A list with its editions, and what would be published next."""
    actor, spec = actor_of(request), list_of(list_key)
    authorise_somewhere(actor, VIEW)
    return _shown(request, spec.key)


def _shown(
    request: HttpRequest, list_key: str, problem: str = "", status: int = 200
) -> HttpResponse:
    spec = list_of(list_key)
    kinds = [kind.key for kind in catalogue().kinds_of(list_key)]
    waiting = Entry.objects.filter(kind__in=kinds, state=Entry.State.READY)
    offered = Entry.objects.filter(kind__in=kinds).filter(
        Q(state=Entry.State.OFFERED) | Q(proposed__isnull=False)
    )
    context = {
        "key": spec.key,
        "offered": list(offered.order_by("changed_at", "pk")[:50]),
        "label": said(spec.label),
        "help": said(spec.help),
        "editions": list(editions_of(spec.key)[:30]),
        "waiting": list(waiting.select_related("lead_unit").order_by("-changed_at")[:50]),
        "may_publish": may_publish(actor_of(request), spec.key),
        "problem": problem,
    }
    return render(request, "scenarios/list.html", context, status=status)


@require_POST
def publish(request: HttpRequest, list_key: str) -> HttpResponse:
    """Publish the next edition."""
    try:
        edition = publish_list(list_key, actor=actor_of(request), note=request.POST.get("note", ""))
    except Conflict as error:
        return _shown(request, list_key, str(error), error.status)
    messages.success(request, _("已发布第%(number)s版。") % {"number": edition.number})
    return redirect("scenarios_list", list_key)


@require_safe
def editions(request: HttpRequest) -> HttpResponseBase:
    """All editions."""
    return list_view(request, EDITIONS)


@require_safe
def edition(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """On to the public page of an edition."""
    return redirect(get_object_or_404(Edition, pk=edition_id))


@require_safe
def line(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """On to where the entry stands in its edition."""
    found = get_object_or_404(Line.objects.select_related("edition"), pk=line_id)
    return redirect(f"{found.edition.get_absolute_url()}#l{found.position}")
