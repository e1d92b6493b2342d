"""Claims: sent and followed without a log-in."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.forms import show_on
from district.kernel.cases.public import (
    CaseStep,
    PublicStatus,
    case_type_of,
    public_status,
    read_number,
    said,
)
from district.kernel.throttling.public import TooMany, refuse_beyond
from district.systems.virtual_park.forms import ClaimForm, ClaimStatusForm
from district.systems.virtual_park.models import Claim
from district.systems.virtual_park.names import CLAIM
from district.systems.virtual_park.pages import session
from district.systems.virtual_park.pages.account import waiting, where_from
from district.systems.virtual_park.pages.guard import private
from district.systems.virtual_park.rates import CLAIM_BY_ADDRESS, STATUS_BY_ADDRESS
from district.systems.virtual_park.services.claims import (
    DOINGS,
    NewClaim,
    answer_claim,
    make_claim,
    may_take_up,
    take_up_claim,
)
from district.ui.access import public_page

_SALT = "virtual_park.claim"
_LONGEST = 24 * 3600
_MOST_FILES = 6


def sent_files(request: HttpRequest) -> Iterator[tuple[str, bytes]]:
    """The files of a form, one after the other."""
    for file in request.FILES.getlist("files")[: _MOST_FILES + 4]:
        yield file.name or "", file.read()


def _ticket() -> str:
    return signing.TimestampSigner(salt=_SALT).sign(secrets.token_urlsafe(16))


def _key_of(carried: str) -> str | None:
    """The key of a form's ticket; None where it was not drawn here, or too long ago."""
    try:
        key = signing.TimestampSigner(salt=_SALT).unsign(carried, max_age=_LONGEST)
    except signing.BadSignature:
        return None
    return f"park_claim:{key}"


@public_page
@sensitive_post_parameters("phone", "name")
@sensitive_variables("form", "data")
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest) -> HttpResponseBase:
    """Claim to act for an enterprise, with the papers that prove it."""
    if request.method != "POST":
        return _form(request, ClaimForm(), _ticket())
    form, carried = ClaimForm(request.POST), request.POST.get("ticket", "")
    key = _key_of(carried)
    if key is None:
        form.is_valid()
        form.add_error(None, _("页面打开得太久了。填写的内容还在，请再按一次“提交”。"))
        return _form(request, form, _ticket(), 422)
    if not form.is_valid() or request.POST.get("website"):
        return _form(request, form, carried, 422)
    data = form.cleaned_data
    try:
        refuse_beyond((CLAIM_BY_ADDRESS, where_from(request)))
        receipt = make_claim(NewClaim(key=key, **data), sent_files(request))
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
        return _ask(request, ClaimStatusForm())
    form = ClaimStatusForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, status=422)
    try:
        refuse_beyond((STATUS_BY_ADDRESS, where_from(request)))
    except TooMany as error:
        return waiting(_ask(request, form, str(error), 429), error)
    found = _found(form)
    if found is None:
        # The same whatever was wrong: it tells nobody which numbers there are.
        return _ask(request, form, _("没有查到。请核对单号和查询码。"), 404)
    doing = request.POST.get("do", "")
    if doing == "take_up":
        return _take_up(request, form, found)
    return _answer(request, form, found, doing) if doing else _shown(request, form, found)


def _ask(
    request: HttpRequest, form: ClaimStatusForm, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {"form": form, "problem": problem}
    answer = render(request, "virtual_park/claim_ask.html", context, status=status)
    private(answer)
    return answer


def _found(form: ClaimStatusForm) -> PublicStatus | None:
    number = read_number(form.cleaned_data["number"], case_type_of(CLAIM).number)
    found = public_status(number, form.cleaned_data["code"])
    return found if found is not None and found.case.type_key == CLAIM else None


def _take_up(request: HttpRequest, form: ClaimStatusForm, found: PublicStatus) -> HttpResponseBase:
    try:
        who = take_up_claim(found, request.POST.get("password", ""))
    except (Invalid, Conflict) as error:
        return _shown(request, form, found, problem=str(error), status=error.status)
    session.begin(request, who)
    messages.success(request, _("账号已启用。"))
    return redirect("park")


def _answer(
    request: HttpRequest, form: ClaimStatusForm, found: PublicStatus, doing: str
) -> HttpResponseBase:
    steps = request.POST.get("steps", "")
    try:
        answer_claim(
            found,
            doing,
            request.POST.get("text", ""),
            sent_files(request),
            steps=int(steps[:6]) if steps.isdecimal() else 0,
        )
    except (Invalid, Conflict, NotFound) as error:
        return _shown(request, form, found, problem=str(error), status=error.status)
    return _shown(request, form, _found(form) or found, done=_("已收到。"))


def _shown(
    request: HttpRequest,
    form: ClaimStatusForm,
    found: PublicStatus,
    *,
    problem: str = "",
    done: str = "",
    status: int = 200,
) -> HttpResponse:
    claim = Claim.objects.filter(pk=found.case.pk).first()
    context = {
        "form": form,
        "found": found,
        "firm": found.case.facts.get("enterprise", ""),
        "moves": [
            (move.key, said(move.label), move.form.get("text", False))
            for move in found.moves
            if move.key in DOINGS
        ],
        "steps": CaseStep.objects.filter(case=found.shown).count(),
        "may_take_up": claim is not None and may_take_up(claim),
        "typed": request.POST.get("text", "") if problem else "",
        "problem": problem,
        "done": done,
    }
    answer = render(request, "virtual_park/claim_shown.html", context, status=status)
    private(answer)
    return answer
