"""Without a log-in: what may I have, applying for a subsidy, how an application stands.

What a resident states comes by POST, so that it stands in no address, and is kept nowhere unless
they apply.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.forms import show_on
from district.kernel.cases.public import (
    PublicStatus,
    StatusForm,
    status_asked,
    status_context,
    status_unknown,
    step_shown,
)
from district.kernel.throttling.public import TooMany
from district.systems.policies.forms_public import ApplyForm, StatedForm
from district.systems.policies.models import Audience, Policy
from district.systems.policies.names import APPLICATION, MONEY, SUBSIDY_APPLICATION, TICKETS
from district.systems.policies.pages.common import standing_groups
from district.systems.policies.rates import (
    APPLY_BY_ADDRESS,
    CHECK_BY_ADDRESS,
    STATUS_BY_ADDRESS,
)
from district.systems.policies.selectors.eligibility import Asked
from district.systems.policies.selectors.policies import in_force
from district.systems.policies.services.public_applying import (
    DOINGS,
    Applied,
    answer,
    apply_as_resident,
)
from district.ui.access import public_page
from district.ui.public_forms import Returned, count, private, ticket_of, waiting

Methods = ["GET", "HEAD", "POST"]
_TYPES: dict[str, Any] = {"type_key": SUBSIDY_APPLICATION, "also": (APPLICATION,)}


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page that may hold what somebody said of themselves: kept by no browser and no proxy."""
    return private(render(request, f"policies/public/{template}.html", context, status=status))


def _asked() -> Asked:
    """Every policy for people that is in force. One query."""
    return Asked.of(in_force(clock.today(), Audience.PEOPLE), Audience.PEOPLE)


@public_page
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(Methods)
def check(request: HttpRequest) -> HttpResponse:
    """What somebody may have who is as they say; nothing of it is kept."""
    asked = _asked()
    form = StatedForm(request.POST or None, keys=asked.keys)
    context: dict[str, Any] = {"form": form, "money": MONEY, "policies": asked.policies}
    if request.method != "POST":
        return _page(request, "check", context)
    try:
        count(request, CHECK_BY_ADDRESS)
    except TooMany as error:
        return waiting(_page(request, "check", context | {"problem": str(error)}, 429), error)
    if not form.is_valid():
        return _page(request, "check", context, 422)
    found = asked.answer(form.stated(), clock.today())
    context |= {**standing_groups(found), "answered": True, "given": form.given()}
    return _page(request, "check", context)


def _policy(number: str) -> Policy:
    found = next((p for p in _asked().policies if p.number == number), None)
    if found is None:
        raise NotFound(_("没有这项政策，或今天不在申报期内。"))
    return found


@public_page
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(Methods)
def apply(request: HttpRequest, number: str) -> HttpResponse:
    """Apply for a subsidy; what was stated at the check comes along."""
    policy = _policy(number)
    keys = Asked.of([policy], Audience.PEOPLE).keys
    if "ticket" not in request.POST:
        initial = {name: value for name, value in request.POST.items() if name in keys}
        return _apply_form(request, policy, ApplyForm(keys=keys, initial=initial), TICKETS.new())
    form = ApplyForm(request.POST, keys=keys)
    ticket = ticket_of(request, form, TICKETS)
    if isinstance(ticket, Returned):
        return _apply_form(request, policy, form, ticket.ticket, ticket.problem, 422)
    carried = request.POST["ticket"]
    try:
        count(request, APPLY_BY_ADDRESS)
        data = form.cleaned_data
        who = {key: data[key] for key in ("name", "phone", "id_number", "note")}
        given = Applied(key=ticket.key, policy=policy.pk, stated=form.stated(), **who)
        receipt = apply_as_resident(given)
    except TooMany as error:
        return waiting(_apply_form(request, policy, form, carried, str(error), 429), error)
    except (Invalid, Conflict) as error:
        show_on(form, error)
        return _apply_form(request, policy, form, carried, status=422)
    return _page(request, "receipt", {"receipt": receipt, "policy": policy})


def _apply_form(
    request: HttpRequest,
    policy: Policy,
    form: ApplyForm,
    ticket: str,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"policy": policy, "form": form, "ticket": ticket, "problem": problem}
    return _page(request, "apply", context | {"money": MONEY}, status)


@public_page
@sensitive_post_parameters("code")
@sensitive_variables("form", "found")
@require_http_methods(Methods)
def status(request: HttpRequest) -> HttpResponse:
    """How an application stands; with `do` also what the applicant does. Number and code come by
    POST, so that neither stands in an address."""
    if request.method != "POST":
        return _page(request, "status", {"form": StatusForm(**_TYPES)})
    form = StatusForm(request.POST, **_TYPES)
    if not form.is_valid():
        return _page(request, "status", {"form": form}, 422)
    try:
        count(request, STATUS_BY_ADDRESS)
    except TooMany as error:
        context = {"form": form, "problem": str(error)}
        return waiting(_page(request, "status", context, 429), error)
    found = status_asked(form)
    if found is None:
        # The same whatever was wrong: it tells nobody which numbers there are.
        return _page(request, "status", {"form": form, "problem": status_unknown()}, 404)
    if "do" in request.POST:
        return _answer(request, form, found)
    return _shown(request, form, found)


def _answer(request: HttpRequest, form: StatusForm, found: PublicStatus) -> HttpResponse:
    text = request.POST.get("text", "")
    try:
        answer(found, request.POST["do"], text, round_=step_shown(request))
    except (Invalid, Conflict, NotFound) as error:
        return _shown(request, form, found, problem=str(error), code=error.status)
    return _shown(request, form, status_asked(form) or found, done=_("已收到。"))


def _shown(
    request: HttpRequest,
    form: StatusForm,
    found: PublicStatus,
    *,
    problem: str = "",
    done: str = "",
    code: int = 200,
) -> HttpResponse:
    context = status_context(request, form, found, DOINGS, problem=problem, done=done)
    return _page(request, "shown", context, code)
