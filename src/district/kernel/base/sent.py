"""What a phone hands in that was without a network: answered one by one, in words, with a code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, DistrictError, Invalid

#: So far a phone's clock may be ahead of ours.
AHEAD = timedelta(minutes=10)
_CODES = {403: "forbidden", 404: "absent"}


class Clash(Conflict):
    """Something happened meanwhile; `code` tells the phone what it may offer.

    `missing` are digests of pictures that have not come in, `facts` what else the phone needs.
    """

    def __init__(
        self, code: str, message: str, missing: tuple[str, ...] = (), **facts: str
    ) -> None:
        self.code, self.missing, self.facts = code, missing, facts
        super().__init__(message)


def outcome_of(key: UUID, take: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
    """What became of one record: what `take` says of it, or why it was refused.

    A refusal has `status` refused, a `code` (invalid with its `field`, forbidden, absent, a Clash's
    own with `missing`, or again, where the phone is to try once more) and a `message`.
    """
    try:
        return {"id": key, **take()}
    except Clash as clash:
        more: dict[str, Any] = {"code": clash.code, "missing": list(clash.missing), **clash.facts}
        message = str(clash)
    except Invalid as error:
        more, message = {"code": "invalid", "field": error.field}, str(error)
    except DistrictError as error:
        more, message = {"code": _CODES.get(error.status, "again")}, str(error)
    return {"id": key, "status": "refused", "message": message, **more}


def aware(name: str, given: datetime) -> datetime:
    """A time that a phone told; Invalid under `name` where it has no zone."""
    if given.tzinfo is None:
        raise Invalid(name, _("时间没有时区。"), _("请更新页面后再同步。"))
    return given


def check_times(began: datetime, ended: datetime, now: datetime) -> None:
    """Invalid for an end before the beginning, or later than a phone's clock may be ahead."""
    if ended < began:
        raise Invalid("finished_at", _("结束时间早于开始时间。"), _("请核对手机的时间。"))
    if ended > now + AHEAD:
        raise Invalid("finished_at", _("记录的时间晚于现在。"), _("请核对手机的时间后再提交。"))


def degrees(name: str, given: str | float | None) -> Decimal | None:
    """A coordinate that a phone told, None for none; Invalid under `name` where it is no number."""
    if given is None or given == "":
        return None
    try:
        return Decimal(str(given))
    except InvalidOperation as error:
        raise Invalid(name, _("定位不对。"), _("请重新定位，或不带定位提交。")) from error


def check_position(lon: Decimal | None, lat: Decimal | None) -> None:
    """Invalid for half a WGS-84 position or one that is not on the earth; none at all is fine."""
    if (lon is None) != (lat is None):
        raise Invalid("lon", _("定位不完整。"), _("请重新定位，或不带定位提交。"))
    for value, most_degrees in ((lon, 180), (lat, 90)):
        if value is not None and not (value.is_finite() and abs(value) <= most_degrees):
            raise Invalid("lon", _("定位不对。"), _("请重新定位，或不带定位提交。"))
