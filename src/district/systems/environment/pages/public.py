"""Without a log-in: permits in force, applying for one, how an application stands and appealing."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

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
from district.systems.environment.forms import ApplyForm
from district.systems.environment.names import PERMIT, TICKETS
from district.systems.environment.rates import (
    APPLY_BY_ADDRESS,
    READ_BY_ADDRESS,
    STATUS_BY_ADDRESS,
)
from district.systems.environment.selectors.details import melts_of
from district.systems.environment.selectors.melts import permits_in_force, rule_in_force
from district.systems.environment.services.applying import DOINGS, Applied, answer, apply_permit
from district.systems.environment.services.melting import rule_words
from district.ui.access import public_page
from district.ui.public_forms import Returned, count, private, ticket_of, waiting

_PAGE = 50


@public_page
@require_safe
def in_force(request: HttpRequest) -> HttpResponse:
    """The permits whose nights are not over, and the rule that stops them."""
    count(request, READ_BY_ADDRESS)
    today = clock.today()
    page = Paginator(permits_in_force(today), _PAGE).get_page(request.GET.get("page"))
    rule = rule_in_force()
    context = {
        "page": page,
        "today": today,
        "rule": rule,
        "cited": rule_words(rule.row) if rule else "",
    }
    return render(request, "environment/public/permits.html", context)


@public_page
@sensitive_post_parameters("phone", "name")
@sensitive_variables("form", "given")
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """The form; sent, it opens an application, which the rule may refuse at once."""
    if request.method != "POST":
        return _form(request, ApplyForm(), TICKETS.new())
    form = ApplyForm(request.POST)
    ticket = ticket_of(request, form, TICKETS)
    if isinstance(ticket, Returned):
        return _form(request, form, ticket.ticket, ticket.problem, 422)
    carried = request.POST["ticket"]
    try:
        count(request, APPLY_BY_ADDRESS)
        given = Applied(key=ticket.key, **form.cleaned_data)
        receipt = apply_permit(given)
    except TooMany as error:
        return waiting(_form(request, form, carried, str(error), 429), error)
    except (Invalid, Conflict) as error:
        show_on(form, error)
        return _form(request, form, carried, status=422)
    return private(render(request, "environment/public/receipt.html", {"receipt": receipt}))


def _form(
    request: HttpRequest, form: ApplyForm, ticket: str, problem: str = "", status: int = 200
) -> HttpResponse:
    rule = rule_in_force()
    context = {"form": form, "ticket": ticket, "problem": problem, "rule": rule}
    return render(request, "environment/public/apply.html", context, status=status)


@public_page
@sensitive_post_parameters("code")
@sensitive_variables("form", "found")
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """How an application stands; with `do` also what the applicant answers. Number and code come by
    POST, so that neither stands in an address."""
    if request.method != "POST":
        return _ask(request, StatusForm(type_key=PERMIT))
    form = StatusForm(request.POST, type_key=PERMIT)
    if not form.is_valid():
        return _ask(request, form, status=422)
    try:
        count(request, STATUS_BY_ADDRESS)
    except TooMany as error:
        return waiting(_ask(request, form, str(error), 429), error)
    found = status_asked(form)
    if found is None:
        return private(_ask(request, form, status_unknown(), 404))
    if "do" in request.POST:
        return _answer(request, form, found)
    return _shown(request, form, found)


def _ask(
    request: HttpRequest, form: StatusForm, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {"form": form, "problem": problem}
    return render(request, "environment/public/status.html", context, status=status)


def _answer(request: HttpRequest, form: StatusForm, found: PublicStatus) -> HttpResponse:
    """Do what the applicant answers, and show how the case stands then."""
    doing = request.POST["do"]
    given = {"text": request.POST.get("text", "")}
    try:
        answer(found, doing, given, round_=step_shown(request))
    except (Invalid, Conflict, NotFound) as error:
        return _shown(request, form, found, problem=str(error), doing=doing, code=error.status)
    return _shown(request, form, status_asked(form) or found, done=_("已收到。"))


def _shown(
    request: HttpRequest,
    form: StatusForm,
    found: PublicStatus,
    *,
    problem: str = "",
    done: str = "",
    doing: str = "",
    code: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        **status_context(request, form, found, DOINGS, problem=problem, done=done),
        "melts": [(one, rule_words(one.decision.rule)) for one in melts_of(found.shown)],
        "doing": doing,
    }
    return private(render(request, "environment/public/shown.html", context, status=code))
