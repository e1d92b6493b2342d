"""When a session is over, and what a browser calls itself. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Ages:
    """How long a session lasts: without use, and in all."""

    idle: timedelta
    longest: timedelta


def is_over(began: datetime, seen: datetime, now: datetime, ages: Ages) -> bool:
    """Whether a session that began and was last used then has ended by `now`.

    One that began later than now is over too: the machine's clock was set back.
    """
    return began > now + ages.idle or now - began >= ages.longest or now - seen >= ages.idle


_BROWSERS = (
    ("Edge", r"Edg(?:A|iOS)?/"),
    ("QQ", r"QQBrowser/"),
    ("360", r"360SE|360EE|QihooBrowser"),
    ("WeChat", r"MicroMessenger/"),
    ("Opera", r"OPR/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS = (
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"),
    ("Android", r"Android"),
    ("iPad", r"iPad"),
    ("iPhone", r"iPhone"),
    ("Windows", r"Windows"),
    ("macOS", r"Macintosh"),
    ("Linux", r"Linux|X11"),
)


def browser_of(agent: str) -> str:
    """Browser and system by the words of a User-Agent, `Firefox · Linux`; "" where unknown.

    Only for people to recognise their own sessions: whoever sends it may write anything there.
    """
    found = (
        next((name for name, words in table if re.search(words, agent)), "")
        for table in (_BROWSERS, _SYSTEMS)
    )
    return " · ".join(filter(None, found))
