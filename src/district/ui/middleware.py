"""Who may open a page, what a browser may do with it, and how errors look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect, render, resolve_url
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from district.kernel.base.errors import DistrictError, Invalid
from district.ui.access import is_public
from district.ui.failures import failure_response

Next = Callable[[HttpRequest], HttpResponseBase]

# MapLibre's worker is a file of our own and ECharts draws tooltips on its canvas, so neither
# blob: nor inline styles are needed. data: images are MapLibre's control icons.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "style-src 'self'",
        "script-src 'self'",
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


def policy_listening_to(url: str) -> str:
    """The policy of a page that listens to a stream of events at `url`, of whichever origin."""
    parts = urlsplit(url)
    origin = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return f"{CONTENT_SECURITY_POLICY}; connect-src 'self'{origin}"


PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

_PUBLIC_VIEWS = {
    "django.views.i18n.set_language",
    "django.views.static.serve",
    "django.contrib.staticfiles.views.serve",
}


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller is a program: an /api address, or JSON preferred over HTML."""
    accept = request.headers.get("Accept", "")
    prefers_json = "application/json" in accept and "text/html" not in accept
    return request.path.startswith("/api/") or prefers_json


def is_fragment(request: HttpRequest) -> bool:
    """Whether HTMX asked for a part of a page (a boosted or restored page is a whole one)."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx and not htmx.boosted and not htmx.history_restore_request)


class ChineseFirstMiddleware(LocaleMiddleware):
    """The language of the reader's switch (a cookie), else Chinese whatever the browser asks.

    Takes the place of Django's LocaleMiddleware, which follows Accept-Language.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Activate the kept language, or the installation's."""
        kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = dict(settings.LANGUAGES)
        translation.activate(kept if kept in known else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()


class LoginRequiredMiddleware(MiddlewareMixin):
    """Every view asks for a log-in, except those marked by `public_page`."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Let a signed-in or public request through; send others to the log-in page."""
        name = f"{view.__module__}.{getattr(view, '__qualname__', '')}"
        if is_public(view) or name in _PUBLIC_VIEWS or request.user.is_authenticated:
            return None
        login = resolve_url(settings.LOGIN_URL)
        if wants_json(request):
            return JsonResponse(
                {"error": {"status": 401, "message": _("请先登录，再访问这个接口。")}}, status=401
            )
        if is_fragment(request):
            here = getattr(request, "htmx").current_url_abs_path or "/"  # noqa: B009  # set by django-htmx, unknown to the type of the request
            answer = HttpResponse(status=401)
            answer["HX-Redirect"] = f"{login}?{urlencode({'next': here})}"
            return answer
        return redirect(f"{login}?{urlencode({'next': request.get_full_path()})}")


class PageSecurityMiddleware:
    """Adds the content security policy and the headers that go with it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        answer.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        answer.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        answer.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if answer.get("Content-Type", "").startswith(("text/html", "application/json")):
            answer.headers.setdefault("Cache-Control", "private, no-cache")
        return answer


class ErrorPagesMiddleware(MiddlewareMixin):
    """Turns the product's errors into pages, JSON or fragments that say what to do."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Answer a DistrictError, and Django's 403 and 404 where no page can be shown."""
        if isinstance(error, DistrictError):
            return error_response(request, error.status, str(error), _field_of(error))
        failed = failure_response(request, error)
        if failed is not None:
            return failed
        if not (wants_json(request) or is_fragment(request)):
            return None  # Django draws 403.html and 404.html
        if isinstance(error, PermissionDenied):
            return error_response(request, 403, str(error) or _("您没有办理这件事的权限。"))
        if isinstance(error, Http404):
            return error_response(request, 404, _("没有找到这一条，可能已被移走。"))
        return None


def _field_of(error: DistrictError) -> dict[str, str]:
    if isinstance(error, Invalid):
        return {"field": error.field, "problem": error.problem, "remedy": error.remedy}
    return {}


def error_response(
    request: HttpRequest, status: int, message: str, detail: dict[str, str] | None = None
) -> HttpResponse:
    """The error as the caller can take it: JSON, a toast for HTMX, or a whole page."""
    if wants_json(request):
        body = {"status": status, "message": message, **(detail or {})}
        return JsonResponse({"error": body}, status=status)
    if is_fragment(request):
        answer = render(request, "ui/toast_fragment.html", {"message": message}, status=status)
        answer["HX-Reswap"] = "none"
        return answer
    titles = {
        403: _("没有权限"),
        404: _("没有找到"),
        409: _("内容已有变化"),
        422: _("填写有误"),
        429: _("请稍后再试"),
    }
    return render(
        request,
        "ui/error.html",
        {
            "status": status,
            "heading": titles.get(status, _("没有办成")),
            "message": message,
            "detail": detail or {},
            "back": _back(request),
        },
        status=status,
    )


def _back(request: HttpRequest) -> str:
    """The page the reader came from, when it is one of ours."""
    from django.utils.http import url_has_allowed_host_and_scheme

    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure())
    return came_from if ours else resolve_url("public")
