"""The overview of all desks, the desks of each type, and the month's figures."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.base.errors import NotFound, NotPermitted
from district.kernel.cases.public import (
    case_type_of,
    counts_of,
    desk_view,
    desks_of,
    register_key,
    said,
)
from district.kernel.history.public import Actor
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.systems.disputes.names import OPENED, TYPES
from district.systems.disputes.selectors.figures import month_figures
from district.ui.months import month_asked, months_beside


def may_see(actor: Actor, type_key: str) -> bool:
    """Whether the actor may see any case of a type; no query within a request."""
    return permitted_somewhere(actor, f"cases.{type_key}.view")


def _refuse_strangers(actor: Actor) -> None:
    if not any(may_see(actor, key) for key in TYPES):
        raise NotPermitted(_("您没有查看矛盾纠纷的权限。如确需查看，请联系系统管理员。"))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every type with its desks, and where to write down a new dispute."""
    actor = actor_of(request)
    _refuse_strangers(actor)
    cards = []
    for key in TYPES:
        if not may_see(actor, key):
            continue
        counts = counts_of(key, actor)
        desks = [
            (reverse("disputes_desk", args=[key, desk.key]), desk.label, counts[desk.key])
            for desk in desks_of(key)
        ]
        cards.append(
            (
                said(case_type_of(key).label),
                reverse("register_list", args=[register_key(key)]),
                desks,
            )
        )
    new = [
        (reverse("disputes_new", args=[key]), said(case_type_of(key).label))
        for key in OPENED
        if permitted_somewhere(actor, f"cases.{key}.create")
    ]
    return render(request, "disputes/index.html", {"cards": cards, "new": new})


@require_safe
def desk(request: HttpRequest, type_key: str, desk: str) -> HttpResponseBase:
    """One desk of a type, with the others as tabs."""
    if type_key not in TYPES:
        raise NotFound()
    base = reverse("disputes_desk", args=[type_key, desks_of(type_key)[0].key])
    return desk_view(request, type_key, desk, base_url=base.rsplit("/", 2)[0] + "/")


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """A month's figures: mediated, success rate, handed over, in time."""
    actor = actor_of(request)
    _refuse_strangers(actor)
    day = month_asked(request)
    before, after = months_beside(day)
    context = {
        "found": month_figures(actor, day.year, day.month),
        "before": before,
        "after": after,
    }
    return render(request, "disputes/figures.html", context)
