"""The register of places, and one place with what was found there."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base.forms import submitted
from district.kernel.cases.public import register_key, said
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Owned, actor_of, permitted
from district.kernel.registers.public import Figure, list_view
from district.systems.inspections.checklists import checklist_of, kind_words
from district.systems.inspections.forms import OrderForm
from district.systems.inspections.models import Place
from district.systems.inspections.names import ASSIGN_TASK, HAZARD, PLACES, RESULTS
from district.systems.inspections.selectors.finding import place_for
from district.systems.inspections.selectors.results import hazards_of_place, results_of_place
from district.systems.inspections.services.tasks import order_inspection


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The places that the member may see."""
    return list_view(request, PLACES)


@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, place_id: UUID) -> HttpResponse:
    """A place: its facts, inspections, hazards; POST has it inspected."""
    actor = actor_of(request)
    found = place_for(place_id, actor)
    own = _units_that_inspect(found, actor)
    form = OrderForm(request.POST or None, kind=found.kind, own=own) if own else None
    if form is not None:
        task = submitted(form, lambda data: order_inspection(
            found.pk, data["checklist"], unit=data["unit"], due_on=data["due_on"], actor=actor
        ))  # fmt: skip
        if task is not None:
            messages.success(request, _("检查任务已下达。"))
            return redirect(task)
    status = 422 if request.method == "POST" and form is not None else 200
    results = list(results_of_place(found, actor)[:20])
    hazards = hazards_of_place(found, actor)
    kinds = kind_words()
    context = {
        "place": found,
        "kind": said(kinds[found.kind]) if found.kind in kinds else found.kind,
        "results": [(row, said(checklist_of(row.checklist).label)) for row in results],
        "hazards": hazards,
        "form": form,
        "figures": (
            _figure(RESULTS, f'code = "{found.code}"', results_of_place(found, actor).count()),
            Figure(
                register_key(HAZARD),
                f'place_code = "{found.code}"',
                value=len(hazards) if len(hazards) < 20 else None,
                unit=_("处"),
                label=_("隐患"),
            ),
        ),
        "crumbs": [(_("检查对象"), ".."), (found.code, "")],
    }
    return render(request, "inspections/place.html", context, status=status)


def _figure(register: str, where: str, value: int) -> Figure:
    return Figure(register, where, value=value, unit=_("次"), label=_("检查"))


def _units_that_inspect(found: Place, actor: Actor) -> list[tuple[str, str]]:
    """The units that answer for the place, for which the actor may order an inspection."""
    named = (found.lead_unit, found.street_unit, found.supervising_unit)
    units = {unit.pk: unit.display_short for unit in named if unit is not None}
    return [
        (code, label)
        for code, label in units.items()
        if permitted(actor, ASSIGN_TASK, Owned(code, centre=code))
    ]
