"""What scenarios there are, how they go, and where they may be. Pure."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from district.kernel.base.errors import Invalid
from district.simulation.signals.randomness import key_of, one
from district.simulation.signals.world import METRES_PER_DEGREE

#: How long a scenario may last, in minutes.
LENGTHS = (20, 40, 60)
#: A fire breaks out so far from the front end that a watcher chose, in metres.
FIRE_AWAY = (400.0, 900.0)


@dataclass(frozen=True)
class Step:
    """What can be seen `after` so many seconds."""

    after: int
    text: str | Promise


@dataclass(frozen=True)
class Outline:
    """A scenario: its label, what it does, at which kind of thing it may be, how long it lasts
    where nothing is said (minutes), its steps, and its icon."""

    kind: str
    label: str | Promise
    about: str | Promise
    at: str
    length: int
    steps: tuple[Step, ...]
    icon: str


OUTLINES = {
    "storm": Outline(
        "storm",
        _("暴雨"),
        _("选定雨量站周围约5公里强降雨；附近水位、道路积水随之上涨，最近的燃气监测点漏气。"),
        "rain_gauge",
        60,
        (
            Step(0, _("开始降雨")),
            Step(120, _("低洼道路开始积水")),
            Step(480, _("燃气监测点浓度升高")),
            Step(720, _("小时雨量超过20毫米")),
            Step(1500, _("水位明显上涨")),
        ),
        icon="cloud-rain",
    ),
    "fire": Outline(
        "fire",
        _("山火"),
        _("选定前端附近起火；看得到的前端烟雾和热点温度在两分钟内升高，并报出方位和距离。"),
        "front_end",
        40,
        (
            Step(0, _("起火")),
            Step(30, _("附近前端看到烟雾")),
            Step(150, _("烟雾和热点温度达到告警值")),
        ),
        icon="flame",
    ),
}


def beside(lon: float, lat: float, seed: str, attempt: int = 0) -> tuple[float, float]:
    """A point some hundred metres from another, elsewhere at each attempt."""
    key = key_of("beside", seed)
    turn = 2.0 * math.pi * one(key, 2 * attempt)
    least, most = FIRE_AWAY
    away = least + (most - least) * one(key, 2 * attempt + 1)
    north = away * math.cos(turn) / METRES_PER_DEGREE
    east = away * math.sin(turn) / (METRES_PER_DEGREE * math.cos(math.radians(lat)))
    return round(lon + east, 6), round(lat + north, 6)


#: The columns of a table of scenarios that a demo has behind it.
COLUMNS = ("kind", "thing", "before", "minutes")


@dataclass(frozen=True)
class Past:
    """A scenario that a demo has behind it: at a thing (its code), begun so many minutes `before`
    the demo's moment, for so many `minutes`."""

    kind: str
    thing: str
    before: int
    minutes: int


def read_past(text: str) -> list[Past]:
    """The scenarios of a CSV with the columns of COLUMNS, the earliest first; Invalid names the
    line and what to do."""
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    if rows.fieldnames is None or set(COLUMNS) - set(rows.fieldnames):
        known = ", ".join(COLUMNS)
        raise Invalid(
            "columns", gettext("缺少列。"), gettext("表头应有：%(columns)s。") % {"columns": known}
        )
    found = [_read(number, row) for number, row in enumerate(rows, start=1)]
    return sorted(found, key=lambda each: -each.before)


def _read(number: int, row: dict[str, str]) -> Past:
    where = gettext("第 %(number)d 行") % {"number": number}
    kind = (row["kind"] or "").strip()
    if kind not in OUTLINES:
        raise Invalid(
            f"{where} kind",
            gettext("没有这种场景。"),
            gettext("可用：%(known)s。") % {"known": ", ".join(OUTLINES)},
        )
    try:
        before, minutes = int(row["before"] or ""), int(row["minutes"] or "")
    except ValueError:
        before = minutes = 0
    if not 0 < minutes <= before:
        raise Invalid(
            f"{where} before, minutes",
            gettext("时间不对。"),
            gettext("填写整分钟数：开始得比持续得早，演示开始时已经结束。"),
        )
    return Past(kind, (row["thing"] or "").strip(), before, minutes)
