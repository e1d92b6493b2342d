"""What the pages share: form answers, choices of units."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from district.kernel.history.public import Actor
from district.kernel.organisation.public import Level, posts_of, units, visible
from district.systems.investment_promotion.selectors.settings import coordinating_unit

_LEVELS = (Level.DISTRICT, Level.DEPARTMENT, Level.STREET)
Choices = list[tuple[str, str]]
Crumbs = list[tuple[str, str]]


def own_units(actor: Actor, action: str) -> Choices:
    """The units for which the actor may do it; every one for the coordinating unit."""
    scope, known = visible(actor, action), units()
    everything = scope.everything or coordinating_unit() in scope.centres
    return [
        (one.pk, one.display_short)
        for one in known
        if one.level in _LEVELS and (everything or scope.covers(path=one.path, code=one.pk))
    ]


def own_unit(actor: Actor) -> str:
    """The unit that the actor acts for first, "" for none."""
    return next((post.unit for post in posts_of(actor)), "")


def streets() -> Choices:
    """The streets of the district."""
    return [(one.pk, one.display_short) for one in units(level=Level.STREET)]


def project_crumbs(name: str = "", url: str = "", *, last: str = "") -> Crumbs:
    """The way to a project's pages."""
    found = [(_("招商项目"), reverse("investment_projects"))]
    if name:
        found.append((name, url))
    return [*found, (last, "")] if last else [*found[:-1], (found[-1][0], "")]


def form_answer(
    request: HttpRequest,
    form: Form,
    *,
    title: str,
    submit: str,
    crumbs: Crumbs,
    lead: str = "",
    **more: Any,
) -> HttpResponse:
    """A page that is a form; 422 where what was sent is wrong."""
    context = {
        "form": form,
        "title": title,
        "lead": lead,
        "submit": submit,
        "crumbs": crumbs,
        **more,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "investment_promotion/form.html", context, status=status)
