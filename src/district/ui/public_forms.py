"""What forms without a log-in share: whom the throttle counts, their tickets, answers that nobody
keeps."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from district.kernel.base.tickets import Ticket, Tickets
from district.kernel.organisation.public import address_of
from district.kernel.throttling.public import Rate, TooMany, refuse_beyond

#: A field that people do not see and programs fill in.
TRAP = "website"


def whom(request: HttpRequest) -> str:
    """By whom the throttle counts: the address, as far as it is known; the unknown are one."""
    return address_of(request) or "unknown"


def count(request: HttpRequest, rate: Rate) -> None:
    """Count one use from this address; refuses by TooMany where it is one too many."""
    refuse_beyond((rate, whom(request)))


def private(answer: HttpResponse) -> HttpResponse:
    """An answer that holds a code or what somebody sent: kept by no browser and no proxy."""
    answer["Cache-Control"] = "no-store"
    return answer


def waiting(answer: HttpResponse, error: TooMany) -> HttpResponse:
    """An answer that says how long to wait to programs as well."""
    answer["Retry-After"] = str(error.seconds)
    return answer


@dataclass(frozen=True)
class Returned:
    """A form that is shown again: the ticket that it goes on with, and why; `problem` is empty
    where the form says it beside its fields."""

    ticket: str
    problem: str = ""


def ticket_of(request: HttpRequest, form: forms.Form, tickets: Tickets) -> Ticket | Returned:
    """The ticket of a form that was sent and may be taken.

    `Returned` where it is too old, sent too fast to be filled by a person, filled where people
    see nothing (`TRAP`), or not valid.
    """
    carried = request.POST.get("ticket", "")
    # The machine's clock: the signature bears its time, whatever day a demo lives on.
    ticket = tickets.read(carried, time.time())
    if ticket is None:
        form.is_valid()
        return Returned(tickets.new(), _("页面打开得太久了。填写的内容还在，请再按一次“提交”。"))
    if not form.is_valid() or request.POST.get(TRAP):
        return Returned(carried)
    if ticket.is_hasty:
        return Returned(carried, _("提交得太快，可能是误触。请核对内容后再按一次“提交”。"))
    return ticket
