"""Pages of one month: which is asked for, and the ones beside it."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid

_FIRST_YEAR = 2000


def month_asked(request: HttpRequest) -> date:
    """The first day of `?month=2025-09`, of this month where none is asked for.

    Raises Invalid for what is no month, and for one before 2000 or still to come.
    """
    asked, now = request.GET.get("month", ""), clock.today().replace(day=1)
    if not asked:
        return now
    try:
        day = date.fromisoformat(f"{asked}-01")
    except ValueError as error:
        raise Invalid("month", _("月份不对。"), _("请按 2025-09 的格式填写。")) from error
    if not date(_FIRST_YEAR, 1, 1) <= day <= now:
        raise Invalid("month", _("没有这个月的数据。"), _("请选择本月或以前的月份。"))
    return day


def months_beside(day: date) -> tuple[date, date | None]:
    """The months before and after; None where the one after is still to come."""
    before = date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1)
    after = date(day.year + (day.month == 12), day.month % 12 + 1, 1)
    return before, after if after <= clock.today() else None
