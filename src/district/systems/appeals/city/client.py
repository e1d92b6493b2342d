"""The small client of a city platform's API; the protocol is in docs/appeals-interfaces.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from district.systems.appeals.calling import SECONDS, CallError, call_json

_PAGE = 100
#: Answers that no second try will change: what we sent is wrong in the city's eyes.
_FINAL = frozenset({400, 404, 405, 410, 413, 414, 415, 422})
_KNOWN = 409


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


class CityClient:
    """Calls to one platform. Every call takes at most some ten seconds and raises CityError."""

    def __init__(self, url: str, secret: str = "", *, seconds: float = SECONDS) -> None:
        self._url, self._seconds = url, seconds
        self._headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def orders(self, cursor: str = "", limit: int = _PAGE) -> Page:
        """The orders that are new or changed since `cursor`, oldest first."""
        query = urlencode({"since": cursor, "limit": limit})
        try:
            answer = call_json(
                "GET", f"{self._url}/orders?{query}", headers=self._headers, seconds=self._seconds
            )
        except CallError as error:
            raise CityError(str(error)) from error
        if not isinstance(answer, dict) or not isinstance(answer.get("orders"), list):
            raise CityError(_("市平台的回答中没有工单列表。"))
        after = str(answer.get("next") or cursor)[:200]
        more = answer.get("more") is True and after != cursor
        return Page(tuple(answer["orders"]), after, more)

    def send_result(self, key: str, result: Mapping[str, Any]) -> None:
        """Tell a result under its key; one that the city already has (409) counts as told.

        Anything but a clear yes is none: a page of a proxy under 200 must not lose a result.
        """
        headers = {**self._headers, "Idempotency-Key": key}
        try:
            answer = call_json(
                "POST", f"{self._url}/returns", result, headers, seconds=self._seconds
            )
        except CallError as error:
            if error.status == _KNOWN:
                return
            raise CityError(str(error), final=error.status in _FINAL) from error
        if not isinstance(answer, dict) or answer.get("received") is not True:
            raise CityError(_("市平台没有确认收到。"))
