"""The overview, and the monthly assessment with its files."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.base.documents import CONTENT_TYPES, Table, tables_answer
from district.kernel.base.errors import NotPermitted
from district.kernel.history.public import Actor
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.kernel.registers.public import Figure
from district.systems.environment.names import VIEW
from district.systems.environment.selectors.monthly import Block, Monthly, monthly
from district.systems.environment.selectors.overview import air_chart, overview
from district.ui.months import month_asked, months_beside


def _refuse(actor: Actor) -> None:
    if not permitted_somewhere(actor, VIEW):
        raise NotPermitted(_("您没有查看环境的权限。如确需查看，请联系系统管理员。"))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """How the air, the rivers and the nights are."""
    actor = actor_of(request)
    _refuse(actor)
    found = overview(actor)
    context = {"found": found, "chart": air_chart(found.days) if found.days else None}
    return render(request, "environment/overview.html", context)


@require_safe
def assessment(request: HttpRequest) -> HttpResponse:
    """The assessment of `?month=`; `format=` docx or xlsx gives it as a file."""
    actor, month = actor_of(request), month_asked(request)
    _refuse(actor)
    found = monthly(month, actor)
    title = _("%(year)s年%(month)s月生态环境考核情况") % {"year": month.year, "month": month.month}
    kind = request.GET.get("format", "")
    if kind in CONTENT_TYPES:
        return tables_answer(kind, title, found.lead, _tables(found))
    before, after = months_beside(month)
    context = {"found": found, "title": title, "before": before, "after": after}
    return render(request, "environment/monthly.html", context)


def _tables(found: Monthly) -> list[Table]:
    tables: list[Table] = [
        (
            block.title,
            [
                block.name,
                *(_headed(block, at) for at in range(len(block.columns))),
            ],
            [(name, *(_value(cell) for cell in cells)) for name, cells in block.lines],
        )
        for block in found.blocks
    ]
    heads = [_("断面"), _("河流"), _("目标类别"), _("水质类别"), _("超标项目")]
    missing = [
        (
            row.section.name,
            row.section.river,
            row.get_target_display(),
            row.get_water_class_display() or "—",
            row.failing_words,
        )
        for row in found.missing
    ]
    return [*tables, (_("未达标断面"), heads, missing)]


def _headed(block: Block, at: int) -> str:
    """A column's name with its unit, where its cells have one."""
    cells = [row[at] for _name, row in block.lines]
    units = {str(cell.unit) for cell in cells if isinstance(cell, Figure)} - {""}
    name = block.columns[at]
    return f"{name}（{units.pop()}）" if len(units) == 1 else name


def _value(cell: Any) -> Any:
    return cell.value if isinstance(cell, Figure) else cell
