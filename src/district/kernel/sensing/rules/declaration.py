"""A rule as data: read from a page's or a file's entries, known by the hash of its content. Pure.

key = "smoke"                        # lower-case letters, digits, underscores
label = "林区烟雾"
label_en = "Smoke in the woods"
level = "orange"                     # blue, yellow, orange, red
streams = 'property = "smoke"'       # which datastreams; resolved to groups elsewhere
wait = "0 s"                         # how long readings are held back to put them in order
unknown = "keep"                     # or "release": what unknown does to an open episode
quiet = [{ from = "22:00", to = "06:00", days = ["mon", "tue"] }]
when = { sustained_for = "10 min", clause = { above = 35, release = 33 } }
until = { ... }                      # releases; else an episode ends when `when` fails
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.sensing.rules.clauses import read_clause, write_clause
from district.kernel.sensing.rules.durations import DAY, write_duration
from district.kernel.sensing.rules.faults import Reader, RuleError, shown
from district.kernel.sensing.rules.quiet import DAYS, QuietHours, covers_the_week
from district.kernel.sensing.rules.tree import Clause, Rate, rates_of, roles_of

#: The national levels of warning, from the least: 蓝、黄、橙、红.
LEVELS = ("blue", "yellow", "orange", "red")
Level = Literal["blue", "yellow", "orange", "red"]
Unknown = Literal["keep", "release"]
DEFAULT_ZONE = "Asia/Shanghai"
_KNOWN = {"key", "label", "label_en", "level", "streams", "wait", "unknown", "quiet", "when"} | {
    "until"
}
_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")


@dataclass(frozen=True)
class Rule:
    """What raises and releases an episode; immutable, and another version when it changes.

    `streams` is the text of the condition that selects datastreams. `wait` is in microseconds.
    `zone` is the district's time zone, in which quiet hours are meant.
    """

    key: str
    label: str
    level: Level
    streams: str
    when: Clause
    until: Clause | None = None
    label_en: str = ""
    wait: int = 0
    unknown: Unknown = "keep"
    quiet: tuple[QuietHours, ...] = ()
    zone: str = DEFAULT_ZONE

    @cached_property
    def version(self) -> str:
        """The hash of the rule's whole content, 16 hexadecimal digits."""
        text = json.dumps(self.to_data() | {"zone": self.zone}, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """The roles whose streams the rule reads, each once."""
        both = roles_of(self.when) + (roles_of(self.until) if self.until else ())
        return tuple(dict.fromkeys(both))

    @cached_property
    def rates(self) -> tuple[Rate, ...]:
        """The rates of change that the rule measures, each once."""
        both = rates_of(self.when) + (rates_of(self.until) if self.until else ())
        return tuple(dict.fromkeys(both))

    def to_data(self) -> dict[str, Any]:
        """The rule in its one canonical form; `parse_rule` of it gives the same rule."""
        data: dict[str, Any] = {
            "key": self.key,
            "label": self.label,
            "label_en": self.label_en,
            "level": self.level,
            "streams": self.streams,
            "wait": write_duration(self.wait),
            "unknown": self.unknown,
            "quiet": [_written_quiet(one) for one in self.quiet],
            "when": write_clause(self.when),
        }
        if self.until is not None:
            data["until"] = write_clause(self.until)
        return data


def parse_rule(data: Mapping[str, Any], *, zone: str = DEFAULT_ZONE) -> Rule:
    """The rule that `data` declares, in the district's time zone.

    Raises RuleError with every fault, each with its field and remedy.
    """
    reader = Reader()
    reader.only(data, _KNOWN, "")
    key = data.get("key")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        reader.fault("key", _("规则的键不合要求。"), _("用小写字母、数字和下划线，以字母开头。"))
        key = ""
    english = data.get("label_en", "")
    rule = Rule(
        key=key,
        label=reader.text(data, "label", 100),
        label_en=english if isinstance(english, str) else "",
        level=cast("Level", reader.choice({"level": None, **data}, "level", LEVELS)),
        streams=reader.text(data, "streams", 4000),
        wait=reader.duration({"wait": "0 s", **data}, "wait", "", least=0, most=DAY),
        unknown=cast("Unknown", reader.choice(data, "unknown", ("keep", "release"))),
        quiet=_quiet(reader, data.get("quiet", [])),
        when=read_clause(reader, data.get("when"), "when"),
        until=read_clause(reader, data["until"], "until") if "until" in data else None,
        zone=str(ZoneInfo(zone)),
    )
    if reader.faults:
        raise RuleError(reader.faults)
    return rule


def parse_rule_toml(text: str, *, zone: str = DEFAULT_ZONE) -> Rule:
    """The rule that a TOML text declares; raises RuleError, also where it is no TOML."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        fault = Invalid(
            "toml",
            _("不是有效的 TOML：%(error)s。") % {"error": error},
            _("按提示的行和列改正。"),
        )
        raise RuleError([fault]) from error
    return parse_rule(data, zone=zone)


def _quiet(reader: Reader, data: object) -> tuple[QuietHours, ...]:
    if not isinstance(data, list) or not all(isinstance(one, Mapping) for one in data):
        reader.fault("quiet", _("安静时段不合要求。"), _("写成表的列表，每个有 from 和 to。"))
        return ()
    found = []
    for at, one in enumerate(data[:20]):
        where = f"quiet[{at}]"
        reader.only(one, {"from", "to", "days"}, where)
        begin, end = (_minutes(reader, one.get(name), f"{where}.{name}") for name in ("from", "to"))
        found.append(QuietHours(begin % 1440, end, _days(reader, one, where)))
        if begin % 1440 == end % 1440 and {begin, end} != {0, 1440}:
            reader.fault(where, _("安静时段的起止相同。"), _("整天写成 00:00 至 24:00。"))
    if len(data) > 20:
        reader.fault("quiet", _("安静时段过多。"), _("最多 20 个。"))
    if covers_the_week(tuple(found)):
        reader.fault("quiet", _("安静时段占满了整周。"), _("留出可以告警的时间，或停用这条规则。"))
    return tuple(found)


def _days(reader: Reader, one: Mapping[str, Any], where: str) -> tuple[int, ...]:
    days = one.get("days", list(DAYS))
    if isinstance(days, list) and days and all(day in DAYS for day in days):
        return tuple(sorted({DAYS.index(day) for day in days}))
    reader.fault(
        f"{where}.days",
        _("%(text)s 不是星期的列表。") % {"text": shown(days)},
        _("可选：%(known)s。") % {"known": "、".join(DAYS)},
    )
    return (0,)


def _minutes(reader: Reader, text: object, where: str) -> int:
    if isinstance(text, str) and _TIME.fullmatch(text):
        return int(text[:2]) * 60 + int(text[3:])
    reader.fault(
        where, _("%(text)s 不是时刻。") % {"text": shown(text)}, _("写成“22:00”这样的 24 小时制。")
    )
    return 0


def _written_quiet(one: QuietHours) -> dict[str, Any]:
    return {
        "from": f"{one.begin // 60:02}:{one.begin % 60:02}",
        "to": f"{one.end // 60:02}:{one.end % 60:02}",
        "days": [DAYS[day] for day in one.days],
    }
