"""Scenarios for a firm: what is wanted, what fits its entries, entries of its own, recognition."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base.errors import NotFound
from district.kernel.base.forms import submitted
from district.systems.scenarios.public import (
    entries_of_enterprise,
    entry_of_enterprise,
    firm_entry_form,
    kinds_for_enterprises,
    matches_of_entry,
    open_rounds,
    opportunities_published,
    recognitions_of_enterprise,
    values_of_entry,
)
from district.systems.virtual_park.forms.account import ReasonForm
from district.systems.virtual_park.pages.guard import for_enterprise, show
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.services.scenarios import (
    change_entry,
    offer_entry,
    withdraw_entry,
)

_SHOWN = 30


@for_enterprise("scenarios.see")
@require_safe
def scenarios(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """What is wanted now, the firm's own entries, open rounds, what it holds."""
    code, text = acting.enterprise.code, request.GET.get("q", "")[:60]
    wanted = opportunities_published(text=text)
    context = {
        "wanted": wanted[:_SHOWN],
        "more": len(wanted) > _SHOWN,
        "q": text,
        "entries": entries_of_enterprise(code),
        "rounds": open_rounds(),
        "recognitions": recognitions_of_enterprise(code),
        "kinds": kinds_for_enterprises(),
        "may_do": acting.may("scenarios.do"),
    }
    return show(request, acting, "scenarios", context)


@for_enterprise("scenarios.see")
@require_safe
def entry(request: HttpRequest, acting: Acting, entry_id: UUID) -> HttpResponseBase:
    """An own entry with published ones that fit it."""
    code = acting.enterprise.code
    found = entry_of_enterprise(code, entry_id)
    context = {
        "entry": found,
        "matches": matches_of_entry(code, entry_id)[:_SHOWN],
        "may_do": acting.may("scenarios.do") and found.own and found.state != "withdrawn",
    }
    return show(request, acting, "entry", context)


@for_enterprise("scenarios.do")
@require_http_methods(["GET", "HEAD", "POST"])
def new_entry(request: HttpRequest, acting: Acting, kind: str) -> HttpResponseBase:
    """Offer an entry of a kind."""
    label = dict(kinds_for_enterprises()).get(kind)
    if label is None:
        raise NotFound(_("没有这种条目。"))
    form = firm_entry_form(kind, request.POST or None)
    made = submitted(form, lambda data: offer_entry(acting, {**data, "kind": kind}))
    return _answer(request, acting, form, made, label, reverse("park_scenarios"))


@for_enterprise("scenarios.do")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_entry(request: HttpRequest, acting: Acting, entry_id: UUID) -> HttpResponseBase:
    """Change an own entry."""
    code = acting.enterprise.code
    found = entry_of_enterprise(code, entry_id)
    if not found.own:
        raise NotFound(_("没有这个条目。"))
    initial = values_of_entry(code, entry_id)
    form = firm_entry_form(found.line.kind, request.POST or None, initial)
    made = submitted(form, lambda data: change_entry(acting, entry_id, data))
    back = reverse("park_entry", args=[entry_id])
    return _answer(request, acting, form, made, found.line.title, back)


def _answer(
    request: HttpRequest, acting: Acting, form: Any, made: UUID | None, title: str, back: str
) -> HttpResponseBase:
    if made is not None:
        messages.success(request, _("已提交，由清单主管单位受理后公布。"))
        return redirect("park_entry", made)
    context = {"form": form, "title": title, "submit": _("提交"), "back": back}
    status = 422 if request.method == "POST" else 200
    return show(request, acting, "form", context, status=status)


@for_enterprise("scenarios.do")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, acting: Acting, entry_id: UUID) -> HttpResponseBase:
    """Take an own entry back."""
    entry_of_enterprise(acting.enterprise.code, entry_id)
    form = ReasonForm(request.POST or None)
    done = submitted(form, lambda data: withdraw_entry(acting, entry_id, data["reason"]))
    if done is not None:
        messages.success(request, _("已撤回。"))
        return redirect("park_scenarios")
    context = {"form": form, "title": _("撤回条目"), "submit": _("撤回"),
               "back": reverse("park_entry", args=[entry_id])}  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return show(request, acting, "form", context, status=status)
