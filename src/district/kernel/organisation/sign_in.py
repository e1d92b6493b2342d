"""How the throttle of log-ins (django-axes) meets the product: addresses, answers, locks.

Times are the machine's here, not the product's clock: waiting is real also in a demo.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from district.kernel.organisation.addresses import client_address, frees_at


@dataclass(frozen=True)
class Locked:
    """An account that cannot be logged in to from an address until a moment."""

    account: str
    address: str
    until: datetime


def address_of(request: HttpRequest) -> str | None:
    """From where a log-in is tried; proxies are believed only where the settings state them."""
    return client_address(
        request.META.get("REMOTE_ADDR", ""),
        request.META.get("HTTP_X_FORWARDED_FOR", ""),
        settings.DISTRICT_PROXIES,
    )


def refused(
    request: HttpRequest, response: HttpResponse, credentials: dict[str, str] | None
) -> HttpResponse:
    """The log-in page, which says what to do, with the status of too many requests."""
    response.status_code = 429
    account = (credentials or {}).get("username") or ""
    response["Retry-After"] = str(minutes_to_wait(request, account) * 60)
    return response


def minutes_to_wait(request: HttpRequest | None, account: str) -> int:
    """For how many minutes, rounded up, this request's log-in is locked; 0 where it is not.

    One query after a refused log-in, none else.
    """
    if request is None or not getattr(request, "axes_locked_out", False):
        return 0
    now = timezone.now()
    rows = _counted(now).filter(username=account, ip_address=address_of(request))
    until = _until(list(rows.values_list("attempt_time", "failures_since_start")))
    return max(1, math.ceil((until - now) / timedelta(minutes=1))) if until else 0


def locked_now() -> list[Locked]:
    """All that are locked now, the first to be free first."""
    counted: dict[tuple[str, str], list[tuple[datetime, int]]] = defaultdict(list)
    facts = ("username", "ip_address", "attempt_time", "failures_since_start")
    for account, address, at, failures in _counted(timezone.now()).values_list(*facts):
        counted[account or "", address or ""].append((at, failures))
    found = [(pair, _until(rows)) for pair, rows in counted.items()]
    locks = [Locked(*pair, until) for pair, until in found if until]
    return sorted(locks, key=lambda lock: (lock.until, lock.account, lock.address))


def forget_failures(account: str) -> int:
    """Count an account's failures anew from every address; their log stays."""
    return int(AxesProxyHandler.reset_attempts(username=account)) if account else 0


def _counted(now: datetime) -> QuerySet[AccessAttempt]:
    return AccessAttempt.objects.filter(attempt_time__gte=now - settings.AXES_COOLOFF_TIME)


def _until(rows: list[tuple[datetime, int]]) -> datetime | None:
    return frees_at(rows, settings.AXES_FAILURE_LIMIT, settings.AXES_COOLOFF_TIME)
