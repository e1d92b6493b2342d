"""Published lists for everybody, without a log-in."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.base.errors import Invalid, NotFound
from district.kernel.cases.public import said
from district.kernel.reports.files import Part, manuscript_of
from district.systems.scenarios.catalogue import catalogue, list_of
from district.systems.scenarios.models import Edition
from district.systems.scenarios.rates import READ_BY_ADDRESS
from district.systems.scenarios.selectors.editions import (
    changes_of,
    contents_of,
    edition_for,
    edition_on,
    editions_of,
    is_sound,
)
from district.systems.scenarios.selectors.entries import column_labels, line_in_words, shown
from district.ui.access import public_page
from district.ui.documents import WRITERS, manuscript_answer
from district.ui.public_forms import count

_GUARDED = ("=", "+", "-", "@", "\t", "\r")


@public_page
@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """The lists with their newest editions."""
    count(request, READ_BY_ADDRESS)
    newest: dict[str, Edition] = {}
    for row in Edition.objects.order_by("list_key", "number"):
        newest[row.list_key] = row
    found = [
        (key, said(spec.label), said(spec.help), newest.get(key))
        for key, spec in catalogue().lists.items()
    ]
    return render(request, "scenarios/public/lists.html", {"lists": found})


@public_page
@require_safe
def newest(request: HttpRequest, list_key: str) -> HttpResponse:
    """The edition that stands now, or with `day=` the one that stood at the end of that day."""
    count(request, READ_BY_ADDRESS)
    asked = request.GET.get("day", "")
    try:
        day = date.fromisoformat(asked) if asked else timezone.localdate()
    except ValueError as error:
        raise Invalid("day", _("日期不对。"), _("请写成 2025-09-26 这样。")) from error
    found = edition_on(list_key, day) if asked else editions_of(list_key).first()
    if found is None:
        raise NotFound(_("那一天还没有发布过这份清单。"))
    return redirect(found)


@public_page
@require_safe
def edition(request: HttpRequest, list_key: str, number: int) -> HttpResponse:
    """An edition as it was published, with what it changed; also as a file (`format=`)."""
    count(request, READ_BY_ADDRESS)
    found = edition_for(list_key, number)
    contents = contents_of(found)
    wanted = request.GET.get("format", "")
    if wanted:
        return _file(found, contents, wanted)
    labels = column_labels(catalogue().kinds_of(list_key))
    changes = changes_of(found, contents)
    context = {
        "edition": found,
        "key": list_key,
        "label": said(list_of(list_key).label),
        "lines": [line_in_words(content, labels) for content in contents],
        "changes": changes,
        "changed": [
            (one.title, [_column(labels, name, before, after) for name, before, after in
                         one.columns])
            for one in changes.changed
        ],
        "sound": is_sound(found, contents),
        "editions": list(editions_of(list_key)[:20]),
    }  # fmt: skip
    return render(request, "scenarios/public/edition.html", context)


def _column(labels: dict[str, str], name: str, before: Any, after: Any) -> tuple[str, str, str]:
    words = [shown({name: value, "kind": ""}, name) if value else "" for value in (before, after)]
    return labels.get(name, name), words[0], words[1]


def _file(found: Edition, contents: list[dict[str, Any]], wanted: str) -> HttpResponse:
    """The edition as CSV, Word, Excel, or JSON whose lines are what the digest was made of."""
    title = _("%(list)s 第%(number)s版") % {
        "list": said(list_of(found.list_key).label),
        "number": found.number,
    }
    if wanted == "json":
        data = {
            "list": found.list_key,
            "number": found.number,
            "published_at": found.published_at.isoformat(),
            "sha256": found.sha256,
            "lines": contents,
        }
        return JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
    labels = column_labels(catalogue().kinds_of(found.list_key))
    rows = [[shown(content, key) for key in labels] for content in contents]
    if wanted in WRITERS:
        lead = timezone.localtime(found.published_at).strftime("%Y-%m-%d %H:%M")
        name = said(list_of(found.list_key).label)
        part = Part(name, list(labels.values()), rows)
        return manuscript_answer(manuscript_of(title, lead, [part]), wanted)
    if wanted != "csv":
        raise Invalid("format", _("没有这种格式。"), _("请选择 csv、xlsx、docx、pdf 或 json。"))
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(labels.values())
    writer.writerows([["'" + c if c.startswith(_GUARDED) else c for c in row] for row in rows])
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = str(content_disposition_header(True, f"{title}.csv"))
    return answer
