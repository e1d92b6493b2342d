"""Measures every request."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from district.runtime.watching.requests import NO_ROUTE, note


class MeasuredMiddleware:
    """Counts answers by route, method and status, and measures how long they took."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.monotonic()
        answer = self.get_response(request)
        match = getattr(request, "resolver_match", None)
        route = (match.route or "/") if match is not None else NO_ROUTE
        note(route, request.method or "", answer.status_code, time.monotonic() - began)
        return answer
