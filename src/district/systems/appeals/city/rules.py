"""What a city order may say, what of it is news, and when a result is tried again. Pure."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from district.kernel.base.digests import keyed_digest
from district.kernel.base.errors import Invalid

LONGEST_TEXT = 5000
MOST_ORDERS = 500
_PHONE = re.compile(r"\+?\d[\d\- ]{5,19}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
# Clocks of two machines differ a little; a time further ahead is a slip.
_AHEAD = timedelta(minutes=10)


@dataclass(frozen=True)
class Order:
    """A work order as the city sends it; times are aware. Name and phone are personal data."""

    number: str
    text: str
    received_at: datetime
    title: str = ""
    matter: str = ""
    place: str = ""
    lon: str = ""
    lat: str = ""
    reporter: str = ""
    phone: str = ""
    due_at: datetime | None = None


_LONGEST = {
    "number": 60,
    "title": 120,
    "matter": 40,
    "place": 200,
    "lon": 24,
    "lat": 24,
    "reporter": 60,
    "phone": 30,
}


def number_of(data: Any) -> str:
    """The number of an order that may be wrong in everything else; "" where it has none."""
    given = data.get("number") if isinstance(data, Mapping) else None
    return _CONTROL.sub("", str(given)).strip()[:60] if isinstance(given, str | int) else ""


def order_of(data: Any, now: datetime) -> Order:
    """The order that an object of the protocol states; Invalid names the first wrong field.

    Also for a file's row, whose times are moments already.
    """
    if not isinstance(data, Mapping):
        raise Invalid("order", _("工单不是一个对象。"), _("请按接口说明发送。"))
    texts = {name: _line(data, name, most) for name, most in _LONGEST.items()}
    if not texts["number"]:
        raise Invalid("number", _("没有工单号。"), _("请填写市平台的工单号。"))
    order = Order(
        **texts,
        text=_text(data),
        received_at=_moment(data, "received_at", needed=True) or now,
        due_at=_moment(data, "due_at", needed=False),
    )
    _check(order, now)
    return order


def _plain(data: Mapping[str, Any], name: str) -> str:
    given = data.get(name)
    if given is None:
        return ""
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise Invalid(name, _("“%(field)s”不是文字。") % {"field": name}, _("请发送文字。"))
    return _CONTROL.sub("", str(given)).strip()


def _line(data: Mapping[str, Any], name: str, most: int) -> str:
    text = " ".join(_plain(data, name).split())
    if len(text) > most:
        raise Invalid(
            name,
            _("“%(field)s”超过%(most)s字。") % {"field": name, "most": most},
            _("请缩短后再发送。"),
        )
    return text


def _text(data: Mapping[str, Any]) -> str:
    text = _plain(data, "text")
    if len(text) < 2:
        raise Invalid("text", _("没有诉求内容。"), _("请写明在哪里、发生了什么。"))
    if len(text) > LONGEST_TEXT:
        raise Invalid(
            "text",
            _("诉求内容超过%(most)s字。") % {"most": LONGEST_TEXT},
            _("请精简，完整材料请留在市平台。"),
        )
    return text


def _moment(data: Mapping[str, Any], name: str, *, needed: bool) -> datetime | None:
    given = data.get(name)
    if given in (None, ""):
        if needed:
            raise Invalid(name, _("没有受理时间。"), _("请填写市平台受理的时间。"))
        return None
    remedy = _("请写成 2025-09-30T18:00:00+08:00 这样的时间，带时区。")
    try:
        moment = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
        if moment.tzinfo is None or not 2000 <= moment.year <= 2100:
            raise ValueError
        # Moments at the edge of the calendar have no place in another zone.
        return moment
    except ValueError as error:
        raise Invalid(name, _("“%(field)s”的时间不对。") % {"field": name}, remedy) from error


def _check(order: Order, now: datetime) -> None:
    if order.received_at > now + _AHEAD:
        raise Invalid("received_at", _("受理时间在将来。"), _("请核对受理时间。"))
    if order.due_at is not None and order.due_at <= order.received_at:
        raise Invalid("due_at", _("办理时限不晚于受理时间。"), _("请核对办理时限。"))
    if order.phone and not _PHONE.fullmatch(order.phone):
        raise Invalid("phone", _("联系电话不对。"), _("请填写手机号或带区号的固定电话。"))
    if bool(order.lon) != bool(order.lat):
        raise Invalid("lon", _("经度和纬度要一起填写。"), _("请补齐，或只填写地点。"))


@dataclass(frozen=True)
class Seen:
    """What is kept of an order to recognise it by; nothing of it can be read back."""

    text_length: int
    text_sha256: str
    said: Mapping[str, str]
    due_at: datetime | None = None


@dataclass(frozen=True)
class News:
    """What a repeated order says that the first did not.

    `added` is the text that is new: what was appended, or all of it where it was rewritten.
    `kept` names fields that differ and are not taken over: the district may have changed them.
    """

    added: str = ""
    due_at: datetime | None = None
    kept: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[str, ...]:
        """The fields that are taken over."""
        return tuple(
            name
            for name, there in (("text", bool(self.added)), ("due_at", self.due_at is not None))
            if there
        )


_REST = ("title", "matter", "place", "lon", "lat", "reporter", "phone", "received_at")


def seen_of(order: Order, secret: str) -> Seen:
    """What to keep of an order; `secret` keys the digests, so that none can be guessed."""
    said = {}
    for name in _REST:
        value = getattr(order, name)
        text = value.isoformat() if isinstance(value, datetime) else str(value)
        said[name] = keyed_digest("city orders", secret, f"{name}:{text}").hex()[:24]
    return Seen(len(order.text), _digest(order.text), said, order.due_at)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def news_of(order: Order, before: Seen, secret: str) -> News:
    """What an order that came again says anew. A deadline that it no longer states stays."""
    now = seen_of(order, secret)
    added = ""
    if now.text_sha256 != before.text_sha256:
        head = order.text[: before.text_length]
        grown = len(order.text) > before.text_length and _digest(head) == before.text_sha256
        added = order.text[before.text_length :].strip() if grown else order.text
    moved = order.due_at is not None and order.due_at != before.due_at
    kept = tuple(name for name in _REST if now.said[name] != before.said.get(name))
    return News(added, order.due_at if moved else None, kept)


#: Which actions of the case are results for the city, and what they mean to it.
RESULTS: Mapping[str, str] = {
    "accept": "accepted",
    "decline": "declined",
    "grant_extension": "extended",
    "suspend": "suspended",
    "finish": "finished",
    "on_the_spot": "closed",
    "close": "closed",
    "close_with": "closed",
    "redo": "reopened",
    "reopen": "reopened",
}

_WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60, 120, 240, 480, 720))


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after the `attempts`-th failed try (from 1); None: park it."""
    return _WAITS[attempts - 1] if attempts <= len(_WAITS) else None


def platform_url(given: str) -> str:
    """The base address of a city API, without a closing slash; "" for none.

    The key that we show travels with every call, so the way must be encrypted, but for addresses
    of this machine and of private networks. Raises Invalid.
    """
    url = given.strip().rstrip("/")
    if not url:
        return ""
    remedy = _("请填写 https:// 开头的完整地址。")
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Invalid("url", _("接口地址不对。"), remedy) from error
    plain = not url.isascii() or parts.username or parts.query or parts.fragment or not host
    if plain or parts.scheme not in ("http", "https") or len(url) > 200 or re.search(r"\s", url):
        raise Invalid("url", _("接口地址不对。"), remedy)
    if parts.scheme == "http" and not _is_inside(host):
        raise Invalid("url", _("接口地址没有加密。"), remedy)
    return url


def _is_inside(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return False
    return number.is_private and not number.is_unspecified
