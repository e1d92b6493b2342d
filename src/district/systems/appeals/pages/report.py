"""The report page: one form, likely duplicates before it is submitted, the receipt after."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.throttling.public import TooMany
from district.systems.appeals.forms.report import ReportForm
from district.systems.appeals.pages.public import page, private, refusal, wait, whom
from district.systems.appeals.rules.tickets import (
    Ticket,
    new_ticket,
    offer_of,
    offered,
    read_ticket,
)
from district.systems.appeals.selectors.places import streets
from district.systems.appeals.selectors.public import Offer, may_be_offered, offers_for
from district.systems.appeals.services.reports import (
    Receipt,
    Submitted,
    count_sent,
    join_report,
    submit_report,
)
from district.ui.access import public_page

#: Which field of the form a field of the case is.
_FIELDS = {"lon": "place", "lat": "place"}
#: What is carried along while duplicates are offered.
_CARRIED = ("text", "lon", "lat", "place", "area", "anonymous", "name", "phone", "confidential")


@public_page
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form; sent, it opens a case, joins one that was offered, or comes back saying why not."""
    if request.method != "POST":
        return _form(request, ReportForm(), ticket=new_ticket())
    form = ReportForm(request.POST)
    carried = request.POST.get("ticket", "")
    ticket = read_ticket(carried, time.time())
    valid = form.is_valid()
    if ticket is None:
        problem = _("页面打开得太久了。填写的内容还在，请再按一次“提交”。")
        return _form(request, form, ticket=new_ticket(), problem=problem, status=422)
    if "edit" in request.POST:
        return _form(request, ReportForm(initial=_typed(request)), ticket=carried)
    if ticket.is_hasty and valid:
        problem = _("提交得太快，可能是误触。请核对内容后再按一次“提交”。")
        return _form(request, form, ticket=carried, problem=problem, status=422)
    if not valid:
        return _form(request, form, ticket=carried, status=422)
    try:
        return _send(request, form, carried, ticket)
    except TooMany as error:
        answer = _form(request, form, ticket=carried, problem=wait(error), status=429)
        return refusal(answer, error)
    except Invalid as error:
        field = _FIELDS.get(error.field, error.field)
        form.add_error(field if field in form.fields else None, str(error))
        return _form(request, form, ticket=carried, status=422)
    except Conflict as error:
        return _form(request, form, ticket=carried, problem=str(error), status=409)


def _send(request: HttpRequest, form: ReportForm, carried: str, ticket: Ticket) -> HttpResponse:
    """Join what was chosen, offer what is alike, or open a case."""
    data = form.cleaned_data
    sent = Submitted(key=ticket.key, **{name: data[name] for name in _CARRIED})
    address = whom(request)
    joined = request.POST.get("join", "")
    if joined:
        case = offered(joined, ticket.key)
        if not case:
            raise Invalid("text", _("要加入的那一单已经失效。请再按一次“提交”。"))
        return _receipt(request, join_report(case, sent, address=address))
    searching = "new" not in request.POST and may_be_offered(sent)
    count_sent(sent, address, searching=searching)
    offers = offers_for(sent) if searching else []
    if offers:
        return _offers(request, form, carried, ticket, offers)
    return _receipt(request, submit_report(sent))


def _form(
    request: HttpRequest, form: ReportForm, *, ticket: str, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {"form": form, "ticket": ticket, "problem": problem, "streets": streets()}
    return page(request, "report", context, status)


def _offers(
    request: HttpRequest, form: ReportForm, carried: str, ticket: Ticket, offers: list[Offer]
) -> HttpResponse:
    context = {
        "offers": [(each, offer_of(each.id, ticket.key)) for each in offers],
        "ticket": carried,
        "typed": [(name, value) for name, value in _typed(request).items() if value],
        "text": form.cleaned_data["text"],
    }
    return private(page(request, "offers", context))


def _receipt(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    return private(page(request, "receipt", {"receipt": receipt}))


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What somebody had filled in, as it was."""
    return {name: request.POST.get(name, "") for name in _CARRIED}
