"""Messages as the weather service sends them, and moments as tests write them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from unittest import mock
from zoneinfo import ZoneInfo

from district.kernel.warnings.cap import Alert, Area, Info, Pair, Reference

WEATHER = "weather@example.org"
SENT = datetime.fromisoformat("2025-09-22T09:50:00+08:00")


_CHINA = ZoneInfo("Asia/Shanghai")


def moment(text: str) -> datetime:
    """A local moment, `2025-09-22 09:50`."""
    return datetime.fromisoformat(text).replace(tzinfo=_CHINA)


@contextmanager
def standing(text: str) -> Iterator[None]:
    """The product's clock stands at that local moment."""
    with mock.patch("district.kernel.base.clock.now", return_value=moment(text)):
        yield


def square(lon: float, lat: float, size: float) -> tuple[tuple[Decimal, Decimal], ...]:
    """A closed square from its south-west corner on, in degrees, latitude first."""
    west, south, side = (Decimal(str(each)) for each in (lon, lat, size))
    east, north = west + side, south + side
    return ((south, west), (south, east), (north, east), (north, west), (south, west))


def rainstorm(
    identifier: str = "WX-20250922-1",
    colour: str = "橙色",
    *,
    kind: str = "暴雨",
    area: Area | None = None,
    sent: datetime = SENT,
    hours: float = 6,
) -> Alert:
    """A rainstorm signal in Chinese and English; for the whole district where no area is given."""
    severity = {"红色": "Extreme", "橙色": "Severe", "黄色": "Moderate", "蓝色": "Minor"}[colour]
    chinese = Info(
        event=f"{kind}{colour}预警",
        categories=("Met",),
        urgency="Expected",
        severity=severity,
        certainty="Likely",
        language="zh-CN",
        responses=("Prepare",),
        effective=sent,
        expires=sent + timedelta(hours=hours),
        sender_name="试验市气象台",
        headline=f"试验市气象台发布{kind}{colour}预警信号",
        description="预计未来3小时有强降雨，<部分>地区累计雨量可达80毫米 & 以上。",
        instruction="请停止户外作业，远离低洼积水地带。",
        web="https://example.org/warnings/1",
        contact="气象台值班室",
        parameters=(Pair("colour", colour),),
        areas=(area or Area("试验区"),),
    )
    english = replace(
        chinese,
        language="en-US",
        event="Rainstorm warning signal",
        headline="Rainstorm warning signal issued by the Observatory",
        description="Heavy rain is expected within three hours.",
        instruction="Stop outdoor work and keep away from low-lying places.",
        sender_name="Observatory of the Test City",
    )
    return Alert(identifier, WEATHER, sent, infos=(chinese, english))


def following(
    first: Alert, identifier: str, msg_type: str, *, minutes: int = 30, colour: str = ""
) -> Alert:
    """An update or cancellation of an earlier message."""
    sent = first.sent + timedelta(minutes=minutes)
    made = rainstorm(identifier, colour or "红色", sent=sent)
    return replace(
        made,
        msg_type=msg_type,
        references=(Reference(first.sender, first.identifier, first.sent),),
    )
