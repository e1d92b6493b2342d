"""The report reader, the statement beside it, and the glossary."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.forms import show_on
from district.kernel.measures.public import measures_in_use
from district.kernel.organisation.public import actor_of, permitted
from district.kernel.plan.public import count_statement
from district.systems.plan_tracking.forms.commitments import CountedForm
from district.systems.plan_tracking.pages.common import (
    done,
    number_of,
    page,
    wants_fragment,
)
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


@page("plan.statement.decide", "GET", "HEAD", "POST")
def counted(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """Which measure counts an achievement from now on; `?measure=` proposes one."""
    row = panel(statement_id).statement
    data = request.POST if request.method == "POST" else None
    proposed = request.GET.get("measure", "")
    form = CountedForm(data, initial={"measure": proposed or row.counted_by_id or ""})
    form.offer(measures_in_use(proposed), row.unit)
    if data is not None and form.is_valid():
        try:
            count_statement(row.pk, form.cleaned_data["measure"], actor=actor_of(request))
            return done(request, _("统计指标已保存。"), reverse("plan_statement", args=[row.pk]))
        except (Invalid, Conflict) as error:
            show_on(form, error)
    context = {"row": row, "form": form}
    status = 200 if data is None else 422
    return render(request, "plan_tracking/counted.html", context, status=status)
