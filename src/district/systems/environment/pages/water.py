"""A river section and a month of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.cases.public import Words, said
from district.kernel.measures.public import month_end
from district.kernel.organisation.public import actor_of
from district.kernel.registers.public import Figure
from district.systems.environment.models import SectionMonth, WaterSample, WaterValue
from district.systems.environment.models.water import WaterClass
from district.systems.environment.names import WATER_VALUES
from district.systems.environment.rules.numbers import exact
from district.systems.environment.rules.water import Item, class_of
from district.systems.environment.selectors.details import (
    computed_of,
    section_for,
    section_month_for,
    streams_of_thing,
    vintages_of,
)
from district.systems.environment.standards import edition_of, water_standard, worded

_SHOWN = 24


@require_safe
def section(request: HttpRequest, section_id: UUID) -> HttpResponse:
    """A section: its months, its newest samples, its datastreams."""
    row = section_for(section_id, actor_of(request))
    months = SectionMonth.objects.filter(section=row, is_current=True).order_by("-month", "span")
    samples = WaterSample.objects.filter(section=row, is_current=True).order_by("-taken_on")
    context = {
        "row": row,
        "months": list(months.defer("means")[:_SHOWN]),
        "samples": list(samples[:_SHOWN]),
        "streams": streams_of_thing(row.thing_id),
        "computed": computed_of("water", row.code),
        "crumbs": [(_("河流断面"), reverse("environment_sections")), (row.name, "")],
    }
    return render(request, "environment/section.html", context)


@require_safe
def month(request: HttpRequest, month_id: UUID) -> HttpResponse:
    """A month: each item's mean with its class and the limit, the numbers opening their samples."""
    row = section_month_for(month_id, actor_of(request))
    standard = edition_of("water", row.standard) or water_standard(row.month)
    first = row.month.replace(month=1) if row.span == SectionMonth.Span.YEAR else row.month
    last = month_end(row.month.year, row.month.month)
    where = (
        f'section = "{row.section.code}" and taken_on >= {first.isoformat()}'
        f" and taken_on <= {last.isoformat()}"
    )
    counts = _values_by_item(row, first, last)
    failing = {one["item"]: one for one in row.failing}
    lines: list[dict[str, Any]] = []
    for item in standard.items:
        text = row.means.get(item.key)
        if text is None:
            continue
        found = class_of(exact(text), item) if item.assessed else None
        lines.append(
            {
                "label": said(Words(item.label, item.label_en)),
                "mean": Decimal(text),
                "unit": item.unit,
                "limit": _limit(item, int(row.target)),
                "class": WaterClass(str(found)).label if found else _("不参评"),
                "failing": failing.get(item.key),
                "values": Figure(
                    WATER_VALUES,
                    f'{where} and item = "{item.key}"',
                    value=counts.get(item.key, 0),
                    unit=_("个数据"),
                    label=said(Words(item.label, item.label_en)),
                ),
            }
        )
    names = {item.key: said(Words(item.label, item.label_en)) for item in standard.items}
    context = {
        "row": row,
        "lines": lines,
        "missing": _("、").join(names.get(key, key) for key in row.missing),
        "standard": worded(standard),
        "vintages": vintages_of(SectionMonth, section=row.section, month=row.month, span=row.span),
        "crumbs": [
            (_("河流断面"), reverse("environment_sections")),
            (row.section.name, row.section.get_absolute_url()),
            (row.month.strftime("%Y-%m"), ""),
        ],
    }
    return render(request, "environment/section_month.html", context)


def _values_by_item(row: SectionMonth, first: Any, last: Any) -> dict[str, int]:
    rows = WaterValue.objects.filter(
        sample__is_current=True,
        sample__section=row.section,
        sample__taken_on__gte=first,
        sample__taken_on__lte=last,
    )
    return dict(rows.order_by().values("item").annotate(n=Count("pk")).values_list("item", "n"))


def _limit(item: Item, target: int) -> str:
    """The limit of the target class, as it is read."""
    if item.direction == "range":
        return f"{item.limits[0]}–{item.limits[1]}"
    sign = "≥" if item.direction == "least" else "≤"
    return f"{sign} {item.limit_of(target).normalize():f}"
