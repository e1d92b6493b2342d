"""The report page: one form, likely duplicates before it is submitted, the receipt after."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.tickets import Ticket
from district.kernel.cases.public import files_sent
from district.kernel.throttling.public import TooMany
from district.systems.appeals.forms.report import ReportForm
from district.systems.appeals.pages.public import page, wait
from district.systems.appeals.rules.tickets import TICKETS, offer_of, offered
from district.systems.appeals.selectors.places import streets
from district.systems.appeals.selectors.public import Offer, may_be_offered, offers_for
from district.systems.appeals.services.photos import MOST, Photos, add_photos, carried_photos
from district.systems.appeals.services.reports import (
    Receipt,
    Submitted,
    count_sent,
    join_report,
    submit_report,
)
from district.ui.access import public_page
from district.ui.public_forms import private, waiting, whom

#: Which field of the form a field of the case is.
_FIELDS = {"lon": "place", "lat": "place", "files": "photos"}
_NONE = Photos()
#: What is carried along while duplicates are offered.
_CARRIED = ("text", "lon", "lat", "place", "area", "anonymous", "name", "phone", "confidential")


@public_page
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form; sent, it opens a case, joins one that was offered, or comes back saying why not."""
    if request.method != "POST":
        return _form(request, ReportForm(), ticket=TICKETS.new())
    form = ReportForm(request.POST)
    carried = request.POST.get("ticket", "")
    ticket = TICKETS.read(carried, time.time())
    if ticket is None:
        form.is_valid()
        problem = _("页面打开得太久了。填写的内容还在，请再按一次“提交”。")
        if request.FILES or "kept" in request.POST:
            problem += _("照片需要重新选择。")
        return _form(request, form, ticket=TICKETS.new(), problem=problem, status=422)
    photos = carried_photos(request.POST.getlist("kept"), ticket.key)
    if "edit" in request.POST:
        return _form(request, ReportForm(initial=_typed(request)), ticket=carried, photos=photos)
    try:
        photos = _with_new_photos(request, form, photos, ticket)
        if not form.is_valid():
            return _form(request, form, ticket=carried, photos=photos, status=422)
        if ticket.is_hasty:
            problem = _("提交得太快，可能是误触。请核对内容后再按一次“提交”。")
            return _form(request, form, ticket=carried, photos=photos, problem=problem, status=422)
        return _send(request, form, carried, ticket, photos)
    except TooMany as error:
        problem = wait(error)
        answer = _form(request, form, ticket=carried, photos=photos, problem=problem, status=429)
        return waiting(answer, error)
    except Invalid as error:
        field = _FIELDS.get(error.field, error.field)
        form.add_error(field if field in form.fields else None, str(error))
        return _form(request, form, ticket=carried, photos=photos, status=422)
    except Conflict as error:
        problem = str(error)
        return _form(request, form, ticket=carried, photos=photos, problem=problem, status=409)


def _with_new_photos(
    request: HttpRequest, form: ReportForm, photos: Photos, ticket: Ticket
) -> Photos:
    """Keep what was chosen, whatever else is wrong with the form; from a program nothing."""
    if not form.is_valid() and "website" in form.errors:
        return photos
    if request.FILES.getlist("photos"):
        files = files_sent(request, "photos")
        photos = add_photos(photos, files, ticket.key, address=whom(request))
    for problem in photos.problems:
        form.add_error("photos", problem)
    return photos


def _send(
    request: HttpRequest, form: ReportForm, carried: str, ticket: Ticket, photos: Photos
) -> HttpResponse:
    """Join what was chosen, offer what is alike, or open a case."""
    data = form.cleaned_data
    words = {name: data[name] for name in _CARRIED}
    sent = Submitted(key=ticket.key, photos=photos.files, **words)
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
        return _offers(request, form, carried, ticket, offers, photos)
    return _receipt(request, submit_report(sent))


def _form(
    request: HttpRequest,
    form: ReportForm,
    *,
    ticket: str,
    photos: Photos = _NONE,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "ticket": ticket,
        "photos": photos.kept,
        "most_photos": MOST,
        "problem": problem,
        "streets": streets(),
    }
    return page(request, "report", context, status)


def _offers(
    request: HttpRequest,
    form: ReportForm,
    carried: str,
    ticket: Ticket,
    offers: list[Offer],
    photos: Photos,
) -> HttpResponse:
    context = {
        "offers": [(each, offer_of(each.id, ticket.key)) for each in offers],
        "ticket": carried,
        "typed": [(name, value) for name, value in _typed(request).items() if value],
        "text": form.cleaned_data["text"],
        "photos": photos.kept,
    }
    return private(page(request, "offers", context))


def _receipt(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    return private(page(request, "receipt", {"receipt": receipt}))


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What somebody had filled in, as it was."""
    return {name: request.POST.get(name, "") for name in _CARRIED}
