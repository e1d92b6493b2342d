"""Desks of appeals: triage, adjudication, handling, call-back."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from district.kernel.cases.public import desk_view, desks_of
from district.kernel.organisation.public import actor_of, posts_of
from district.systems.appeals.names import TYPE

#: Whoever runs a desk begins with what is to be dispatched, everybody else with what is theirs.
_FIRST = {"duty_officer": "triage"}


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """On to the desk that the member's post begins with."""
    roles = [post.role for post in posts_of(actor_of(request))]
    first = next((_FIRST[role] for role in roles if role in _FIRST), "handling")
    return redirect("appeals_desk", first)


@require_safe
def desk(request: HttpRequest, desk: str) -> HttpResponseBase:
    """One desk, with all of them as tabs."""
    base = reverse("appeals_desk", args=[desks_of(TYPE)[0].key])
    return desk_view(request, TYPE, desk, base_url=base.rsplit("/", 2)[0] + "/")
