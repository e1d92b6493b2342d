"""Notes that a session is in use."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from district.kernel.sessions.store import SessionStore


class SeenMiddleware:
    """Stands inside Django's SessionMiddleware; a page that refreshes itself counts as use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if isinstance(request.session, SessionStore):
            request.session.note_seen()
        return answer
