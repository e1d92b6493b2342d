"""The list of measures, and one measure: series, vintages, definition, who files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base.errors import Invalid, NotFound
from district.kernel.base.forms import show_on
from district.kernel.history.public import events_of
from district.kernel.measures.forms import ReviseForm
from district.kernel.measures.models import Measure, MeasureValue
from district.kernel.measures.providing import provider_of
from district.kernel.measures.rules.periods import StatPeriod, label
from district.kernel.measures.selectors import measure_by_key
from district.kernel.measures.selectors.duties import duties_of
from district.kernel.measures.selectors.values import units_with_values, values_of_unit
from district.kernel.measures.services import revise_value
from district.kernel.measures.subjects import measure_subject
from district.kernel.measures.uses import uses_of
from district.kernel.measures.words import CHANGES, change_texts
from district.kernel.organisation.public import Unit, actor_of, authorise, permitted
from district.kernel.registers.public import Figure, list_view

_SHOWN = 60
_CHANGES = 100


@require_safe
def measures(request: HttpRequest) -> HttpResponseBase:
    """Every measure, as the register lists them."""
    may_save = permitted(actor_of(request), "measures.measure.save")
    return list_view(
        request, "measures-measures", template="measures/list.html", extra={"may_save": may_save}
    )


@require_safe
def measure(request: HttpRequest, key: str) -> HttpResponse:
    """One measure for one unit: its values with every vintage, and what they count."""
    actor = actor_of(request)
    authorise(actor, "measures.value.view")
    row = measure_by_key(key)
    units = units_with_values(row.key)
    unit = next((u for u in units if u.pk == request.GET.get("unit")), units[0] if units else None)
    periods = _periods(row, unit)
    provider = provider_of(row.key)
    context = {
        "measure": row,
        "provider": provider,
        "units": units,
        "unit": unit,
        "periods": periods[:_SHOWN],
        "latest": _latest(row, unit, periods),
        "chart": _chart(row, periods),
        "definitions": row.definitions.all(),
        "duties": duties_of(row.key),
        "may_revise": provider is None and permitted(actor, "measures.value.revise"),
        "may_save": permitted(actor, "measures.measure.save"),
        "may_set": permitted(actor, "measures.duty.save"),
        "crumbs": [(_("指标"), reverse("measures")), (row.display_name, "")],
    }
    return render(request, "measures/measure.html", context)


@require_safe
def changes(request: HttpRequest, key: str) -> HttpResponse:
    """What reads a measure, and how it and its filing duties became what they are."""
    authorise(actor_of(request), "measures.measure.view")
    row = measure_by_key(key)
    events = events_of(measure_subject(row.key), _CHANGES, kinds=CHANGES)
    context = {
        "measure": row,
        "uses": uses_of(row.key),
        "changes": [{"event": event, "lines": change_texts(event)} for event in events],
        "crumbs": [
            (_("指标"), reverse("measures")),
            (row.display_name, row.get_absolute_url()),
            (_("用途和变更"), ""),
        ],
    }
    return render(request, "measures/changes.html", context)


def _periods(row: Measure, unit: Unit | None) -> list[dict[str, Any]]:
    """Periods, newest first: the current value, and the vintages before it."""
    if unit is None:
        return []
    found: dict[tuple[Any, Any], list[MeasureValue]] = {}
    for value in values_of_unit(row.key, unit.pk):
        found.setdefault((value.period_start, value.period_end), []).append(value)
    periods = []
    for values in found.values():
        current = next((v for v in values if v.superseded_by_id is None), None)
        if current is None:
            continue  # a running value that a later day replaced
        span = StatPeriod(current.period_start, current.period_end, current.period_kind)
        older = [v for v in values if v.pk != current.pk]
        periods.append({"label": label(span), "value": current, "older": older})
    return periods


def _latest(
    row: Measure, unit: Unit | None, periods: list[dict[str, Any]]
) -> dict[str, Any] | None:
    """The newest value as a figure that opens its row."""
    if unit is None or not periods:
        return None
    value: MeasureValue = periods[0]["value"]
    where = (
        f'measure = "{row.key}" and unit_code = "{unit.pk}" and current = true '
        f"and period_start = {value.period_start} and period_end = {value.period_end}"
    )
    figure = Figure(
        "measures-values", where, "value:value", value.value, row.unit, row.display_name
    )
    return {"figure": figure, "value": value, "period": periods[0]["label"]}


def _chart(row: Measure, periods: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The last periods for the chart, oldest first; None where a line would have no two points."""
    shown = periods[:24][::-1]
    if len(shown) < 2:
        return None
    # Floats only draw; the exact numbers stand in the table.
    return {
        "kind": "line" if row.aggregation != "flow" or row.span == "year_to_date" else "bar",
        "categories": [period["label"] for period in shown],
        "series": [{"name": row.display_name, "values": [float(p["value"].value) for p in shown]}],
        "unit": row.unit,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: HttpRequest, key: str, value_id: UUID) -> HttpResponse:
    """Replace a value by a better one, with the reason."""
    actor = actor_of(request)
    authorise(actor, "measures.value.revise")
    found = MeasureValue.objects.select_related("measure", "unit")
    value = found.filter(pk=value_id, measure_id=key).first()
    if value is None:
        raise NotFound(_("没有这个数值。"))
    form = ReviseForm(request.POST) if request.method == "POST" else ReviseForm.of(value)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            revise_value(
                value, data["value"], status=data["status"], note=data["note"], actor=actor
            )
        except Invalid as error:
            show_on(form, error)
        else:
            messages.success(request, _("数值已修订，原数值保留在历次版本中。"))
            back = reverse("measure", args=[key])
            return redirect(f"{back}?{urlencode({'unit': value.unit_id})}")
    span = StatPeriod(value.period_start, value.period_end, value.period_kind)
    context = {
        "value": value,
        "measure": value.measure,
        "period": label(span),
        "form": form,
        "crumbs": [
            (_("指标"), reverse("measures")),
            (value.measure.display_name, reverse("measure", args=[key])),
            (_("修订数值"), ""),
        ],
    }
    return render(request, "measures/revise.html", context, status=422 if form.errors else 200)
