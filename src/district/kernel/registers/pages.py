"""The pages of a register: list (and its files), one row, its map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.base.errors import Invalid, NotFound
from district.kernel.history.public import events_of
from district.kernel.organisation.public import actor_of
from district.kernel.registers import exporting, maps, reasons
from district.kernel.registers.cells import cell_of, json_row, subject_of
from district.kernel.registers.declaration import Register
from district.kernel.registers.presenting import address, list_context, tidy
from district.kernel.registers.rules import asked, personal_keys, plain_number
from district.kernel.registers.scope import fields_for
from district.kernel.registers.selectors import Listing, check_problems, listing, row_for
from district.kernel.registers.services import authorise_export, record_export
from district.kernel.registers.store import register_of

_HISTORY = 100


def listing_for(request: HttpRequest, register: Register, base_q: Q | None = None) -> Listing:
    """What the request's address asks of `register`, as its member may see it."""
    actor = actor_of(request)
    fields = fields_for(register, actor)
    wanted = asked(register, fields, dict(request.GET.lists()))
    return listing(register, actor, fields, wanted, base_q)


def list_view(
    request: HttpRequest,
    register: Register | str,
    *,
    template: str | None = None,
    extra: Mapping[str, Any] | None = None,
    base_q: Q | None = None,
    known: int | None = None,
) -> HttpResponseBase:
    """The list of a register, for its own address or as a page of a system.

    `base_q` narrows the rows beforehand (it never widens what the member may see); `known` is how
    many there are, where the caller has counted them; `template` stands in for
    "registers/list.html" and may include "registers/results.html"; `extra` is added to its context.
    `format=` csv, xlsx or json answers a file or JSON of the same rows; a
    file with personal columns after a reason was given (`reasons.py`).
    """
    if isinstance(register, str):
        register = register_of(register)
    listed = listing_for(request, register, base_q)
    if known is not None and not listed.asked.narrowed:
        listed.count = known
    wanted = request.GET.get("format", "")
    if wanted == "json":
        return _as_json(request, listed)
    if wanted in ("csv", "xlsx"):
        return _as_file(request, listed, wanted)
    if wanted:
        raise Invalid(
            "format",
            _("没有 %(format)s 这种格式。") % {"format": wanted},
            _("可用 csv、xlsx、json。"),
        )
    context = list_context(request, listed, actor_of(request))
    status = 422 if listed.asked.problems else 200
    context |= extra or {}
    answer = render(request, template or "registers/list.html", context, status=status)
    return _pushed(request, answer)


def _pushed(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """A form sends its empty fields too; the address that people pass on has none."""
    if getattr(request, "htmx", False):
        answer["HX-Push-Url"] = request.path + tidy(request.GET)
    return answer


@require_safe
def register_list(request: HttpRequest, key: str) -> HttpResponseBase:
    """`/registers/<key>/`."""
    return list_view(request, key)


def _as_json(request: HttpRequest, listed: Listing) -> HttpResponse:
    check_problems(listed.asked)
    if listed.asked.aggregate:
        recount = listed.recount()
        exact = isinstance(recount.figure, int) or recount.figure is None
        return JsonResponse(
            {
                "count": recount.count,
                "figure": recount.figure if exact else plain_number(recount.figure),
                "aggregate": listed.asked.aggregate,
                "rows_url": request.path + address(request.GET, format=""),
            }
        )
    return JsonResponse(json_page(listed))


def json_page(listed: Listing) -> dict[str, Any]:
    """One page of a list for programs; the API answers the same."""
    # Programs are told the exact number; counted first, the pages follow it.
    count, page = listed.count, listed.current
    columns = listed.asked.columns
    return {
        "key": listed.register.key,
        "count": count,
        "page": page.number,
        "pages": page.paginator.num_pages,
        "page_size": listed.register.page_size,
        "columns": [
            {"key": f.key, "label": str(f.label), "type": f.type, "unit": str(f.unit)}
            for f in columns
        ],
        "rows": [json_row(listed.register, columns, row) for row in page.object_list],
    }


def _as_file(request: HttpRequest, listed: Listing, kind: str) -> HttpResponseBase:
    check_problems(listed.asked)
    register, columns = listed.register, listed.asked.columns
    actor = actor_of(request)
    authorise_export(register, actor)
    most = exporting.most_rows(register)
    if listed.count > most:
        raise Invalid("format", exporting.too_many(most, listed.count))
    reason = ""
    if personal_keys(columns):
        given = reasons.taken(request)
        if given is None:
            return reasons.asked(request, listed, kind)
        reason = given
    query = reasons.condition_of(request)
    record_export(register, kind, listed.count, query, actor=actor, columns=columns, reason=reason)
    rows = listed.stream(columns)
    name = exporting.file_name(register, kind)
    if kind == "xlsx":
        return FileResponse(
            exporting.xlsx_file(register, columns, rows), as_attachment=True, filename=name
        )
    answer = StreamingHttpResponse(exporting.csv_lines(columns, rows), content_type="text/csv")
    answer["Content-Disposition"] = str(content_disposition_header(True, name))
    return answer


@require_safe
def register_detail(request: HttpRequest, key: str, row_id: str) -> HttpResponse:
    """`/registers/<key>/row/<id>/`: every field of one row, and its history."""
    register = register_of(key)
    actor = actor_of(request)
    fields = fields_for(register, actor)
    row = row_for(register, actor, fields, row_id)
    cells = [cell_of(one, row) for one in fields]
    title = next(cell for cell in cells if cell.field.key == register.title)
    context = {
        "register": register,
        "title": title,
        "light": next((c for c in cells if c.field.kind == "light"), None),
        "cells": [cell for cell in cells if cell is not title and cell.field.kind != "light"],
        "events": events_of(subject_of(register, row), limit=_HISTORY),
        "crumbs": [
            (register.label, reverse("register_list", args=[register.key])),
            (title.text, ""),
        ],
    }
    return render(request, "registers/detail.html", context)


@require_safe
def register_map(request: HttpRequest, key: str) -> HttpResponse:
    """`/registers/<key>/map/`: the filtered rows on a map, the list beside it."""
    register = _mapped(key)
    listed = listing_for(request, register)
    note = maps.note(listed)  # first: it counts further than the list does
    context = list_context(request, listed, actor_of(request))
    context["data_url"] = reverse("register_geojson", args=[key]) + address(request.GET)
    context["map_note"] = note
    answer = render(request, "registers/map.html", context)
    return _pushed(request, answer)


@require_safe
def register_geojson(request: HttpRequest, key: str) -> HttpResponse:
    """`/registers/<key>/map.json`: the map layer of the filtered rows, in WGS-84."""
    listed = listing_for(request, _mapped(key))
    check_problems(listed.asked)
    return JsonResponse(maps.layer(listed), content_type="application/geo+json")


def _mapped(key: str) -> Register:
    register = register_of(key)
    if register.map is None:
        raise NotFound(_("“%(label)s”没有地图。") % {"label": register.label})
    return register
