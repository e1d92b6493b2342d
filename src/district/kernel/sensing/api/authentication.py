"""Who calls the interface: a source by its secret, or a member by their log-in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _

from district.kernel.history.public import Actor
from district.kernel.organisation.public import actor_of, address_of
from district.kernel.sensing.api.errors import Problem
from district.kernel.sensing.gateway.credentials import credentials
from district.kernel.sensing.rates import REFUSED_BY_ADDRESS
from district.kernel.sensing.rights import source_actor
from district.kernel.sensing.services import authenticate
from district.kernel.throttling.public import refuse_beyond

_SAFE = ("GET", "HEAD", "OPTIONS")


def caller_of(request: HttpRequest) -> Actor:
    """The actor of a request. Problem 401 where nobody is known, 403 for a forged form.

    TooMany where an address tries many secrets that are wrong; right ones pass meanwhile.
    """
    header = request.headers.get("Authorization", "")
    if header:
        source = authenticate(*credentials(header))
        if source is None:
            refuse_beyond((REFUSED_BY_ADDRESS, address_of(request)))
            raise Problem(401, _("来源编号或密钥不对，或来源已暂停。"))
        return source_actor(source)
    actor = actor_of(request)
    if actor.kind != "member":
        raise Problem(401, _("请用来源编号和密钥（HTTP Basic 或 Bearer）访问，或先登录。"))
    if request.method not in _SAFE:
        _check_forgery(request)
    return actor


def _check_forgery(request: HttpRequest) -> None:
    """A member's browser sends its cookie by itself, so the page must have sent its token."""

    def nothing(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()  # it is asked for, never called

    guard = CsrfViewMiddleware(nothing)
    guard.process_request(request)
    if guard.process_view(request, nothing, (), {}) is not None:
        raise Problem(403, _("请求没有带上页面的安全令牌（X-CSRFToken）。"))
