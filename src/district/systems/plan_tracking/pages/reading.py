"""The report reader, the statement beside it, and the glossary."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from district.kernel.organisation.public import actor_of, permitted
from district.systems.plan_tracking.pages.common import number_of, page, wants_fragment
from district.systems.plan_tracking.selectors.reading import panel, reading


@page("plan.read")
def report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """One page of the report's text with its statements highlighted."""
    shown = reading(
        report_id,
        number=number_of(request.GET.get("edition")),
        page=number_of(request.GET.get("page")),
        at=number_of(request.GET.get("at")),
    )
    decides = permitted(actor_of(request), "plan.statement.decide")
    context = {
        "reading": shown,
        "report": shown.report,
        "edition": shown.edition,
        "decides": decides and shown.edition.state == "current",
        "statement_id": request.GET.get("statement", ""),
    }
    return render(request, "plan_tracking/reader.html", context)


@page("plan.read")
def statement(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """The reader, opened where a statement stands."""
    row = panel(statement_id).statement
    address = reverse("plan_report", args=[row.edition.report_id])
    query = f"edition={row.edition.number}&at={row.start}&statement={row.pk}"
    return redirect(f"{address}?{query}#s-{row.pk}")


@page("plan.read")
def statement_panel(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """What was read of a statement: beside the text with HTMX, else as a page of its own."""
    shown = panel(statement_id)
    decides = permitted(actor_of(request), "plan.statement.decide")
    context = {
        "panel": shown,
        "row": shown.statement,
        "decides": decides and shown.statement.edition.state == "current",
    }
    if wants_fragment(request):
        return render(request, "plan_tracking/statement_panel.html", context)
    return render(request, "plan_tracking/statement.html", context)
