"""`/health/live`, `/health/ready`, `/metrics`."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from district.runtime.watching.health import findings, is_ready
from district.runtime.watching.metrics import exposition
from district.ui.access import public_page

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


def may_watch(request: HttpRequest) -> bool:
    """Whether the caller is this machine itself, not through a proxy, or sends the token as
    `Authorization: Bearer <token>`."""
    token = settings.DISTRICT_METRICS_TOKEN
    sent = request.headers.get("Authorization", "")
    if token and hmac.compare_digest(sent.encode(), f"Bearer {token}".encode()):
        return True
    if any(request.META.get(header) for header in _FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


@public_page
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked. Whoever does not answer is to be restarted."""
    return JsonResponse({"status": "ok"})


@public_page
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Whether requests may be sent here: 200 or 503, with the findings for whoever may watch."""
    found = findings()
    fit = is_ready(found)
    body: dict[str, object] = {"status": "ready" if fit else "not ready"}
    if may_watch(request):
        body["checks"] = [each.as_json() for each in found]
    return JsonResponse(body, status=200 if fit else 503, headers={"Cache-Control": "no-store"})


@public_page
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Metrics for Prometheus; to others there is nothing at this address."""
    if not may_watch(request):
        raise Http404
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)
