"""Proposals for further stations: the list, asking for one, one with its decision."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base.errors import NotFound, NotPermitted
from district.kernel.base.forms import submitted
from district.kernel.history.public import Actor, events_of
from district.kernel.organisation.public import (
    Level,
    Owned,
    actor_of,
    permitted,
    permitted_somewhere,
    units,
    visible,
)
from district.kernel.registers.public import list_view
from district.systems.early_warning.coverage.names import DECIDE, PROPOSALS, PROPOSE
from district.systems.early_warning.forms.coverage import DecisionForm, ProposalForm
from district.systems.early_warning.models import CoverageProposal
from district.systems.early_warning.pages.coverage import answer
from district.systems.early_warning.selectors import coverage as selectors
from district.systems.early_warning.services.coverage_proposals import (
    NewProposal,
    decide,
    proposal_subject,
    propose,
)

_LEVELS = (Level.DISTRICT, Level.DEPARTMENT, Level.STREET)


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """All proposals."""
    extra = {"may_propose": permitted_somewhere(actor_of(request), PROPOSE)}
    return list_view(
        request, PROPOSALS, template="early_warning/coverage_proposals.html", extra=extra
    )


def _own(actor: Actor) -> list[tuple[str, str]]:
    """The units for which the member may ask."""
    found = units().filter(visible(actor, PROPOSE).q(""), level__in=_LEVELS)
    return [(unit.pk, unit.display_short) for unit in found]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask for a proposal."""
    actor = actor_of(request)
    if not permitted_somewhere(actor, PROPOSE):
        raise NotPermitted(_("您没有提出布点建议的权限。如确需提出，请联系系统管理员。"))
    form = ProposalForm(request.POST or None, own=_own(actor))
    made = submitted(form, lambda values: propose(NewProposal(**values), actor=actor))
    if made is not None:
        messages.success(request, _("已提出，正在计算，一般不到一分钟。"))
        return redirect(made)
    status = 422 if request.method == "POST" else 200
    context = {"form": form}
    return render(request, "early_warning/coverage_proposal_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """A proposal; POST accepts or refuses it, with the reason."""
    actor = actor_of(request)
    row = selectors.proposal_for(proposal_id, actor)
    form = DecisionForm(request.POST or None)
    accept = request.POST.get("do") == "accept"
    done = submitted(
        form,
        lambda values: decide(row.pk, accept=accept, reason=values["reason"], actor=actor),
    )
    if done is not None:
        messages.success(request, _("已采纳。") if accept else _("已记为不采纳。"))
        return redirect(row)
    status = 422 if request.method == "POST" else 200
    context = _context(row, actor) | {"form": form}
    return render(request, "early_warning/coverage_proposal.html", context, status=status)


def _context(row: CoverageProposal, actor: Actor) -> dict[str, Any]:
    sites = selectors.sites_of(row)
    computed = row.computed_at is not None
    return {
        "proposal": row,
        "sites": sites,
        "computed": computed,
        "stale": selectors.is_overtaken(row),
        "may_decide": row.state == CoverageProposal.State.OPEN
        and permitted(actor, DECIDE, Owned(row.lead_unit_id)),
        "sites_figure": selectors.sites_figure(row, len(sites)),
        "figures": selectors.proposal_figures(row),
        "events": events_of(proposal_subject(row), limit=20),
    }


@require_safe
def map_json(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """The data of a proposal's map: what is covered now, and the sites."""
    row = selectors.proposal_for(proposal_id, actor_of(request))
    data = selectors.map_data(selectors.current_run(), selectors.sites_of(row))
    return answer(request, data, "application/json")


@require_safe
def map_svg(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """A proposal's map as a picture, for paper."""
    row = selectors.proposal_for(proposal_id, actor_of(request))
    run = selectors.current_run()
    if run is None:
        raise NotFound(_("还没有计算过。"))
    return answer(request, selectors.picture(run, selectors.sites_of(row)), "image/svg+xml")


@require_safe
def geojson(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """A proposal's sites as a GeoJSON file."""
    row = selectors.proposal_for(proposal_id, actor_of(request))
    found = answer(
        request, selectors.as_geojson(row, selectors.sites_of(row)), "application/geo+json"
    )
    found["Content-Disposition"] = f'attachment; filename="{row.number}.geojson"'
    return found
