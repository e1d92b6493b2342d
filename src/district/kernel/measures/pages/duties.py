"""Setting, changing, ending and restarting who files a measure."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.forms import show_on
from district.kernel.measures.forms import DutyForm, EndForm
from district.kernel.measures.models import Measure
from district.kernel.measures.pages.editing import crumbs_of
from district.kernel.measures.records import DutySpec
from district.kernel.measures.rules.periods import label
from district.kernel.measures.selectors import measure_by_key
from district.kernel.measures.selectors.duties import duty_by_id, filers, owed_by
from district.kernel.measures.services import change_duty, end_duty, restart_duty, set_duty
from district.kernel.measures.subjects import period_of
from district.kernel.organisation.public import Level, actor_of, authorise, units

SAVE = "measures.duty.save"


def _back(measure: Measure) -> HttpResponse:
    return redirect(f"{measure.get_absolute_url()}#duties")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, key: str) -> HttpResponse:
    """Have a unit file the measure."""
    actor = actor_of(request)
    authorise(actor, SAVE)
    measure = measure_by_key(key)
    if measure.source == "system":
        raise Conflict(_("这个指标由系统计算，不需要填报。"))
    form = DutyForm.new(
        measure,
        units().exclude(level=Level.GRID).select_related("parent"),
        filers(),
        today=clock.today(),
        unit=request.GET.get("unit", ""),
        data=request.POST if request.method == "POST" else None,
    )
    if request.method == "POST" and form.is_valid():
        words = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
        try:
            set_duty(DutySpec(measure=measure.key, **words), actor=actor)
        except Invalid as error:
            show_on(form, error)
        else:
            messages.success(request, _("填报任务已设置，应填的各期会在一小时内发起。"))
            return _back(measure)
    context = {
        "form": form,
        "measure": measure,
        "crumbs": crumbs_of(measure, pgettext("measures", "设置填报任务")),
    }
    status = 422 if form.errors else 200
    return render(request, "measures/duty_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: str, duty_id: UUID) -> HttpResponse:
    """Change the terms of a duty."""
    actor = actor_of(request)
    authorise(actor, SAVE)
    duty = duty_by_id(key, duty_id)
    posts = [post for post in filers() if post.unit_id == duty.unit_id]
    form = DutyForm.of(duty, posts, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        words = {"contact": duty.contact_id, **form.cleaned_data}
        words["seen"] = words["seen"] or 0
        try:
            change_duty(duty.pk, actor=actor, **words)
        except Invalid as error:
            show_on(form, error)
        else:
            messages.success(request, _("填报任务已保存，已发起的填报不变。"))
            return _back(duty.measure)
    context = {
        "form": form,
        "measure": duty.measure,
        "duty": duty,
        "crumbs": crumbs_of(duty.measure, pgettext("measures", "修改填报任务")),
    }
    status = 422 if form.errors else 200
    return render(request, "measures/duty_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, key: str, duty_id: UUID) -> HttpResponse:
    """Ask before a duty is ended, naming what is owed; then end it."""
    actor = actor_of(request)
    authorise(actor, SAVE)
    duty = duty_by_id(key, duty_id)
    if not duty.active:
        raise Conflict(_("这项填报任务已停用。请刷新后再看。"))
    posted = request.POST if request.method == "POST" else None
    form = EndForm(posted, initial={"seen": duty.version, "cancel_open": True})
    if posted is not None and form.is_valid():
        try:
            end_duty(duty.pk, actor=actor, **form.cleaned_data)
        except Invalid as error:
            show_on(form, error)
        else:
            messages.success(request, _("填报任务已停用。需要时可以恢复。"))
            return _back(duty.measure)
    context = {
        "form": form,
        "measure": duty.measure,
        "duty": duty,
        "owed": [label(period_of(row)) for row in owed_by(key, duty.unit_id)],
        "crumbs": crumbs_of(duty.measure, pgettext("measures", "停用填报任务")),
    }
    status = 422 if form.errors else 200
    return render(request, "measures/duty_end.html", context, status=status)


@require_POST
def restart(request: HttpRequest, key: str, duty_id: UUID) -> HttpResponse:
    """Undo the end of a duty, then back to the measure."""
    duty = duty_by_id(key, duty_id)
    restart_duty(duty.pk, actor=actor_of(request))
    messages.success(request, _("填报任务已恢复。"))
    return _back(duty.measure)
