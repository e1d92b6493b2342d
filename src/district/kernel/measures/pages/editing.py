"""Making, changing and ending a measure."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.forms import show_on
from district.kernel.measures.forms import EndForm, MeasureForm
from district.kernel.measures.models import Measure
from district.kernel.measures.selectors import has_values, measure_by_key
from district.kernel.measures.selectors.duties import owed_by
from district.kernel.measures.services import (
    define_measure,
    end_measure,
    restart_measure,
    save_measure,
)
from district.kernel.measures.uses import uses_of
from district.kernel.organisation.public import actor_of, authorise

SAVE = "measures.measure.save"


def crumbs_of(row: Measure, last: str) -> list[tuple[str, str]]:
    """From the list over the measure to a page below it."""
    return [
        (_("指标"), reverse("measures")),
        (row.display_name, row.get_absolute_url()),
        (last, ""),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Define a measure."""
    actor = actor_of(request)
    authorise(actor, SAVE)
    form = MeasureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = define_measure(form.spec(), actor=actor)
        except Invalid as error:
            show_on(form, error)
        else:
            messages.success(request, _("指标已建立。接下来设置由谁填报。"))
            return redirect(made)
    context = {"form": form, "crumbs": [(_("指标"), reverse("measures")), (_("新建指标"), "")]}
    status = 422 if form.errors else 200
    return render(request, "measures/measure_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Change a measure; another definition is a new version of it."""
    actor = actor_of(request)
    authorise(actor, SAVE)
    row = measure_by_key(key)
    last = row.definitions.order_by("-number").first()
    posted = request.POST if request.method == "POST" else None
    fixed = has_values(row.key)
    form = MeasureForm.of(row, last.text if last else "", fixed=fixed, data=posted)
    if posted is not None and form.is_valid():
        before = row.definition_version
        try:
            row = save_measure(form.spec(row), actor=actor, seen=form.cleaned_data["seen"])
        except Invalid as error:
            show_on(form, error)
        else:
            words = {"number": row.definition_version}
            renewed = row.definition_version != before
            done = _("指标已保存，现为第 %(number)s 版口径。") if renewed else _("指标已保存。")
            messages.success(request, done % words)
            return redirect(row)
    context = {
        "form": form,
        "measure": row,
        "fixed": fixed,
        "crumbs": crumbs_of(row, pgettext("measures", "修改指标")),
    }
    status = 422 if form.errors else 200
    return render(request, "measures/measure_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, key: str) -> HttpResponse:
    """Ask before a measure is ended, saying what reads it and what is owed; then end it."""
    actor = actor_of(request)
    authorise(actor, SAVE)
    row = measure_by_key(key)
    if not row.is_active:
        raise Conflict(_("这个指标已停用。请刷新后再看。"))
    posted = request.POST if request.method == "POST" else None
    form = EndForm(posted, initial={"seen": row.version, "cancel_open": True})
    if posted is not None and form.is_valid():
        data = form.cleaned_data
        try:
            end_measure(
                key,
                data["reason"],
                cancel_open=data["cancel_open"],
                seen=data["seen"],
                actor=actor,
            )
        except Invalid as error:
            show_on(form, error)
        else:
            messages.success(request, _("指标已停用，数值都在。需要时可以恢复。"))
            return redirect(row)
    context = {
        "form": form,
        "measure": row,
        "uses": uses_of(key),
        "owed": owed_by(key),
        "crumbs": crumbs_of(row, pgettext("measures", "停用指标")),
    }
    status = 422 if form.errors else 200
    return render(request, "measures/measure_end.html", context, status=status)


@require_POST
def restart(request: HttpRequest, key: str) -> HttpResponse:
    """Have an ended measure filed again, then back to it."""
    row = restart_measure(key, actor=actor_of(request))
    messages.success(request, _("指标已恢复，在用的填报任务照旧。"))
    return redirect(row)
