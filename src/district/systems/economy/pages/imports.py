"""Importing: upload, preview with every problem by cell, confirmation."""

from __future__ import annotations

from collections.abc import Mapping
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

from district.kernel.base.errors import Invalid
from district.kernel.base.forms import submitted
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    actor_of,
    authorise,
    authorise_somewhere,
    permitted,
    permitted_somewhere,
)
from district.kernel.registers.public import list_view
from district.systems.economy.forms import ReasonForm, UploadForm
from district.systems.economy.models import Series, SeriesImport
from district.systems.economy.names import IMPORT, IMPORTS
from district.systems.economy.selectors.rights import import_for, owned_values
from district.systems.economy.selectors.settings import member_label, settings
from district.systems.economy.services.importing import (
    accept_import,
    check_workbook,
    drop_import,
)
from district.systems.economy.words import months, problem_text

_MOST_SHOWN = 60


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The imports so far."""
    extra = {"may_import": permitted_somewhere(actor_of(request), IMPORT)}
    return list_view(request, IMPORTS, template="economy/imports.html", extra=extra)


def _layouts(actor: Actor) -> list[tuple[str, str]]:
    """The layouts that the actor may import."""
    series = {row.key: row for row in Series.objects.filter(is_active=True)}
    return [
        (key, one.label)
        for key, one in settings().layouts.items()
        if all(
            name in series and permitted(actor, IMPORT, owned_values(series[name], one.source))
            for name in one.all_series
        )
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """The form, and the file that it sends: it is read at once and shown, nothing is written."""
    actor = actor_of(request)
    authorise_somewhere(actor, IMPORT)
    form = UploadForm(request.POST or None, request.FILES or None, layouts=_layouts(actor))
    made = submitted(
        form,
        lambda data: check_workbook(
            data["file"].name,
            data["file"].read(),
            data["layout"],
            status=data["status"],
            actor=actor,
        ),
    )
    if made is not None:
        return redirect(made)
    context = {
        "form": form,
        "layouts": settings().layouts.values(),
        "crumbs": [(_("数据导入"), reverse("economy_imports")), (_("导入数据"), "")],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "economy/upload.html", context, status=status)


@require_safe
def preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """What was read, and everything that is wrong with it."""
    actor = actor_of(request)
    row = import_for(key)
    authorise(actor, IMPORT, owned_values(row.series, row.source))
    return _preview(request, row, ReasonForm(), 200)


def _preview(
    request: HttpRequest, row: SeriesImport, form: ReasonForm, status: int
) -> HttpResponse:
    layout = settings().layouts.get(row.layout)
    dimension = layout.dimension if layout else ""
    # A sheet of several series names them line by line, each with its own unit.
    names = Series.objects.in_bulk() if row.series is None else {}
    context = {
        "row": row,
        "form": form,
        "layout": layout.label if layout else row.layout,
        "problems": [_problem(one) for one in row.problems],
        "lines": [_line(one, dimension, names) for one in row.rows[:_MOST_SHOWN]],
        "more": max(0, len(row.rows) - _MOST_SHOWN),
        "may_accept": row.state == SeriesImport.State.CHECKED and not row.errors,
        "is_open": row.state == SeriesImport.State.CHECKED,
        "crumbs": [(_("数据导入"), reverse("economy_imports")), (row.file_name, "")],
    }
    return render(request, "economy/import.html", context, status=status)


def _problem(one: dict[str, Any]) -> dict[str, str]:
    text, remedy = problem_text(one["code"], one["params"])
    return {"cell": one["cell"], "text": text, "remedy": remedy, "kind": one["kind"]}


def _line(one: dict[str, Any], dimension: str, several: Mapping[str, Series]) -> dict[str, Any]:
    member, series = one["member"], several.get(one.get("series", ""))
    name = member_label(dimension, member) if member else _("合计")
    if series is not None:
        name = f"{series.display_name}（{series.unit}）"
    return {
        "name": name,
        "period": months(one["first"], one["last"]),
        "numbers": {
            kind: {"value": Decimal(text), "cell": one["cells"].get(kind, "")}
            for kind, text in one["numbers"].items()
        },
    }


@require_POST
def accept(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write what was read."""
    actor = actor_of(request)
    form = ReasonForm(request.POST)
    form.is_valid()
    seen = request.POST.get("version", "")
    try:
        row = accept_import(
            key,
            reason=form.cleaned_data.get("reason", ""),
            seen=int(seen) if seen.isdigit() else None,
            actor=actor,
        )
    except Invalid as error:
        form.add_error("reason", str(error))
        return _preview(request, import_for(key), form, 422)
    messages.success(
        request,
        _("已导入：新数值%(fresh)s个，修订%(revised)s个。")
        % {"fresh": row.fresh, "revised": row.revised},
    )
    return redirect(row.series or reverse("economy"))


@require_POST
def drop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Leave it be."""
    drop_import(key, actor=actor_of(request))
    messages.success(request, _("已放弃这次导入，没有写入任何数据。"))
    return redirect("economy_imports")
