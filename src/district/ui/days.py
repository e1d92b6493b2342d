"""Pages of one day: which is asked for."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid

_FIRST = date(2000, 1, 1)


def day_asked(request: HttpRequest) -> date:
    """The day of `?day=2025-09-30`, today where none is asked for.

    Raises Invalid for what is no day, and for one before 2000 or still to come.
    """
    asked, today = request.GET.get("day", ""), clock.today()
    if not asked:
        return today
    try:
        day = date.fromisoformat(asked)
    except ValueError as error:
        raise Invalid("day", _("日期不对。"), _("请按 2025-09-30 的格式填写。")) from error
    if not _FIRST <= day <= today:
        raise Invalid("day", _("没有这一天的数据。"), _("请选择今天或以前的日期。"))
    return day
