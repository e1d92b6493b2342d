"""How the throttle of log-ins (django-axes) meets the product: names, addresses, answers, locks.

What was typed as a name is kept as a keyed hash alone: people type passwords there, and names of
accounts that they have elsewhere. The hash finds the attempts on an account that one names, and
names nobody by itself.

Times are the machine's here, not the product's clock: waiting is real also in a demo.
"""

from __future__ import annotations

import logging
import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt, AccessFailureLog
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from district.kernel.organisation.addresses import client_address, frees_at, trusted

log = logging.getLogger(__name__)
_SALT = "district.organisation.sign_in"


@dataclass(frozen=True)
class Locked:
    """An account that cannot be logged in to from an address until a moment.

    `account` is "" where what was typed is no account's name.
    """

    account: str
    address: str
    until: datetime


@dataclass(frozen=True)
class Failure:
    """A log-in to an account that failed: when, from where, and whether it locked."""

    at: datetime
    address: str
    locked: bool


def name_key(name: str) -> str:
    """What is kept of a typed name: a hash under the installation's secret key."""
    return salted_hmac(_SALT, name, algorithm="sha256").hexdigest()


def key_of_attempt(request: HttpRequest, credentials: dict[str, str] | None) -> str | None:
    """Under which name an attempt is counted and logged; None where none was sent."""
    typed = (credentials or request.POST).get("username")
    return None if typed is None else name_key(typed)


def address_of(request: HttpRequest) -> str | None:
    """From where a log-in is tried; proxies are believed only where the settings state them."""
    peer = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if forwarded and not trusted(peer, settings.DISTRICT_PROXIES):
        _warn_once(peer)
    return client_address(peer, forwarded, settings.DISTRICT_PROXIES)


def came_by_our_proxy(request: HttpRequest) -> bool:
    """Whether the machine that speaks with us is a proxy that the settings state."""
    return trusted(request.META.get("REMOTE_ADDR", ""), settings.DISTRICT_PROXIES)


_peers_warned_of: set[str] = set()


def _warn_once(peer: str) -> None:
    """Say once a process that a proxy may be missing in the settings.

    Once, not once a peer: anybody can send the header, and shall not fill the log with it.
    """
    if _peers_warned_of:
        return
    _peers_warned_of.add(peer)
    log.warning(
        "A log-in from %s came with X-Forwarded-For, which is ignored: %s is not in "
        "DISTRICT_PROXIES. If it is your proxy, everybody behind it shares one address, and "
        "whoever guesses at an account locks it for all: state it there and start again.",
        peer,
        peer,
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
    rows = _counted(now).filter(username=name_key(account), ip_address=address_of(request))
    until = _until(list(rows.values_list("attempt_time", "failures_since_start")))
    return max(1, math.ceil((until - now) / timedelta(minutes=1))) if until else 0


def is_locked(request: HttpRequest, account: str) -> bool:
    """Whether this account cannot be signed in to from this request's address now; the answer
    then says too many requests."""
    credentials = {"username": account}
    if AxesProxyHandler.is_allowed(request, credentials):
        return False
    setattr(request, "axes_locked_out", True)  # noqa: B010  # axes' own marks, as its backend sets them
    setattr(request, "axes_credentials", credentials)  # noqa: B010  # as above
    return True


def note_failure(request: HttpRequest, account: str) -> None:
    """Count a failure of another kind than a wrong password, such as a wrong code, as one."""
    user_login_failed.send(__name__, credentials={"username": account}, request=request)


def wait_words(minutes: int) -> str:
    """What somebody reads who has to wait."""
    problem = ngettext(
        "登录失败次数过多，请在 %(minutes)d 分钟后再试。急需登录时，请联系本单位管理员。",
        "登录失败次数过多，请在 %(minutes)d 分钟后再试。急需登录时，请联系本单位管理员。",
        minutes,
    )
    return problem % {"minutes": minutes}


def locked_now() -> list[Locked]:
    """All that are locked now, the first to be free first."""
    counted: dict[tuple[str, str], list[tuple[datetime, int]]] = defaultdict(list)
    facts = ("username", "ip_address", "attempt_time", "failures_since_start")
    for account, address, at, failures in _counted(timezone.now()).values_list(*facts):
        counted[account or "", address or ""].append((at, failures))
    found = [(pair, _until(rows)) for pair, rows in counted.items()]
    names = _names() if found else {}
    locks = [Locked(names.get(key, ""), at, until) for (key, at), until in found if until]
    return sorted(locks, key=lambda lock: (lock.until, lock.account, lock.address))


def forget_failures(account: str) -> int:
    """Count an account's failures anew from every address; their log stays."""
    return int(AxesProxyHandler.reset_attempts(username=name_key(account))) if account else 0


def failures_of(account: str) -> list[Failure]:
    """The logged failures of an account (or of whatever was typed), the newest first."""
    rows = AccessFailureLog.objects.filter(username=name_key(account)).order_by("-attempt_time")
    return [Failure(row.attempt_time, row.ip_address or "", row.locked_out) for row in rows]


def _names() -> dict[str, str]:
    """Every account's name under its key."""
    return {name_key(name): name for name in User.objects.values_list("username", flat=True)}


def _counted(now: datetime) -> QuerySet[AccessAttempt]:
    return AccessAttempt.objects.filter(attempt_time__gte=now - settings.AXES_COOLOFF_TIME)


def _until(rows: list[tuple[datetime, int]]) -> datetime | None:
    return frees_at(rows, settings.AXES_FAILURE_LIMIT, settings.AXES_COOLOFF_TIME)
