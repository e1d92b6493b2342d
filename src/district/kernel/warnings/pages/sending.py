"""The door by which a source sends CAP messages: a key in the header, XML in, never a page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from district.kernel.base.keys import bearer_key
from district.kernel.organisation.public import address_of
from district.kernel.throttling.public import TooMany, refuse_beyond
from district.kernel.warnings.rates import SEND_BY_ADDRESS
from district.kernel.warnings.services import Receipt, receive, source_of_key
from district.kernel.warnings.words import problem_text
from district.ui.access import public_page

_STATUS = {"taken": 201, "known": 200, "kept": 422}


# The key in the header is what tells the caller; a browser never sends it by itself.
@csrf_exempt
@public_page
@require_POST
def send(request: HttpRequest) -> JsonResponse:
    """Take one CAP message.

    201 taken, 200 known already, 422 kept aside with its problems, 401 without a valid key, 413
    for what is too large to be read, 429 for too often.
    """
    try:
        refuse_beyond((SEND_BY_ADDRESS, address_of(request) or "unknown"))
    except TooMany as error:
        answer = _error(429, str(error))
        answer["Retry-After"] = str(error.seconds)
        return answer
    source = source_of_key(bearer_key(request.headers.get("Authorization", "")))
    if source is None:
        return _error(401, _("请在 Authorization 头中提供有效的令牌。"))
    try:
        data = request.body
    except RequestDataTooBig:
        return _error(413, _("报文过大，没有接收。"))
    except UnreadablePostError:
        return _error(400, _("报文没有收完整，请重新发送。"))
    receipt = receive(source, data)
    return JsonResponse(_told(receipt), status=_STATUS[receipt.outcome])


def _told(receipt: Receipt) -> dict[str, Any]:
    told: dict[str, Any] = {"outcome": receipt.outcome}
    if receipt.alert is not None:
        told["warning"] = receipt.alert.number
    if receipt.unfit is not None:
        told["kept"] = str(receipt.unfit.pk)
    if receipt.problems:
        told["problems"] = [
            {"code": each.code, "where": each.where, "text": problem_text(each)}
            for each in receipt.problems
        ]
    return told


def _error(status: int, words: str) -> JsonResponse:
    return JsonResponse({"error": {"status": status, "message": words}}, status=status)
