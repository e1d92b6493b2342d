"""Calls that must be answered: making one, answering in one tap, who has answered."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.base.forms import moment_given
from district.kernel.base.masking import without_numbers
from district.kernel.cases.public import case_url, subject_of
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.kernel.registers.public import list_view
from district.systems.operations_centre.duty.forms import CallForm
from district.systems.operations_centre.duty.names import CALLS, MAKE_CALL
from district.systems.operations_centre.duty.selectors.calls import (
    about_case,
    call_for,
    callable_people,
    callable_units,
    calling_unit,
    visible_lines,
)
from district.systems.operations_centre.duty.services import (
    answer_call,
    make_call,
    record_answer,
    withdraw_call,
)
from district.systems.operations_centre.duty.terms import terms


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """All calls that the actor may see, a line each."""
    extra = {"may_call": permitted_somewhere(actor_of(request), MAKE_CALL)}
    return list_view(request, CALLS, template="operations_centre/duty/calls.html", extra=extra)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a call; `?case=` about a case."""
    actor = actor_of(request)
    caller = calling_unit(actor)
    if caller is None:
        raise NotPermitted(_("您没有发起叫应的权限。如确需叫应，请联系系统管理员。"))
    case = about_case(request.GET.get("case", ""), actor)
    initial: dict[str, Any] = {"minutes": int(terms().call.total_seconds() // 60)}
    if case is not None:
        # It goes to people who may not read the contacts, and stays when those are forgotten.
        initial |= {"title": case.title[:100], "text": without_numbers(case.text)[:1000]}
    form, status = (
        CallForm(
            request.POST or None,
            units=callable_units(caller),
            people=callable_people(caller),
            initial=initial,
        ),
        200,
    )
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                call = make_call(
                    caller.pk,
                    form.cleaned_data["title"],
                    form.cleaned_data["text"],
                    form.wanted(),
                    actor=actor,
                    minutes=form.cleaned_data["minutes"],
                    subject=subject_of(case) if case else None,
                    url=case_url(case.pk) if case else "",
                    key=request.POST.get("key", "")[:80],
                )
                return redirect(call)
            except (Invalid, Conflict) as error:
                field = {"wanted": "units"}.get(getattr(error, "field", ""), "")
                field = field or getattr(error, "field", "")
                form.add_error(field if field in form.fields else None, str(error))
    context = {
        "form": form,
        "case": case,
        "caller": caller,
        "key": request.POST.get("key") or uuid4().hex,
    }
    return render(request, "operations_centre/duty/call_new.html", context, status=status)


@require_safe
def call(request: HttpRequest, key: UUID) -> HttpResponse:
    """A call: whom it asks, who was rung when, who answered when."""
    found = call_for(key, actor_of(request))
    context = {"found": found, "call": found.call, "now": timezone.localtime(clock.now())}
    return render(request, "operations_centre/duty/call.html", context)


@require_safe
def line(request: HttpRequest, key: UUID) -> HttpResponse:
    """From a line to its call."""
    row = visible_lines(actor_of(request)).filter(pk=key).select_related("call").first()
    if row is None:
        raise NotFound(_("没有这次叫应，或您没有查看的权限。"))
    return redirect(row.call)


@require_POST
def answer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Answer: one tap on the first page of the desk or on the call's."""
    try:
        found = answer_call(key, actor=actor_of(request))
        messages.success(request, _("已应答：%(title)s") % {"title": found.call.title})
    except Conflict as error:
        messages.error(request, str(error))
    if request.POST.get("back") == "home":
        return redirect("duty_home")
    return redirect("duty_call_line", key)


@require_POST
def record(request: HttpRequest, key: UUID) -> HttpResponse:
    """Note that somebody answered by telephone."""
    try:
        wrong = Invalid("at", _("应答时间不对。"), _("请按 2025-09-30 08:30 的格式填写。"))
        at = moment_given(request.POST.get("at", ""), wrong)
        record_answer(key, request.POST.get("member", ""), at, actor=actor_of(request))
        messages.success(request, _("已登记电话应答。"))
    except (Invalid, Conflict) as error:
        messages.error(request, str(error))
    return redirect("duty_call_line", key)


@require_POST
def withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a call back."""
    try:
        withdraw_call(key, request.POST.get("reason", ""), actor=actor_of(request))
        messages.success(request, _("叫应已撤销。"))
    except (Invalid, Conflict) as error:
        messages.error(request, str(error))
    return redirect(reverse("duty_call", args=[key]))
