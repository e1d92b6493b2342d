"""What an episode is called, and which others belong to it. Pure."""

from __future__ import annotations

from datetime import datetime
from math import cos, radians
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

# Crockford's base 32, as in the numbers of cases.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_DRAWN = 8


def number_of(key: UUID, raised_at: datetime) -> str:
    """A number such as `G260105-7K2Q9MXT`: the day, and eight letters of the key, so that the same
    log gives the same numbers."""
    rest, letters = key.int, ""
    for _at in range(_DRAWN):
        rest, digit = divmod(rest, 32)
        letters += _LETTERS[digit]
    return f"G{timezone.localtime(raised_at):%y%m%d}-{letters}"


def title_of(label: str, thing: str, things: int) -> str:
    """What stands in lists: the rule and where it holds."""
    if things > 1:
        # Kept as data, so it is said in the district's language.
        return f"{label}：{thing}等{things}处"[:200]
    return f"{label}：{thing}"[:200]


def degrees_of(metres: float, latitude: float) -> tuple[float, float]:
    """So many degrees of longitude and latitude hold a circle of that radius."""
    high = metres / 111_195
    return high / max(0.01, cos(radians(latitude))), high


def lasted(seconds: float) -> str:
    """How long something has lasted, in the words of the page's language."""
    whole = max(0, int(seconds))
    if whole < 60:
        return _("%(n)s 秒") % {"n": whole}
    if whole < 3600:
        return _("%(n)s 分钟") % {"n": whole // 60}
    if whole < 86_400:
        return _("%(hours)s 小时 %(minutes)s 分钟") % {
            "hours": whole // 3600,
            "minutes": whole % 3600 // 60,
        }
    return _("%(days)s 天 %(hours)s 小时") % {
        "days": whole // 86_400,
        "hours": whole % 86_400 // 3600,
    }
