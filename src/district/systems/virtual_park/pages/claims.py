"""Claims: sent and followed without a log-in."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

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
from district.systems.virtual_park.forms.account import ClaimForm
from district.systems.virtual_park.models import Claim
from district.systems.virtual_park.names import CLAIM
from district.systems.virtual_park.pages import session
from district.systems.virtual_park.rates import CLAIM_BY_ADDRESS, STATUS_BY_ADDRESS
from district.systems.virtual_park.services.claims import (
    CLAIM_TICKETS,
    DOINGS,
    NewClaim,
    answer_claim,
    make_claim,
    may_take_up,
    take_up_claim,
)
from district.ui.access import public_page
from district.ui.public_forms import Returned, count, private, ticket_of, waiting

_MOST_FILES = 6


def sent_files(request: HttpRequest) -> Iterator[tuple[str, bytes]]:
    """The files of a form, one after the other."""
    for file in request.FILES.getlist("files")[: _MOST_FILES + 4]:
        yield file.name or "", file.read()


@public_page
@sensitive_post_parameters("phone", "name")
@sensitive_variables("form", "data")
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest) -> HttpResponseBase:
    """Claim to act for an enterprise, with the papers that prove it."""
    if request.method != "POST":
        return _form(request, ClaimForm(), CLAIM_TICKETS.new())
    form, carried = ClaimForm(request.POST), request.POST.get("ticket", "")
    ticket = ticket_of(request, form, CLAIM_TICKETS)
    if isinstance(ticket, Returned):
        if ticket.problem:
            form.add_error(None, ticket.problem)
        return _form(request, form, ticket.ticket, 422)
    data = form.cleaned_data
    try:
        count(request, CLAIM_BY_ADDRESS)
        receipt = make_claim(NewClaim(key=ticket.key, **data), sent_files(request))
    except TooMany as error:
        form.add_error(None, str(error))
        return waiting(_form(request, form, carried, 429), error)
    except (Invalid, Conflict) as error:
        show_on(form, error)
        return _form(request, form, carried, 422)
    return private(render(request, "virtual_park/claimed.html", {"receipt": receipt}))


def _form(request: HttpRequest, form: ClaimForm, ticket: str, status: int = 200) -> HttpResponse:
    answer = render(
        request, "virtual_park/claim.html", {"form": form, "ticket": ticket}, status=status
    )
    private(answer)
    return answer


@public_page
@sensitive_post_parameters("code", "password")
@sensitive_variables("form", "found")
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponseBase:
    """How a claim stands; with `do` also what the claimant does. Number and code come by POST, so
    that neither stands in an address."""
    if request.method != "POST":
        return _ask(request, StatusForm(type_key=CLAIM))
    form = StatusForm(request.POST, type_key=CLAIM)
    if not form.is_valid():
        return _ask(request, form, status=422)
    try:
        count(request, STATUS_BY_ADDRESS)
    except TooMany as error:
        return waiting(_ask(request, form, str(error), 429), error)
    found = status_asked(form)
    if found is None:
        # The same whatever was wrong: it tells nobody which numbers there are.
        return _ask(request, form, status_unknown(), 404)
    doing = request.POST.get("do", "")
    if doing == "take_up":
        return _take_up(request, form, found)
    return _answer(request, form, found, doing) if doing else _shown(request, form, found)


def _ask(
    request: HttpRequest, form: StatusForm, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {"form": form, "problem": problem}
    answer = render(request, "virtual_park/claim_ask.html", context, status=status)
    private(answer)
    return answer


def _take_up(request: HttpRequest, form: StatusForm, found: PublicStatus) -> HttpResponseBase:
    try:
        who = take_up_claim(found, request.POST.get("password", ""))
    except (Invalid, Conflict) as error:
        return _shown(request, form, found, problem=str(error), status=error.status)
    session.begin(request, who)
    messages.success(request, _("账号已启用。"))
    return redirect("park")


def _answer(
    request: HttpRequest, form: StatusForm, found: PublicStatus, doing: str
) -> HttpResponseBase:
    try:
        answer_claim(
            found,
            doing,
            request.POST.get("text", ""),
            sent_files(request),
            steps=step_shown(request),
        )
    except (Invalid, Conflict, NotFound) as error:
        return _shown(request, form, found, problem=str(error), status=error.status)
    return _shown(request, form, status_asked(form) or found, done=_("已收到。"))


def _shown(
    request: HttpRequest,
    form: StatusForm,
    found: PublicStatus,
    *,
    problem: str = "",
    done: str = "",
    status: int = 200,
) -> HttpResponse:
    claim = Claim.objects.filter(pk=found.case.pk).first()
    context = {
        **status_context(request, form, found, DOINGS, problem=problem, done=done),
        "firm": found.case.facts.get("enterprise", ""),
        "may_take_up": claim is not None and may_take_up(claim),
    }
    answer = render(request, "virtual_park/claim_shown.html", context, status=status)
    private(answer)
    return answer
