"""The small client of a city platform's API; the protocol is in docs/appeals-interfaces.md."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from django.utils.translation import gettext as _

_SECONDS = 10.0
_MOST_BYTES = 5 * 1024 * 1024
_PAGE = 100
#: Answers that no second try will change: what we sent is wrong in the city's eyes.
_FINAL = frozenset({400, 404, 405, 410, 413, 414, 415, 422})


class CityError(Exception):
    """A call that did not succeed, in words; `final` where trying again changes nothing."""

    def __init__(self, words: str, *, final: bool = False) -> None:
        self.final = final
        super().__init__(words[:300])


@dataclass(frozen=True)
class Page:
    """Some orders as they came, and from where to read on; `more` says that there are."""

    orders: tuple[Any, ...]
    cursor: str
    more: bool


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Whoever answers at the address must not send our key elsewhere."""
        return


class CityClient:
    """Calls to one platform. Every call takes at most some ten seconds and raises CityError."""

    def __init__(self, url: str, secret: str = "", *, seconds: float = _SECONDS) -> None:
        self._url, self._secret, self._seconds = url, secret, seconds
        # No proxy from the environment: a city's network is reached directly.
        self._opener = build_opener(_NoRedirects, ProxyHandler({}))

    def orders(self, cursor: str = "", limit: int = _PAGE) -> Page:
        """The orders that are new or changed since `cursor`, oldest first."""
        query = urlencode({"since": cursor, "limit": limit})
        answer = self._call("GET", f"/orders?{query}")
        if not isinstance(answer, dict) or not isinstance(answer.get("orders"), list):
            raise CityError(_("市平台的回答中没有工单列表。"))
        after = str(answer.get("next") or cursor)[:200]
        more = answer.get("more") is True and after != cursor
        return Page(tuple(answer["orders"]), after, more)

    def send_result(self, key: str, result: Mapping[str, Any]) -> None:
        """Tell a result under its key; one that the city already has (409) counts as told.

        Anything but a clear yes is none: a page of a proxy under 200 must not lose a result.
        """
        try:
            answer = self._call("POST", "/returns", result, key)
        except _Known:
            return
        if not isinstance(answer, dict) or answer.get("received") is not True:
            raise CityError(_("市平台没有确认收到。"))

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, key: str = ""
    ) -> Any:
        headers = {"Accept": "application/json", "User-Agent": "District"}
        if self._secret:
            headers["Authorization"] = f"Bearer {self._secret}"
        if key:
            headers["Idempotency-Key"] = key
        data = None
        if body is not None:
            data = json.dumps(body, ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json; charset=utf-8"
        # The address was checked when it was saved: http and https alone.
        request = Request(self._url + path, data=data, headers=headers, method=method)  # noqa: S310  # as said above
        try:
            with self._opener.open(request, timeout=self._seconds) as answer:
                text = answer.read(_MOST_BYTES + 1)
        except HTTPError as error:
            with error:
                raise _refused(error) from error
        except (URLError, HTTPException, OSError) as error:
            raise CityError(_unreached(error)) from error
        if len(text) > _MOST_BYTES:
            raise CityError(_("市平台的回答过大。"))
        return _read(text)


class _Known(CityError):
    """The city has this result already."""


def _refused(error: HTTPError) -> CityError:
    if error.code == 409:
        return _Known("409")
    try:
        said = error.read(2000).decode("utf-8", "replace").strip()
    except (HTTPException, OSError):
        said = ""
    words = _("市平台回答 %(code)s：%(said)s") % {"code": error.code, "said": said or error.reason}
    return CityError(words, final=error.code in _FINAL)


def _unreached(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return _("市平台没有及时回答。")
    return _("连不上市平台：%(reason)s") % {"reason": reason or type(error).__name__}


def _read(text: bytes) -> Any:
    try:
        return json.loads(text.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise CityError(_("市平台的回答不是 JSON。")) from error
