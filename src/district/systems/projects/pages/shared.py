"""What the pages share: form answers, choices of units."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Level,
    Role,
    members_acting,
    root_code,
    units,
    visible,
)
from district.systems.projects.models import Project
from district.systems.projects.selectors.settings import coordinating_unit

Choices = list[tuple[str, str]]
Crumbs = list[tuple[str, str]]


def own_units(actor: Actor, action: str) -> Choices:
    """The units for which the actor may do it; every one for the coordinating unit."""
    scope = visible(actor, action)
    everything = scope.everything or coordinating_unit() in scope.centres
    return [
        (one.pk, one.display_short)
        for one in units()
        if one.level in (Level.DISTRICT, Level.DEPARTMENT, Level.STREET)
        and (everything or scope.covers(path=one.path, code=one.pk))
    ]


def departments() -> Choices:
    """The departments of the district."""
    return [(one.pk, one.display_short) for one in units(level=Level.DEPARTMENT)]


def streets() -> Choices:
    """The streets of the district."""
    return [(one.pk, one.display_short) for one in units(level=Level.STREET)]


def leader_choices() -> Choices:
    """The leaders of the district."""
    rows = members_acting([root_code()], [Role.LEADER]).order_by("name")
    return [(str(one.pk), one.display_name) for one in rows]


def crumbs_of(project: Project | None = None, *, last: str = "") -> Crumbs:
    """The way to a project's pages."""
    found = [(_("项目清单"), reverse("projects_list"))]
    if project is not None:
        found.append((project.name, project.get_absolute_url()))
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
        "form": form, "title": title, "lead": lead, "submit": submit, "crumbs": crumbs, **more
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "projects/form.html", context, status=status)
