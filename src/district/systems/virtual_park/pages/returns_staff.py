"""Statistical returns for the unit that collects them, and the tables that are made of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base.forms import submitted
from district.kernel.measures.public import label as period_label
from district.kernel.organisation.public import actor_of, authorise, authorise_somewhere, permitted
from district.kernel.registers.public import Figure, list_view
from district.systems.virtual_park.forms.account import ReasonForm
from district.systems.virtual_park.forms.returns import DIMENSION_WORDS, MakeTableForm
from district.systems.virtual_park.names import (
    FOLLOW_RETURNS,
    MAKE_RETURN_TABLE,
    READ_RETURN,
    RETURNS,
    VIEW_RETURN_TABLE,
)
from district.systems.virtual_park.pages.return_files import csv_of, xlsx_of
from district.systems.virtual_park.rules.return_tables import TOTAL, cells_of
from district.systems.virtual_park.rules.returns import period_of
from district.systems.virtual_park.selectors.return_labels import heads_of
from district.systems.virtual_park.selectors.returns import (
    RoundStanding,
    form_of,
    item_label,
    latest_forms,
    owned_form,
    round_for,
    round_title,
    rounds_of,
    table_a_year_ago,
    table_for,
    tables_for,
    title_of,
    unfiled_of,
)
from district.systems.virtual_park.services.return_tables import make_table
from district.systems.virtual_park.services.returns import owed_return, read_return
from district.ui.public_forms import private


def _home() -> tuple[str, str]:
    return (_("统计报表"), reverse("park_return_rounds"))


#: So many of those who have not filed are named; the rest are in the register.
_NAMED = 20


@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """The periods, with who filed, and the forms in force."""
    actor = actor_of(request)
    authorise_somewhere(actor, FOLLOW_RETURNS)
    forms = [(row, title_of(form), form, number) for row, form, number in latest_forms(actor)]
    labelled = [
        (row, title, form, number, [(item, item_label(item)) for item in form.items])
        for row, title, form, number in forms
    ]
    found = [(one, _figures(one)) for one in rounds_of(actor)]
    context = {"rounds": found, "forms": labelled}
    return render(request, "virtual_park/staff/returns.html", context)


def _figures(one: RoundStanding) -> list[Figure]:
    where = f'round = "{one.row.pk}"'
    return [
        Figure(RETURNS, where, value=one.owed, label=_("应报"), unit=_("家")),
        Figure(RETURNS, f'{where} and state = "filed"', value=one.filed, label=_("已报"),
               unit=_("家")),
        Figure(RETURNS, f'{where} and state = "due"', value=one.missing, label=_("未报"),
               unit=_("家")),
    ]  # fmt: skip


@require_safe
def every(request: HttpRequest) -> HttpResponseBase:
    """Who filed what, as the register shows it."""
    return list_view(request, RETURNS)


@require_http_methods(["GET", "HEAD", "POST"])
def one_round(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """One period: who filed, who has not, and its table made."""
    actor = actor_of(request)
    standing = round_for(round_id, actor)
    may_make = permitted(actor, MAKE_RETURN_TABLE, owned_form(standing.row.form))
    form = MakeTableForm(request.POST or None)
    made = submitted(
        form,
        lambda data: make_table(round_id, data["by_row"], data["by_column"], actor=actor),
    )
    if made is not None:
        messages.success(request, _("汇总表已生成。"))
        return redirect("park_return_table", round_id)
    context = {
        "standing": standing,
        "figures": _figures(standing),
        "unfiled": unfiled_of(standing.row)[:_NAMED],
        "more": max(0, standing.missing - _NAMED),
        "form": form,
        "may_make": may_make and standing.is_over and not standing.has_table,
        "crumbs": [_home(), (standing.title, "")],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "virtual_park/staff/return_round.html", context, status=status)


@sensitive_variables("found", "context", "labels")
@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest, return_id: UUID) -> HttpResponse:
    """One firm's return, for a reason that is kept."""
    actor = actor_of(request)
    authorise_somewhere(actor, READ_RETURN)
    row = owed_return(return_id)
    authorise(actor, READ_RETURN, owned_form(row.round.form))
    definition = form_of(row.round)
    form = ReasonForm(request.POST or None)
    found = submitted(form, lambda data: read_return(return_id, data["reason"], actor=actor))
    labels = {item.key: f"{item_label(item)}（{item.unit}）" for item in definition.items}
    asked = {check.key: check.text for check in definition.checks}
    context = {
        "row": row,
        "title": round_title(row.round),
        "form": form,
        "crumbs": [_home(), (round_title(row.round), row.round.get_absolute_url()), (row.name, "")],
        "versions": [
            (
                filing,
                kept,
                [(label, kept.values[key]) for key, label in labels.items() if key in kept.values],
                [(asked.get(key, key), words) for key, words in kept.reasons.items()],
            )
            for filing, kept in found or ()
        ],
        "is_open": found is not None,
    }
    status = 422 if request.method == "POST" and found is None else 200
    answer = render(request, "virtual_park/staff/return.html", context, status=status)
    private(answer)
    return answer


@require_safe
def tables(request: HttpRequest) -> HttpResponse:
    """The tables that were made."""
    actor = actor_of(request)
    authorise_somewhere(actor, VIEW_RETURN_TABLE)
    found = [(row, round_title(row.round), _by(row.by_row, row.by_column))
             for row in tables_for(actor)]  # fmt: skip
    return render(request, "virtual_park/staff/return_tables.html", {"tables": found})


def _by(by_row: str, by_column: str) -> str:
    words = [str(DIMENSION_WORDS[one]) for one in (by_row, by_column) if one]
    return " × ".join(words)


@require_safe
def table(request: HttpRequest, round_id: UUID) -> HttpResponseBase:
    """One item of a table; `item` names it, `format` csv or xlsx gives the file."""
    row = table_for(round_id, actor_of(request))
    definition = form_of(row.round)
    offered = [one for one in definition.published if one.key in row.content["items"]]
    item = next((one for one in offered if one.key == request.GET.get("item")), offered[0])
    before = table_a_year_ago(row)
    shown = cells_of(row.content, item.key, before.content if before is not None else None)
    rows = [*heads_of(row.by_row, row.content["rows"]), (TOTAL, _("合计"))]
    columns = [*heads_of(row.by_column, row.content["columns"]), (TOTAL, _("合计"))]
    lines = [(label, [shown[key, column] for column, _label in columns]) for key, label in rows]
    period = period_label(period_of(definition, row.round.end))
    head = f"{title_of(definition)} {period} {item_label(item)}（{item.unit}）"
    wanted = request.GET.get("format")
    if wanted in ("csv", "xlsx"):
        make = csv_of if wanted == "csv" else xlsx_of
        labels = [label for _key, label in columns]
        return FileResponse(
            make(head, labels, lines), as_attachment=True, filename=f"{head}.{wanted}"
        )
    phone = [
        (label, [(word, cell) for (_key, word), cell in zip(columns, cells, strict=True)])
        for label, cells in lines
    ]
    context: dict[str, Any] = {
        "table": row,
        "phone": phone,
        "item": item,
        "head": head,
        "items": [(one.key, item_label(one), one.key == item.key) for one in offered],
        "columns": columns,
        "lines": lines,
        "has_before": before is not None,
        "by": _by(row.by_row, row.by_column),
        "crumbs": [(_("统计汇总表"), reverse("park_return_tables")), (head, "")],
    }
    return render(request, "virtual_park/staff/return_table.html", context)
