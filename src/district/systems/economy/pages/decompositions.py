"""Decompositions: drafting, setting cells by hand, proposing, approving."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.base.forms import submitted
from district.kernel.organisation.public import (
    actor_of,
    authorise,
    permitted,
    permitted_somewhere,
)
from district.kernel.registers.public import list_view
from district.kernel.tracking.public import reason_texts
from district.systems.economy.forms import CellForm, ReturnForm, TargetForm
from district.systems.economy.models import Decomposition, Series
from district.systems.economy.names import APPROVE, DECOMPOSITIONS, PROPOSE, VIEW
from district.systems.economy.selectors.grid import Grid, grid_of
from district.systems.economy.selectors.patterns import frame_of
from district.systems.economy.selectors.rights import (
    decomposition_for,
    owned_series,
    owned_whole,
    series_for,
)
from district.systems.economy.selectors.settings import member_label, members_of
from district.systems.economy.services.deciding import (
    approve_decomposition,
    propose_decomposition,
    return_decomposition,
)
from district.systems.economy.services.drafting import (
    draft_decomposition,
    free_cell,
    node_of,
    set_cell,
    undo_step,
)
from district.systems.economy.words import months, node_label

_WHOLE = ("", "——")


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """Every version of every year's target."""
    actor = actor_of(request)
    extra = {
        "may_propose": permitted_somewhere(actor, PROPOSE),
        "series": list(Series.objects.filter(is_active=True)),
    }
    return list_view(request, DECOMPOSITIONS, template="economy/decompositions.html", extra=extra)


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, key: str) -> HttpResponse:
    """Draft a year's target and take it apart."""
    actor = actor_of(request)
    row = series_for(key)
    authorise(actor, PROPOSE, owned_series(row))
    former = row.decompositions.order_by("-year", "-number").first()
    initial = {"year": clock.today().year, "growth": former.growth if former else None}
    form = TargetForm(request.POST or None, initial=initial)
    made = submitted(
        form,
        lambda data: draft_decomposition(
            row,
            data["year"],
            data["growth"],
            base=data["base"],
            level=data["level"],
            note=data["note"],
            copy=former if data["keep"] else None,
            actor=actor,
        ),
    )
    if made is not None:
        return redirect(made)
    if former is None:
        del form.fields["keep"]
    title = _("起草目标分解")
    context = {
        "form": form,
        "title": title,
        "lead": _("%(name)s，单位%(unit)s") % {"name": row.display_name, "unit": row.unit},
        "submit": _("分解"),
        "crumbs": [
            (_("经济指标"), reverse("economy")),
            (row.display_name, row.get_absolute_url()),
            (title, ""),
        ],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "economy/form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def decomposition(request: HttpRequest, key: UUID) -> HttpResponse:
    """A version: its sums, the numbers set by hand, what may be done with it. `?by=street` shows
    years by that dimension, `?member=` the parts of one member."""
    actor = actor_of(request)
    authorise(actor, VIEW, owned_whole())
    row = decomposition_for(key)
    may_change = row.is_open and permitted(actor, PROPOSE, owned_series(row.series))
    form: CellForm | None = None
    if may_change and row.level is not None:
        form = CellForm(request.POST or None, choices=_choices(row.series), unit=row.series.unit)
        if request.method == "POST" and _set(request, row, form):
            messages.success(request, _("已重新分解。"))
            return redirect(row)
    return _shown(request, row, form, may_change=may_change)


def _set(request: HttpRequest, row: Decomposition, form: CellForm) -> bool:
    actor, seen = actor_of(request), request.POST.get("version", "")

    def act(data: dict[str, Any]) -> bool:
        first, _dash, last = data["period"].partition("-")
        node = {
            "first": int(first),
            "last": int(last),
            "industry": data.get("industry", ""),
            "street": data.get("street", ""),
        }
        number = int(seen) if seen.isdigit() else None
        set_cell(row.pk, node, data["kind"], data["value"], seen=number, actor=actor)
        return True

    return bool(submitted(form, act))


def _choices(series: Series) -> dict[str, list[tuple[str, str]]]:
    frame = frame_of(series)
    spans = [(1, 12), *frame.quarters(), *frame.periods]
    found: dict[str, list[tuple[str, str]]] = {
        "period": [(f"{first}-{last}", months(first, last)) for first, last in dict.fromkeys(spans)]
    }
    for dimension in series.dimensions:
        members = members_of(series, dimension)
        found[dimension] = [_WHOLE, *((one, member_label(dimension, one)) for one in members)]
    return found


def _shown(
    request: HttpRequest, row: Decomposition, form: CellForm | None, *, may_change: bool
) -> HttpResponse:
    actor, series = actor_of(request), row.series
    tracked = row.tracked
    context: dict[str, Any] = {
        "row": row,
        "series": series,
        "form": form,
        "may_change": may_change,
        "may_decide": row.state == Decomposition.State.PROPOSED
        and permitted(actor, APPROVE, owned_series(series)),
        "is_own": row.proposed_by_id == str(actor.id),
        "return_form": ReturnForm(),
        "wishes": [_wish(series, one) for one in row.wishes],
        "light": tracked.light if tracked else "none",
        "reasons": reason_texts(tracked.reasons) if tracked else [],
        "grid": _grid(request, row),
        "crumbs": [
            (_("经济指标"), reverse("economy")),
            (series.display_name, series.get_absolute_url()),
            (_("%(year)s年第%(number)s版") % {"year": row.year, "number": row.number}, ""),
        ],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "economy/decomposition.html", context, status=status)


def _grid(request: HttpRequest, row: Decomposition) -> Grid | None:
    if row.level is None:
        return None
    dimensions = row.series.dimensions
    by = request.GET.get("by", "")
    member = request.GET.get("member", "")
    dimension = by if by in dimensions else next(iter(dimensions), "")
    return grid_of(row, dimension, member)


def _wish(series: Series, one: dict[str, Any]) -> dict[str, Any]:
    return {
        "label": node_label(series, node_of(series, one)),
        "kind": _("定死") if one["kind"] == "fixed" else _("不低于"),
        "value": Decimal(one["value"]),
        **{name: one[name] for name in ("first", "last", "industry", "street")},
    }


def _seen(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else None


@require_POST
def free(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take back a number set by hand."""
    try:
        node = {
            "first": int(request.POST.get("first", "")),
            "last": int(request.POST.get("last", "")),
            "industry": request.POST.get("industry", ""),
            "street": request.POST.get("street", ""),
        }
    except ValueError as error:
        raise Invalid("first", _("时期不对。"), _("请刷新后再试。")) from error
    row = free_cell(key, node, seen=_seen(request), actor=actor_of(request))
    messages.success(request, _("已放开，并重新分解。"))
    return redirect(row)


@require_POST
def undo(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take back the last change."""
    row = undo_step(key, seen=_seen(request), actor=actor_of(request))
    messages.success(request, _("已撤销上一步。"))
    return redirect(row)


@require_POST
def propose(request: HttpRequest, key: UUID) -> HttpResponse:
    """Hand it in."""
    row = propose_decomposition(key, seen=_seen(request), actor=actor_of(request))
    messages.success(request, _("已送审。"))
    return redirect(row)


@require_POST
def approve(request: HttpRequest, key: UUID) -> HttpResponse:
    """Put it in force."""
    row = approve_decomposition(key, seen=_seen(request), actor=actor_of(request))
    messages.success(request, _("已审定，按这一版亮灯。"))
    return redirect(row)


@require_POST
def give_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Hand it back with the reason."""
    note = request.POST.get("note", "")
    row = return_decomposition(key, note, seen=_seen(request), actor=actor_of(request))
    messages.success(request, _("已退回。"))
    return redirect(row)
