"""The process that pages listen to: the declared streams, each at `/events/<key>/`."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import MutableMapping
from functools import cache
from typing import Any

from district.kernel.base.streams import PREFIX, Application, Receive, Send, streams


def port_beside(port: int) -> int:
    """The port of the process: DISTRICT_EVENTS_PORT, else the one behind the pages'; 0 for none,
    as where no system declares a stream."""
    given = os.environ.get("DISTRICT_EVENTS_PORT", "")
    if not streams():
        return 0
    return int(given) if given.isdigit() else port + 1


def environment(port: int, events_port: int) -> dict[str, str]:
    """What the processes are told of each other; what the operator has set stays."""
    found = {"DISTRICT_EVENTS_URL": f":{events_port}", "DISTRICT_PAGES_PORT": str(port)}
    return {**found, **os.environ}


def command(host: str, port: int) -> list[str]:
    """How the process is started: one worker, as its listeners share one poller."""
    options = {
        "--interface": "asgi",
        "--host": host,
        "--port": str(port),
        "--workers": "1",
        "--backlog": "1024",
        "--backpressure": "1024",
        "--workers-kill-timeout": "3",
        "--log-level": "warning",
    }
    given = [part for option in options.items() for part in option]
    return [sys.executable, "-m", "granian", "--no-ws", *given, "district.conf.events:application"]


@cache
def _application(key: str) -> Application | None:
    found = next((stream for stream in streams() if stream.key == key), None)
    return found.load() if found else None


async def application(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    """The ASGI entrance: one path for each stream, and `/healthz` for monitors."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    path = str(scope["path"])
    if path == "/healthz":
        await _answer(send, 200, b"ok")
        return
    key = path.removeprefix(PREFIX).strip("/") if path.startswith(PREFIX) else ""
    found = _application(key) if key else None
    if found is None:
        await _answer(send, 404, b"")
        return
    await found(scope, receive, send)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
        await asyncio.sleep(0)


async def _answer(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
