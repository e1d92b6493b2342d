"""Measures every request, and writes a line of the log for it."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from django.urls import ResolverMatch

from district.kernel.history.public import Actor
from district.kernel.organisation.public import came_by_our_proxy
from district.runtime.watching.logs import REQUESTS, Context, request_id_of, within
from district.runtime.watching.requests import NO_ROUTE, note

log = logging.getLogger(REQUESTS)
HEADER = "X-Request-ID"
# What may stand in an address without being anybody's: a register's key, a word of ours.
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,60}")


class MeasuredMiddleware:
    """Counts answers by route, method and status, and measures how long they took.

    Each request has an identifier, which the answer's header tells and every line of the log
    written within it carries: that of a proxy of ours, or a new one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.monotonic()
        sent = request.headers.get(HEADER, "")
        context = Context(request_id_of(sent, believed=came_by_our_proxy(request)))
        counted = _Statements()
        with within(context), counted.counting():
            answer = self.get_response(request)
            seconds = time.monotonic() - began
            match = getattr(request, "resolver_match", None)
            route = (match.route or "/") if match is not None else NO_ROUTE
            note(route, request.method or "", answer.status_code, seconds)
            context.member = _member_id(request)
            if settings.DISTRICT_LOG:
                facts = {
                    "method": request.method if request.method in _METHODS else "other",
                    "path": path_of(request.path, match),
                    "route": route,
                    "status": answer.status_code,
                    "ms": round(seconds * 1000, 1),
                    "statements": counted.number,
                }
                log.info("answered", extra=facts)
        answer.headers.setdefault(HEADER, context.request_id)
        return answer


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class _Statements:
    """How many statements a request has sent to the database; counted where they are logged."""

    def __init__(self) -> None:
        self.number = 0

    def counting(self) -> Any:
        return connection.execute_wrapper(self) if settings.DISTRICT_LOG else nullcontext()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.number += 1
        return execute(sql, params, many, context)


def _member_id(request: HttpRequest) -> str:
    actor = getattr(request, "actor", None)
    return actor.id if isinstance(actor, Actor) and actor.kind == "member" else ""


def path_of(path: str, match: ResolverMatch | None) -> str:
    """The path of a request as the log may show it, without its query.

    Of an address that is none of ours, and of one that holds anything but identifiers and keys,
    the route stands instead: somebody may have typed a name there.
    """
    if match is None:
        return NO_ROUTE
    if all(_is_ours(value) for value in match.kwargs.values()) and not match.args:
        return path
    return f"/{match.route}"


def _is_ours(value: Any) -> bool:
    if isinstance(value, UUID):
        return True
    text = str(value)
    return bool(_KEY.fullmatch(text)) and not re.search(r"\d{6}", text)
