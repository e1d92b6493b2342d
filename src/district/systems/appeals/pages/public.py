"""What the public pages of appeals share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from district.kernel.organisation.public import address_of
from district.kernel.throttling.public import TooMany

#: Residents may tell us where they stand; no other page asks.
_WITH_POSITION = "camera=(), geolocation=(self), microphone=(), payment=(), usb=()"


def whom(request: HttpRequest) -> str:
    """By whom the throttle counts: the address, as far as it is known; the unknown are one."""
    return address_of(request) or "unknown"


def wait(error: TooMany) -> str:
    """The words of a refusal on a page that holds what was typed."""
    return f"{error} {_('填写的内容还在，不用重填。')}"


def refusal(answer: HttpResponse, error: TooMany) -> HttpResponse:
    """An answer that says how long to wait to programs as well."""
    answer["Retry-After"] = str(error.seconds)
    return answer


def private(answer: HttpResponse) -> HttpResponse:
    """An answer that holds a code or a person's report: kept by no browser and no proxy."""
    answer["Cache-Control"] = "no-store"
    return answer


def page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A public page; it may ask where the reader stands."""
    answer = render(request, f"appeals/public/{template}.html", context, status=status)
    answer["Permissions-Policy"] = _WITH_POSITION
    return answer
