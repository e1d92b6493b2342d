"""What the public pages of appeals share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from district.kernel.throttling.public import TooMany

#: Residents may tell us where they stand; no other page asks.
_WITH_POSITION = "camera=(), geolocation=(self), microphone=(), payment=(), usb=()"


def wait(error: TooMany) -> str:
    """The words of a refusal on a page that holds what was typed."""
    return f"{error} {_('填写的内容还在，不用重填。')}"


def page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A public page; it may ask where the reader stands."""
    answer = render(request, f"appeals/public/{template}.html", context, status=status)
    answer["Permissions-Policy"] = _WITH_POSITION
    return answer
