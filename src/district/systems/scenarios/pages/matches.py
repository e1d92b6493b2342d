"""Matches of an entry, what is said of them, and landings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.base.forms import submitted
from district.kernel.cases.public import said
from district.kernel.history.public import events_of
from district.kernel.organisation.public import actor_of, permitted
from district.kernel.registers.public import list_view
from district.systems.scenarios.catalogue import kind_of
from district.systems.scenarios.forms import LandingForm
from district.systems.scenarios.models import Feedback
from district.systems.scenarios.names import CONFIRM_LANDING, JUDGE, LANDINGS
from district.systems.scenarios.selectors.entries import entry_for
from district.systems.scenarios.selectors.landings import landing_for
from district.systems.scenarios.selectors.matching import (
    matches_of,
    owned_landing,
    owned_pair,
    pair_of,
    weights,
)
from district.systems.scenarios.services.matching import (
    claim_landing,
    decide_landing,
    judge_match,
    landing_subject,
)


@require_safe
def matches(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """The counterparts of an entry, the best first, every part of the score with its reason."""
    actor = actor_of(request)
    entry = entry_for(entry_id, actor)
    found = matches_of(entry)
    context = {
        "entry": entry,
        "kind": said(kind_of(entry.kind).label),
        "matches": found,
        "more": found.candidates - len(found.found),
        "may_judge": bool(found.found) and permitted_on(request, entry, found.found[0].entry),
        "weights": weights().weights,
        "crumbs": [(entry.title, entry.get_absolute_url()), (_("匹配"), "")],
    }
    return render(request, "scenarios/matches.html", context)


def permitted_on(request: HttpRequest, one: Any, other: Any) -> bool:
    """Whether the member may speak of such a pair; a button for each is asked for one alone."""
    pair = pair_of(one, other)
    return pair is not None and permitted(actor_of(request), JUDGE, owned_pair(*pair))


@require_POST
def judge(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Say whether a match is of use."""
    try:
        judge_match(
            entry_id,
            request.POST.get("other", ""),
            request.POST.get("verdict", ""),
            actor=actor_of(request),
        )
    except Invalid as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("已记下，以后的排序会参考。"))
    return redirect("scenarios_matches", entry_id)


@require_safe
def feedback(request: HttpRequest, feedback_id: UUID) -> HttpResponse:
    """On to the matches that a word was said of."""
    row = get_object_or_404(Feedback, pk=feedback_id)
    return redirect("scenarios_matches", row.need_id)


@require_http_methods(["GET", "HEAD", "POST"])
def land(request: HttpRequest, entry_id: UUID, other_id: UUID) -> HttpResponse:
    """Say that a match has landed."""
    actor = actor_of(request)
    one, other = entry_for(entry_id, actor), entry_for(other_id, actor)
    if not permitted_on(request, one, other):
        raise NotPermitted(_("落地由供方、需方的牵头单位或清单主管单位申报。"))
    form = LandingForm(request.POST or None)
    made = submitted(form, lambda data: claim_landing(entry_id, other_id, actor=actor, **data))
    if made is not None:
        messages.success(request, _("已申报，由另一人核实后计入。"))
        return redirect(made)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "one": one, "other": other}
    return render(request, "scenarios/landing_form.html", context, status=status)


@require_safe
def landings(request: HttpRequest) -> HttpResponseBase:
    """What has landed."""
    return list_view(request, LANDINGS)


@require_http_methods(["GET", "HEAD", "POST"])
def landing(request: HttpRequest, landing_id: UUID) -> HttpResponse:
    """A landing; POST confirms or refuses it."""
    actor = actor_of(request)
    row = landing_for(landing_id, actor)
    problem, status = "", 200
    if request.method == "POST":
        try:
            decide_landing(
                row.pk,
                confirmed=request.POST.get("do") == "confirm",
                decision=request.POST.get("decision", ""),
                actor=actor,
            )
            return redirect(row)
        except (Invalid, Conflict) as error:
            problem, status = str(error), error.status
    context = {
        "row": row,
        "may_decide": row.state == "claimed"
        and actor.id != row.claimant
        and permitted(actor, CONFIRM_LANDING, owned_landing(row)),
        "problem": problem,
        "events": events_of(landing_subject(row), limit=20),
        "crumbs": [(_("场景落地"), reverse("scenarios_landings")), (row.number, "")],
    }
    return render(request, "scenarios/landing.html", context, status=status)
