"""What people read when the server itself cannot go on: no database, no room on the disk.

These answers need neither the database nor the session, and say whether anything was kept.
"""

from __future__ import annotations

import errno
import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# What SQLite and PostgreSQL say of a full disk.
_FULL_WORDS = ("disk is full", "no space left", "disk quota", "disk i/o error")


def failure(error: BaseException | None) -> tuple[int, str, str] | None:
    """Status, heading and sentence for an error of the server's surroundings; None for others."""
    words = str(error).lower()
    is_database = isinstance(error, OperationalError | InterfaceError)
    if (isinstance(error, OSError) and error.errno in _FULL) or (
        is_database and any(word in words for word in _FULL_WORDS)
    ):
        return (
            507,
            _("服务器磁盘已满"),
            _("刚才的操作没有保存。请联系系统管理员清理磁盘，然后再试。"),
        )
    if is_database:
        return (
            503,
            _("数据库暂时没有响应"),
            _("刚才的操作可能没有保存。请稍等片刻，刷新核对后再试；仍不行时请联系系统管理员。"),
        )
    return None


def failure_response(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """The answer to such an error as the caller can take it; None for any other error."""
    found = failure(error)
    if found is None:
        return None
    status, heading, message = found
    log.error("%s %s: %s", request.method, request.path, error, exc_info=error)
    sentence = f"{heading}。{message}"
    answer: HttpResponse
    if request.path.startswith("/api/") or "json" in request.headers.get("Accept", ""):
        answer = JsonResponse({"error": {"status": status, "message": sentence}}, status=status)
    elif request.headers.get("HX-Request") == "true":
        text = render_to_string("ui/toast_fragment.html", {"message": sentence})
        answer = HttpResponse(text, status=status, headers={"HX-Reswap": "none"})
    else:
        text = render_to_string("ui/failure.html", {"heading": heading, "message": message})
        answer = HttpResponse(text, status=status)
    if status == 503:
        answer["Retry-After"] = "10"
    answer["Cache-Control"] = "no-store"
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler of errors that nobody caught, those of middleware included."""
    answer = failure_response(request, sys.exc_info()[1])
    return answer or HttpResponse(render_to_string("500.html"), status=500)
