"""The way out: Apprise, held to allowed kinds of address and to hosts that are not our own.

A member chooses the address, so the server must not be made to call into its own network
(server-side request forgery). While a message is sent, every name that this thread resolves is
checked: an address that is not public is refused unless the installation allows it. Checking at
the resolver holds for whatever way an Apprise address names a host, and for a name that changes
its answer between check and use.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.base.errors import Invalid

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Kinds of address that a member may add, and what officers call them.
SERVICES: dict[str, StrOrPromise] = {
    "dingtalk": gettext_lazy("钉钉"),
    "feishu": gettext_lazy("飞书"),
    "wecombot": gettext_lazy("企业微信"),
    "pushplus": "PushPlus",
    "schan": gettext_lazy("Server酱"),
    "wxpusher": "WxPusher",
    "mailtos": gettext_lazy("邮件"),
    "mailto": gettext_lazy("邮件"),
    "ntfys": "ntfy",
    "gotifys": "Gotify",
    "barks": "Bark",
    "mmosts": "Mattermost",
    "jsons": "Webhook",
    "json": "Webhook",
}
_SECONDS = 5.0
_MOST_CHARACTERS = 300


class RefusedError(OSError):
    """A host that this installation does not send to."""


class SendError(Exception):
    """A message that did not go out, and why, in words for the member."""


def allowed_schemes() -> frozenset[str]:
    """The kinds of address in use: `settings.DISTRICT_CHANNEL_SCHEMES` (comma-separated), or all
    of `SERVICES`."""
    stated = str(getattr(settings, "DISTRICT_CHANNEL_SCHEMES", ""))
    chosen = frozenset(word.strip().lower() for word in stated.split(",") if word.strip())
    return chosen or frozenset(SERVICES)


def scheme_of(address: str) -> str:
    """The kind of an Apprise address, checked; the address must read as that kind demands.

    Raises Invalid for no address, a kind that is not allowed, or one that Apprise cannot read.
    """
    scheme, mark, rest = address.strip().partition("://")
    remedy = _("请按页面上的示例填写完整地址。")
    if not mark or not rest:
        raise Invalid("address", _("地址不完整。"), remedy)
    if scheme.lower() not in allowed_schemes():
        raise Invalid(
            "address", _("不支持“%(scheme)s”这种渠道。") % {"scheme": scheme[:30]}, remedy
        )
    if len(address) > 2000 or _service(address) is None:
        raise Invalid("address", _("地址的写法不对。"), remedy)
    return scheme.lower()


def send(address: str, title: str, body: str) -> None:
    """Send one message through one Apprise address; at most a few seconds.

    Raises SendError with the reason. Must not be called inside a transaction.
    """
    service = _service(address)
    if service is None:
        raise SendError(_("地址的写法不对，请删除后重新添加。"))
    capture = _apprise().LogCapture(level=logging.WARNING)
    with capture as log, guarded():
        try:
            sent = service.notify(body=body or title, title=title if body else "")
        except RefusedError as error:
            raise SendError(str(error)) from error
        except Exception as error:  # a plugin's fault is this message's failure
            raise SendError(f"{type(error).__name__}") from error
        refused = _guard.refused
        said = log.getvalue()
    if refused:
        raise SendError(refused)
    if not sent:
        raise SendError(_tidy(said) or _("对方服务没有接收。"))


@cache
def _apprise() -> Any:
    """Apprise with its plugins loaded: a second's work, so only where messages are sent.

    Plugins that we do not offer warn about modules that Python will drop; that is theirs.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise

        apprise.Apprise.instantiate("json://localhost")
    return apprise


def _service(address: str) -> Any:
    service = _apprise().Apprise.instantiate(address.strip(), suppress_exceptions=True)
    if service is None:
        return None
    # A redirect or a long pause must not be chosen by whoever wrote the address.
    service.redirects = False
    service.service_retry = 0
    service.socket_connect_timeout = _SECONDS
    service.socket_read_timeout = _SECONDS
    return service


def _tidy(said: str) -> str:
    """The last line that Apprise logged, without time and level."""
    lines = [line for line in said.strip().splitlines() if line.strip()]
    return lines[-1].split(" - ")[-1].strip()[:_MOST_CHARACTERS] if lines else ""


class _Guard(threading.local):
    """Whether this thread's look-ups are checked, and what was refused."""

    active = False
    refused = ""


_guard = _Guard()
_resolve = socket.getaddrinfo


def host_allowed(host: str, address: str) -> bool:
    """Whether messages may go to `address` (an IP address that `host` resolved to)."""
    allowed = [w.strip() for w in str(getattr(settings, "DISTRICT_CHANNEL_HOSTS", "")).split(",")]
    if host in allowed:
        return True
    number = ipaddress.ip_address(address.split("%")[0])
    mapped = getattr(number, "ipv4_mapped", None)
    number = mapped or number
    for word in allowed:
        try:
            if word and number in ipaddress.ip_network(word, strict=False):
                return True
        except ValueError:
            continue  # a host's name, compared above
    return number.is_global and not number.is_multicast


def _checked(host: Any, *args: Any, **kwargs: Any) -> Any:
    found = _resolve(host, *args, **kwargs)
    if not _guard.active:
        return found
    name = host.decode() if isinstance(host, bytes) else str(host or "")
    for answer in found:
        if not host_allowed(name, str(answer[4][0])):
            _guard.refused = _("不能发往内部地址 %(host)s。如确有需要，请联系系统管理员放行。") % {
                "host": name[:100]
            }
            raise RefusedError(_guard.refused)
    return found


@contextmanager
def guarded() -> Iterator[None]:
    """Within, this thread connects to public hosts only, and to those the installation allows."""
    socket.getaddrinfo = _checked
    _guard.active, _guard.refused = True, ""
    try:
        yield
    finally:
        _guard.active = False
