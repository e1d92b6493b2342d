"""The stream of the board as a plain ASGI application, and others that are told like it.

A page listens with the cookie of its session. Nobody is answered without a log-in, from another
site, or beyond the limits; what is told is in `hints`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host

from district.kernel.base import clock
from district.kernel.base.streams import Application, Receive, Send
from district.systems.operations_centre.board.live.hints import event
from district.systems.operations_centre.board.live.hub import Hub, Listener
from district.systems.operations_centre.board.version import version

log = logging.getLogger(__name__)
BEAT = 15.0  # seconds without an event after which a sign of life is sent
_STUCK = 30.0  # seconds that a listener may take to take an event


@cache
def hub() -> Hub:
    """The hub of this process."""
    return Hub()


def application_of(hub_of: Callable[[], Hub]) -> Application:
    """The application that serves a hub's listeners; the hub is asked for with each of them."""

    async def application(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        await _answer(hub_of(), scope, receive, send)

    return application


async def _answer(hub: Hub, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    """One listener from its request until it goes."""
    headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
    origin = headers.get("origin", "")
    if scope["method"] != "GET":
        await _refuse(send, 405, origin="")
        return
    if not comes_from_our_pages(headers):
        await _refuse(send, 403, origin="")
        return
    session_key = parse_cookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME, "")
    try:
        who = await hub.who(session_key) if session_key else None
    except DatabaseError:
        log.exception("the board cannot ask who listens")
        await _refuse(send, 503, origin)
        return
    if who is None:
        await _refuse(send, 401, origin)
        return
    if not hub.has_room(who.member):
        await _refuse(send, 429, origin)
        return
    listener = Listener(session_key, who)
    await _listen(hub, listener, headers.get("last-event-id", ""), receive, send, origin)


def comes_from_our_pages(headers: dict[str, str]) -> bool:
    """Whether a browser asks for one of our own pages.

    A page of the same origin sends no origin; one of the product's other port sends its own; a
    page of another site sends theirs and says so.
    """
    host = headers.get("host", "")
    name, _port = split_domain_port(host)
    if not name or not validate_host(name, settings.ALLOWED_HOSTS):
        return False
    if headers.get("sec-fetch-site", "none") == "cross-site":
        return False
    origin = headers.get("origin", "")
    if not origin or origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    parts = urlsplit(origin)
    own_port = parts.netloc == host or _port_of(origin) == settings.DISTRICT_PAGES_PORT
    return parts.scheme in ("http", "https") and f"{parts.hostname}" == name and own_port


def _port_of(origin: str) -> int:
    parts = urlsplit(origin)
    try:
        return parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return -1


def _headers(origin: str, kind: bytes) -> list[tuple[bytes, bytes]]:
    found = [
        (b"content-type", kind),
        (b"cache-control", b"no-store"),
        (b"vary", b"Origin, Cookie"),
        (b"x-content-type-options", b"nosniff"),
        # A proxy must hand on each event at once.
        (b"x-accel-buffering", b"no"),
    ]
    if origin:
        found += [
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"access-control-allow-credentials", b"true"),
        ]
    return found


async def _refuse(send: Send, status: int, origin: str) -> None:
    headers = _headers(origin, b"text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _listen(
    hub: Hub, listener: Listener, last: str, receive: Receive, send: Send, origin: str
) -> None:
    headers = _headers(origin, b"text/event-stream; charset=utf-8")
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    gone = asyncio.ensure_future(_until_gone(receive))
    telling = asyncio.ensure_future(_tell(hub, listener, send))
    try:
        hub.join(listener, last)
        await asyncio.wait((gone, telling), return_when=asyncio.FIRST_COMPLETED)
    finally:
        hub.leave(listener)
        for task in (gone, telling):
            task.cancel()
        with suppress(asyncio.CancelledError, OSError, RuntimeError, TimeoutError):
            await telling


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _tell(hub: Hub, listener: Listener, send: Send) -> None:
    """Greet, then hand on what waits, or a sign of life; until the listener is to end."""
    now = {"at": clock.now().isoformat()}
    body = b"retry: 3000\n\n" + event("hello", {**now, "version": version()}, hub.key)
    while True:
        message = {"type": "http.response.body", "body": body, "more_body": True}
        await asyncio.wait_for(_sent(send, message), _STUCK)
        if listener.ended:
            await send({"type": "http.response.body", "body": b""})
            return
        try:
            await asyncio.wait_for(listener.ready.wait(), BEAT)
            body = listener.take(hub.key)
        except TimeoutError:
            body = event("beat", {"at": clock.now().isoformat()})


async def _sent(send: Send, message: dict[str, Any]) -> None:
    await send(message)


#: The board's own stream.
application = application_of(hub)
