"""Calls to other programs over HTTP: JSON both ways, short, without redirects or proxies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from django.utils.translation import gettext as _

SECONDS = 10.0
_MOST_BYTES = 20 * 1024 * 1024


class CallError(Exception):
    """A call that did not succeed, in words; `status` is the other side's answer, 0 without."""

    def __init__(self, words: str, status: int = 0) -> None:
        self.status = status
        super().__init__(words[:300])


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Whoever answers at the address must not send a key or a result elsewhere."""
        return


# No proxy from the environment: the city's network is reached directly.
_opener = build_opener(_NoRedirects, ProxyHandler({}))


def call_json(
    method: str,
    url: str,
    body: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    seconds: float = SECONDS,
) -> Any:
    """What the address answers, read as JSON. The caller has looked at the address: http or https.

    Raises CallError, also for an answer that is no JSON or larger than 20 MB.
    """
    sent = {"Accept": "application/json", "User-Agent": "District", **(headers or {})}
    data = None
    if body is not None:
        data = json.dumps(body, ensure_ascii=False).encode()
        sent["Content-Type"] = "application/json; charset=utf-8"
    request = Request(url, data=data, headers=sent, method=method)  # noqa: S310  # as said above
    try:
        with _opener.open(request, timeout=seconds) as answer:
            text = answer.read(_MOST_BYTES + 1)
    except HTTPError as error:
        with error:
            raise CallError(_refusal(error), error.code) from error
    except (URLError, HTTPException, OSError) as error:
        raise CallError(_unreached(error)) from error
    if len(text) > _MOST_BYTES:
        raise CallError(_("对方的回答过大。"))
    try:
        return json.loads(text.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise CallError(_("对方的回答不是 JSON。")) from error


def _refusal(error: HTTPError) -> str:
    try:
        said = error.read(2000).decode("utf-8", "replace").strip()
    except (HTTPException, OSError):
        said = ""
    return _("对方回答 %(code)s：%(said)s") % {"code": error.code, "said": said or error.reason}


def _unreached(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return _("对方没有及时回答。")
    return _("连不上对方：%(reason)s") % {"reason": reason or type(error).__name__}
