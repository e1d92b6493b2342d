"""Desks of requests and of complaints."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from district.kernel.cases.public import desk_view, desks_of
from district.kernel.organisation.public import actor_of, posts_of
from district.systems.enterprise_requests.names import COMPLAINT, REQUEST
from district.systems.enterprise_requests.selectors.posts import command_unit, posts
from district.systems.enterprise_requests.selectors.rights import (
    may_register_complaints,
    may_register_requests,
)


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """On to what is to be dispatched for the command post, to what is theirs for everybody else."""
    own = {post.unit for post in posts_of(actor_of(request))}
    return redirect("enterprise_desk", "triage" if command_unit() in own else "handling")


@require_safe
def desk(request: HttpRequest, desk: str) -> HttpResponseBase:
    """One desk of requests, with all of them as tabs."""
    base = _base("enterprise_desk", REQUEST)
    create = reverse("enterprise_new") if may_register_requests(actor_of(request)) else ""
    return desk_view(request, REQUEST, desk, base_url=base, create_url=create)


@require_safe
def complaints(request: HttpRequest) -> HttpResponseBase:
    """On to what a supervision centre has to take on, or to what one's unit looks into."""
    own = {post.unit for post in posts_of(actor_of(request))}
    centres = {post.unit for post in posts() if post.kind == "supervision"}
    return redirect("enterprise_complaint_desk", "triage" if own & centres else "handling")


@require_safe
def complaint_desk(request: HttpRequest, desk: str) -> HttpResponseBase:
    """One desk of complaints, with all of them as tabs."""
    base = _base("enterprise_complaint_desk", COMPLAINT)
    may = may_register_complaints(actor_of(request))
    create = reverse("enterprise_complaint_new") if may else ""
    return desk_view(request, COMPLAINT, desk, base_url=base, create_url=create)


def _base(name: str, type_key: str) -> str:
    return reverse(name, args=[desks_of(type_key)[0].key]).rsplit("/", 2)[0] + "/"
