"""Pages of what coverage is computed from: data sets and assumptions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from district.kernel.base.errors import DistrictError
from district.kernel.base.forms import submitted
from district.kernel.organisation.public import Owned, actor_of, authorise, permitted
from district.systems.early_warning.coverage.names import MANAGE, VIEW
from district.systems.early_warning.forms.coverage import DataForm, SettingsForm
from district.systems.early_warning.models import CoverageData
from district.systems.early_warning.selectors.coverage_inputs import settings_now
from district.systems.early_warning.services.coverage_data import (
    NewData,
    drop_data,
    put_data,
    save_settings,
)


@require_http_methods(["GET", "HEAD", "POST"])
def data(request: HttpRequest) -> HttpResponse:
    """The data sets in use, and taking in another; `do=drop` uses one no more."""
    actor = actor_of(request)
    authorise(actor, VIEW)
    form = DataForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and request.POST.get("do") == "drop":
        try:
            drop_data(request.POST.get("kind", ""), actor=actor)
            messages.success(request, _("已停用，随后会重新计算。"))
        except DistrictError as error:
            if error.status == 403:
                raise
            messages.error(request, str(error))
        return redirect("coverage_data")

    def put(values: dict[str, Any]) -> CoverageData:
        given = dict(values)
        upload: Any = given.pop("file")
        return put_data(
            NewData(content=upload.read(), file_name=str(upload.name), **given),
            actor=actor,
        )

    if request.method == "POST":
        authorise(actor, MANAGE, Owned(settings_now().lead_unit_id))
    if request.method == "POST" and submitted(form, put) is not None:
        messages.success(request, _("已载入，随后会重新计算。"))
        return redirect("coverage_data")
    rows = CoverageData.objects.filter(is_current=True).defer("content")
    found = {row.kind: row for row in rows}
    settings_row = settings_now()
    context = {
        "form": form,
        "kinds": [(key, word, found.get(key)) for key, word in CoverageData.Kind.choices],
        "settings": settings_row,
        "may_manage": permitted(actor, MANAGE, Owned(settings_row.lead_unit_id)),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "early_warning/coverage_data.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """What is assumed, and which unit looks after it."""
    actor = actor_of(request)
    row = settings_now()
    authorise(actor, MANAGE, Owned(row.lead_unit_id))
    form = SettingsForm(request.POST or None, row=row)
    if submitted(form, lambda values: save_settings(values, actor=actor)) is not None:
        messages.success(request, _("已保存，随后会重新计算。"))
        return redirect("coverage_data")
    status = 422 if request.method == "POST" else 200
    context = {"form": form}
    return render(request, "early_warning/coverage_settings.html", context, status=status)
