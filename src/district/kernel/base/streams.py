"""Streams of events that pages listen to: declared here by the parts, served by the runtime in a
process of its own, since a listener would hold one of the few threads that serve pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from district.kernel.registry.ledger import note

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
#: A plain ASGI application for HTTP requests of one path.
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]
#: Where the process of streams serves them.
PREFIX = "/events/"


@dataclass(frozen=True)
class Stream:
    """A stream at `/events/<key>/`; `load` gives its application, in the process that serves it."""

    key: str
    load: Callable[[], Application]


_STREAMS: dict[str, Stream] = {}


def declare_stream(key: str, load: Callable[[], Application]) -> None:
    """Have the process of streams serve `/events/<key>/`; ValueError when declared twice."""
    known = _STREAMS.setdefault(key, Stream(key, load))
    if known.load is not load:
        raise ValueError(f"stream {key!r} is declared twice")
    note("stream", key)


def streams() -> tuple[Stream, ...]:
    """All declared streams, in order of declaration."""
    return tuple(_STREAMS.values())


def stream_url(request: HttpRequest, key: str) -> str:
    """Where a page of this request listens to a stream; "" where none is served.

    `settings.DISTRICT_EVENTS_URL` says where: an address, a path (a proxy puts both under one
    origin), or `:port` for the page's own host.
    """
    base = settings.DISTRICT_EVENTS_URL
    if base.startswith(":"):
        host = urlsplit(f"//{request.get_host()}").hostname or ""
        name = f"[{host}]" if ":" in host else host
        base = f"{request.scheme}://{name}{base}{PREFIX}"
    return f"{base.rstrip('/')}/{key}/" if base else ""
