"""The daily five and the monthly analysis, as pages and as files."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.base import clock
from district.kernel.base.errors import Invalid, NotPermitted
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.systems.appeals.files import docx_of, tables_of_analysis, tables_of_five, xlsx_of
from district.systems.appeals.names import TYPE
from district.systems.appeals.rules.daily_five import WEIGHTS
from district.systems.appeals.selectors.analysis import Analysis, analysis, daily_five

_KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _refuse_strangers(request: HttpRequest) -> None:
    if not permitted_somewhere(actor_of(request), f"cases.{TYPE}.view"):
        raise NotPermitted(_("您没有查看民生诉求的权限。如确需查看，请联系系统管理员。"))


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=_KINDS[kind])
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.{kind}"
    return answer


@require_safe
def five(request: HttpRequest) -> HttpResponse:
    """民生诉求每日5条: what most needs a leader's eye, and why."""
    _refuse_strangers(request)
    found = daily_five(actor_of(request))
    kind = request.GET.get("format", "")
    if kind in _KINDS:
        tables = tables_of_five(found)
        title = _("民生诉求每日5条")
        content = (
            docx_of(title, clock.today().isoformat(), tables) if kind == "docx" else xlsx_of(tables)
        )
        return _file(content, kind, f"{title}-{clock.today().isoformat()}")
    context = {"rows": found, "today": clock.today(), "weights": WEIGHTS}
    return render(request, "appeals/daily_five.html", context)


@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """A month's analysis: categories, places, units, lateness, satisfaction."""
    _refuse_strangers(request)
    day = _month_asked(request)
    found = analysis(actor_of(request), day.year, day.month)
    kind = request.GET.get("format", "")
    if kind in _KINDS:
        tables = tables_of_analysis(found)
        title = _("民生诉求分析 %(month)s") % {"month": day.strftime("%Y-%m")}
        lead = _("满意率按已回访并表态的人数计算：已回访 %(called)s 件，已表态 %(said)s 件。") % {
            "called": found.whole.satisfaction.called,
            "said": found.whole.satisfaction.said,
        }
        content = docx_of(title, lead, tables) if kind == "docx" else xlsx_of(tables)
        return _file(content, kind, title)
    before = date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1)
    after = date(day.year + (day.month == 12), day.month % 12 + 1, 1)
    context = {
        "found": found,
        "before": before,
        "after": after if after <= clock.today() else None,
        "chart": _chart(found),
    }
    return render(request, "appeals/analysis.html", context)


def _month_asked(request: HttpRequest) -> date:
    """The month of `?month=2025-09`; this month where none is asked for."""
    asked = request.GET.get("month", "")
    if not asked:
        return clock.today().replace(day=1)
    try:
        return date.fromisoformat(f"{asked}-01")
    except ValueError as error:
        raise Invalid("month", _("月份不对。"), _("请按 2025-09 的格式填写。")) from error


def _chart(found: Analysis) -> dict[str, object]:
    """The categories with the most reports, as a bar chart."""
    lines = found.by_matter[:10]
    return {
        "kind": "bar",
        "horizontal": True,
        "categories": [line.label for line in lines],
        "series": [
            {
                "name": _("受理"),
                "values": [line.reported.value for line in lines],
                "urls": [line.reported.url for line in lines],
            }
        ],
        "unit": _("件"),
    }
