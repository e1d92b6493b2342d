"""Without a log-in: permits in force, applying for one, how an application stands and appealing."""

from __future__ import annotations

import time
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
    CaseStep,
    PublicStatus,
    case_type_of,
    public_status,
    read_number,
    said,
)
from district.kernel.organisation.public import address_of
from district.kernel.throttling.public import TooMany, refuse_beyond
from district.systems.environment.forms import ApplyForm, StatusForm
from district.systems.environment.names import PERMIT
from district.systems.environment.rates import (
    APPLY_BY_ADDRESS,
    READ_BY_ADDRESS,
    STATUS_BY_ADDRESS,
)
from district.systems.environment.rules.tickets import QUICKEST, new_ticket, read_ticket
from district.systems.environment.selectors.details import melts_of
from district.systems.environment.selectors.melts import permits_in_force, rule_in_force
from district.systems.environment.services.applying import DOINGS, Applied, answer, apply_permit
from district.systems.environment.services.melting import rule_words
from district.ui.access import public_page

_PAGE = 50


def _whom(request: HttpRequest) -> str:
    return address_of(request) or "unknown"


def _private(answered: HttpResponse) -> HttpResponse:
    """An answer that holds a code or somebody's application: kept by no browser and no proxy."""
    answered["Cache-Control"] = "no-store"
    return answered


def _waiting(answered: HttpResponse, error: TooMany) -> HttpResponse:
    answered["Retry-After"] = str(error.seconds)
    return answered


@public_page
@require_safe
def in_force(request: HttpRequest) -> HttpResponse:
    """The permits whose nights are not over, and the rule that stops them."""
    refuse_beyond((READ_BY_ADDRESS, _whom(request)))
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
        return _form(request, ApplyForm(), new_ticket())
    form = ApplyForm(request.POST)
    carried = request.POST.get("ticket", "")
    ticket = read_ticket(carried, time.time())
    if ticket is None:
        form.is_valid()
        problem = _("页面打开得太久了。填写的内容还在，请再按一次“提交”。")
        return _form(request, form, new_ticket(), problem, 422)
    key, age = ticket
    if not form.is_valid() or request.POST.get("website"):
        return _form(request, form, carried, status=422)
    if age < QUICKEST:
        problem = _("提交得太快，可能是误触。请核对内容后再按一次“提交”。")
        return _form(request, form, carried, problem, 422)
    try:
        refuse_beyond((APPLY_BY_ADDRESS, _whom(request)))
        given = Applied(key=key, **form.cleaned_data)
        receipt = apply_permit(given)
    except TooMany as error:
        return _waiting(_form(request, form, carried, str(error), 429), error)
    except (Invalid, Conflict) as error:
        show_on(form, error)
        return _form(request, form, carried, status=422)
    return _private(render(request, "environment/public/receipt.html", {"receipt": receipt}))


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
        return _ask(request, StatusForm())
    form = StatusForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, status=422)
    try:
        refuse_beyond((STATUS_BY_ADDRESS, _whom(request)))
    except TooMany as error:
        return _waiting(_ask(request, form, str(error), 429), error)
    found = _status_of(form)
    if found is None:
        # The same whatever was wrong: it tells nobody which numbers there are.
        problem = _("没有查到。请核对单号和查询码；字母大小写、空格都可以，0和O不用区分。")
        return _private(_ask(request, form, problem, 404))
    if "do" in request.POST:
        return _answer(request, form, found)
    return _shown(request, form, found)


def _ask(
    request: HttpRequest, form: StatusForm, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {"form": form, "problem": problem}
    return render(request, "environment/public/status.html", context, status=status)


def _status_of(form: StatusForm) -> PublicStatus | None:
    number = read_number(form.cleaned_data["number"], case_type_of(PERMIT).number)
    found = public_status(number, form.cleaned_data["code"])
    return found if found is not None and found.case.type_key == PERMIT else None


def _answer(request: HttpRequest, form: StatusForm, found: PublicStatus) -> HttpResponse:
    """Do what the applicant answers, and show how the case stands then."""
    doing, round_ = request.POST["do"], request.POST.get("round", "")
    given = {"text": request.POST.get("text", "")}
    try:
        answer(found, doing, given, round_=int(round_[:6]) if round_.isdecimal() else 0)
    except (Invalid, Conflict, NotFound) as error:
        return _shown(request, form, found, problem=str(error), doing=doing, code=error.status)
    return _shown(request, form, _status_of(form) or found, done=_("已收到。"))


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
        "form": form,
        "found": found,
        "case": found.shown,
        "moves": [
            (move.key, said(move.label), move.form.get("text", False))
            for move in found.moves
            if move.key in DOINGS
        ],
        "melts": [(one, rule_words(one.decision.rule)) for one in melts_of(found.shown)],
        "round": CaseStep.objects.filter(case=found.shown).count(),
        "problem": problem,
        "done": done,
        "doing": doing,
        "typed": request.POST.get("text", "") if problem else "",
    }
    return _private(render(request, "environment/public/shown.html", context, status=code))
