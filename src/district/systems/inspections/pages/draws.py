"""Draws for everybody: what was committed to, what was drawn, and how to draw it again."""

from __future__ import annotations

import json

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from district.kernel.cases.public import said
from district.kernel.organisation.public import address_of
from district.kernel.throttling.public import refuse_beyond
from district.systems.inspections.checklists import checklist_version
from district.systems.inspections.models import Round, Task
from district.systems.inspections.pages.rounds import strata_in_words
from district.systems.inspections.rates import READ_BY_ADDRESS
from district.systems.inspections.selectors.draws import public_round, public_rounds, published
from district.ui.access import public_page


def _count(request: HttpRequest) -> None:
    refuse_beyond((READ_BY_ADDRESS, address_of(request) or "unknown"))


@require_safe
@public_page
def index(request: HttpRequest) -> HttpResponse:
    """The published rounds, the newest first."""
    _count(request)
    page = Paginator(public_rounds(), 30).get_page(request.GET.get("page"))
    return render(request, "inspections/draws.html", {"page": page})


@require_safe
@public_page
def draw(request: HttpRequest, number: str) -> HttpResponse:
    """One draw: digests, strata, seed, what was drawn and what was not inspected, and why."""
    _count(request)
    row = public_round(number)
    drawn = [
        (at, each["key"], each["stratum"], each["inspector"])
        for at, each in enumerate(row.selected, start=1)
    ]
    dropped = Task.objects.filter(round=row, state=Task.State.CANCELLED)
    context = {
        "round": row,
        "checklist": said(checklist_version(row.checklist_version).label),
        "strata": strata_in_words(row),
        "drawn": drawn,
        "inspectors": len(row.inspectors),
        "dropped": list(dropped.values_list("place__code", "reason").order_by("place__code")),
        "is_drawn": row.state != Round.State.COMMITTED,
    }
    return render(request, "inspections/draw.html", context)


@require_safe
@public_page
def as_json(request: HttpRequest, number: str) -> HttpResponse:
    """The draw for programs; `district inspections draw` takes the file."""
    _count(request)
    row = public_round(number)
    text = json.dumps(published(row), ensure_ascii=False, indent=1)
    return _file(text, "application/json", f"{row.number}-draw.json")


@require_safe
@public_page
def population(request: HttpRequest, number: str) -> HttpResponse:
    """The population in canonical form: the SHA-256 of this very file is the published one."""
    _count(request)
    row = public_round(number)
    return _file(row.population, "text/csv; charset=utf-8", f"{row.number}-population.csv")


def _file(text: str, content_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(text.encode(), content_type=content_type)
    answer["Content-Disposition"] = str(content_disposition_header(True, name))
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
