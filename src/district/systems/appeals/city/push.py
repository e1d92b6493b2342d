"""The door by which a platform pushes orders: a key in the header, JSON both ways, never a page."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from district.kernel.base.keys import bearer_key
from district.systems.appeals.city.models import CityOrder
from district.systems.appeals.city.rules import MOST_ORDERS
from district.systems.appeals.city.services import Outcome, platform_of_token, take_all
from district.systems.appeals.throttling import TooMany, throttle
from district.ui.access import public_page


class _Refused(Exception):
    def __init__(self, status: int, words: str) -> None:
        self.status = status
        super().__init__(words)


# The key in the header is what tells the caller; a browser never sends it by itself.
@csrf_exempt
@public_page
@require_POST
def push_orders(request: HttpRequest) -> JsonResponse:
    """Take the orders of the body, each by itself; the answer says what became of each.

    200 with one outcome an order, also where some were refused; 400 for a body that is no list of
    orders, 401 without a valid key, 413 for too many, 429 for too often.
    """
    try:
        throttle(request, "push")
        platform = platform_of_token(_key(request))
        if platform is None:
            raise _Refused(401, _("令牌不对或已吊销。"))
        outcomes = take_all(platform, _orders(request), way=CityOrder.Way.PUSH)
    except TooMany as error:
        answer = _error(429, str(error))
        answer["Retry-After"] = str(error.seconds)
        return answer
    except _Refused as error:
        return _error(error.status, str(error))
    return JsonResponse({"orders": [told(one) for one in outcomes]})


def _key(request: HttpRequest) -> str:
    key = bearer_key(request.headers.get("Authorization", ""))
    if not key:
        raise _Refused(401, _("请在 Authorization 头中提供令牌。"))
    return key


def _orders(request: HttpRequest) -> list[Any]:
    try:
        data = json.loads(request.body.decode("utf-8"))
    except RequestDataTooBig as error:
        raise _Refused(413, _("请求过大。请分批发送。")) from error
    except (ValueError, RecursionError, UnreadablePostError) as error:
        raise _Refused(400, _("请求不是 UTF-8 编码的 JSON。")) from error
    orders = data.get("orders") if isinstance(data, dict) else None
    if not isinstance(orders, list):
        raise _Refused(400, _("请求中没有工单列表 orders。"))
    if len(orders) > MOST_ORDERS:
        raise _Refused(413, _("一次最多%(most)s件工单。请分批发送。") % {"most": MOST_ORDERS})
    return orders


def told(one: Outcome) -> dict[str, Any]:
    """An outcome as the protocol states it; what does not apply is left out."""
    answer: dict[str, Any] = {"number": one.number, "outcome": one.outcome}
    if one.case:
        answer["case"] = one.case
    for name in ("changed", "kept"):
        if getattr(one, name):
            answer[name] = list(getattr(one, name))
    for name in ("field", "problem", "remedy"):
        if getattr(one, name):
            answer[name] = getattr(one, name)
    return answer


def _error(status: int, words: str) -> JsonResponse:
    return JsonResponse({"error": {"status": status, "message": words}}, status=status)
