"""The HTTP entrance, a plain ASGI application.

    POST /readings                              any form that the intake reads
    POST /v1.1/Observations                     the same, at the addresses of SensorThings
    POST /v1.1/Datastreams(12)/Observations
    POST /v1.1/CreateObservations
    GET  /healthz, /state                       for monitors; for the product's own processes

Senders say who they are by Basic or Bearer; the product's processes by `District <token>` and the
number of the source for which they speak. The answer comes when what is accepted is durable, and
says what was not accepted and why.
"""

from __future__ import annotations

import asyncio
import errno
import hmac
import json
import math
import re
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import asdict, dataclass
from typing import Any

from district.kernel.sensing.gateway.credentials import Credentials, Throttle
from district.kernel.sensing.gateway.gateway import Gateway
from district.kernel.sensing.gateway.inflating import TooLarge, inflate
from district.kernel.sensing.gateway.taking import Answer, Message
from district.kernel.sensing.log import Busy, Closed, LogError, NotWritten

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

#: A body as it comes and unpacked, in bytes; and all bodies together that are being received.
MOST_BODY = 8 << 20
MOST_AT_ONCE = 64 << 20
_MOST_PASSED_OVER = 4 * MOST_BODY
_TOO_LARGE = f"a body has at most {MOST_BODY} bytes, unpacked too"
#: How long a body may take, in seconds.
SLOWEST = 30.0
#: So many refused readings are listed; all are counted.
MOST_LISTED = 1000
_OF_STREAM = re.compile(r"/v1\.1/Datastreams\((\d{1,9})\)/Observations")
_ADDRESSES = ("/readings", "/v1.1/Observations", "/v1.1/CreateObservations")


class Refusing(Exception):
    """The request ends with this status and sentence."""

    def __init__(self, status: int, text: str, wait: float = 0, **more: object) -> None:
        super().__init__(text)
        self.status, self.wait, self.more = status, wait, {"error": text, **more}


@dataclass(frozen=True, slots=True)
class _Sender:
    number: int
    is_ours: bool = False


class Entrance:
    """The application; starts and stops what it is given with the server that runs it."""

    def __init__(
        self,
        gateway: Gateway,
        token: str,
        start: Callable[[], None] | None = None,
        stop: Callable[[], None] | None = None,
        more_state: Callable[[], dict[str, object]] = dict,
    ) -> None:
        """`token` is the secret of the product's own processes. `start` and `stop` default to
        those of the gateway."""
        self._gateway, self._token = gateway, token.encode()
        self._start, self._stop = start or gateway.start, stop or gateway.stop
        self._more_state = more_state
        self._credentials = Credentials(lambda: gateway.declared, gateway.clock.now)
        self._throttle = Throttle()
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI calls it."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        try:
            status, answer = await self._respond(scope, receive)
            headers: list[tuple[bytes, bytes]] = []
        except Refusing as refusing:
            status, answer = refusing.status, refusing.more
            wait = str(math.ceil(refusing.wait)).encode()
            headers = [(b"retry-after", wait)] if refusing.wait else []
            if status == 401:
                headers.append((b"www-authenticate", b'Basic realm="readings"'))
        body = json.dumps(answer).encode()
        headers += [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            kind = str((await receive())["type"])
            act = self._start if kind == "lifespan.startup" else self._stop
            try:
                await asyncio.to_thread(act)
            except Exception as error:
                await send({"type": f"{kind}.failed", "message": str(error)})
                raise
            await send({"type": f"{kind}.complete"})
            if kind == "lifespan.shutdown":
                return
            await asyncio.sleep(0)

    async def _respond(self, scope: Scope, receive: Receive) -> tuple[int, object]:
        path, method = str(scope["path"]), str(scope["method"])
        headers = {name.lower(): value for name, value in scope["headers"]}
        if path == "/healthz":
            return 200, {"ok": True}
        if path == "/state" and method == "GET":
            if not self._is_ours(headers):
                raise Refusing(401, "only for the product's own processes")
            return 200, {**asdict(self._gateway.state()), **self._more_state()}
        of_stream = _OF_STREAM.fullmatch(path)
        if of_stream is None and path not in _ADDRESSES:
            raise Refusing(404, f"no such address; readings go to {_ADDRESSES[0]}")
        if method != "POST":
            raise Refusing(405, "readings come by POST")
        sender = self._sender(scope, headers)
        data = await self._body(headers, receive)
        number = int(of_stream[1]) if of_stream else None
        answer = await self._take(Message(data, sender.number, number))
        return self._told(answer, sender)

    def _is_ours(self, headers: dict[bytes, bytes]) -> bool:
        scheme, _, token = headers.get(b"authorization", b"").partition(b" ")
        return scheme.lower() == b"district" and hmac.compare_digest(token, self._token)

    def _sender(self, scope: Scope, headers: dict[bytes, bytes]) -> _Sender:
        if self._is_ours(headers):
            number = headers.get(b"x-district-source", b"")
            if not number.isdigit():
                raise Refusing(400, "X-District-Source: the number of the source is missing")
            return _Sender(int(number), is_ours=True)
        header = headers.get(b"authorization", b"").decode("latin-1")
        row = self._credentials.sender(header) if header else None
        if row is None:
            wait = self._throttle.fail(str((scope.get("client") or ("",))[0])) if header else 0
            if wait:
                raise Refusing(429, "too many wrong secrets", wait)
            raise Refusing(401, "name a source and its secret, by HTTP Basic or Bearer")
        return _Sender(row.number)

    async def _body(self, headers: dict[bytes, bytes], receive: Receive) -> bytes:
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > _MOST_PASSED_OVER:
            raise Refusing(413, _TOO_LARGE)
        packed = headers.get(b"content-encoding", b"identity").strip().lower()
        if packed not in (b"identity", b"gzip"):
            raise Refusing(415, "a body comes as it is, or by gzip")
        try:
            data = await asyncio.wait_for(self._received(receive), SLOWEST)
            if packed == b"gzip":
                data = await asyncio.to_thread(inflate, data, MOST_BODY)
        except TimeoutError:
            raise Refusing(408, "the body took too long") from None
        except TooLarge:
            raise Refusing(413, _TOO_LARGE) from None
        except ValueError:
            raise Refusing(400, "the body is no gzip") from None
        return data

    async def _received(self, receive: Receive) -> bytes:
        parts: list[bytes] = []
        size = 0
        try:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refusing(400, "the sender went away")
                part = message.get("body", b"")
                size, self._under_way = size + len(part), self._under_way + len(part)
                if self._under_way > MOST_AT_ONCE:
                    raise Refusing(503, "too much is being received; send again later", 1)
                # One that is too large is passed over as far as reason goes: a sender that
                # cannot finish would never read why.
                if size > _MOST_PASSED_OVER:
                    raise TooLarge
                if size <= MOST_BODY:
                    parts.append(part)
                if not message.get("more_body", False):
                    break
        finally:
            self._under_way -= size
        if size > MOST_BODY:
            raise TooLarge
        return b"".join(parts)

    async def _take(self, message: Message) -> Answer:
        try:
            return await asyncio.wrap_future(self._gateway.offer([message]))
        except Busy as error:
            raise Refusing(503, str(error), 1) from error
        except NotWritten as error:
            status = 507 if error.errno in (errno.ENOSPC, errno.EDQUOT) else 503
            text = "the disk takes nothing; nothing was accepted, send again later"
            raise Refusing(status, text, 10) from error
        except Closed as error:
            raise Refusing(503, "the gateway restarts; send again later", 2) from error
        except LogError as error:
            raise Refusing(503, "nothing was accepted; send again later", 10) from error

    def _told(self, answer: Answer, sender: _Sender) -> tuple[int, object]:
        reasons = Counter(refused.reason for refused in answer.refused)
        listed = answer.refused if sender.is_ours else answer.refused[:MOST_LISTED]
        told = {
            "accepted": answer.accepted,
            "position": answer.position,
            "refused": len(answer.refused),
            "reasons": dict(reasons),
            "items": [
                {"item": each.item, "reason": each.reason}
                | ({"detail": each.detail} if each.detail else {})
                for each in listed
            ],
        }
        if reasons["suspended"] and not sender.is_ours:
            return 403, {"error": "the source is suspended", **told}
        if answer.refused and answer.refused[0].item == -1:
            return 400, {"error": "the message cannot be read", **told}
        return 200, told
