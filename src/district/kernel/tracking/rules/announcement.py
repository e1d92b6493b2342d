"""A year's announcement of public holidays and make-up workdays as a CSV file. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid

COLUMNS = ("date", "kind", "name")
KINDS = {"holiday": "holiday", "放假": "holiday", "workday": "workday", "调休上班": "workday"}
_MOST_ROWS = 200
_LONGEST_NAME = 40


@dataclass(frozen=True)
class Day:
    """One announced day; `kind` is holiday or workday."""

    date: date
    kind: str
    name: str


@dataclass(frozen=True)
class RowError:
    """A line (from 1, the header is one) that cannot be taken, and why."""

    line: int
    problem: str


@dataclass(frozen=True)
class Announcement:
    """What a file says of a year: its days, its source note, and the lines that are wrong."""

    year: int
    days: tuple[Day, ...]
    source: str
    errors: tuple[RowError, ...]


def parse_announcement(content: bytes, year: int) -> Announcement:
    """Read `date,kind,name` lines; lines that begin with # are the source note.

    kind is holiday or workday (放假, 调休上班). Dates lie in `year` or, for New Year's bridge
    days, in December before it. Raises Invalid when the file as a whole cannot be read; single
    wrong lines are listed in `errors`.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("file", _("文件不是 UTF-8 编码。"), _("请另存为 UTF-8 的 CSV。")) from error
    lines = text.splitlines()
    notes = [line.lstrip("# ").strip() for line in lines if line.startswith("#")]
    rows = [(n, line) for n, line in enumerate(lines, 1) if line.strip() and line[0] != "#"]
    head = next(csv.reader([rows[0][1]]), []) if rows else []
    if [cell.strip() for cell in head] != list(COLUMNS):
        raise Invalid("file", _("第一行不是表头。"), _("表头应为 date,kind,name。"))
    if len(rows) > _MOST_ROWS:
        raise Invalid("file", _("行数太多。"), _("一年的放假安排不超过 200 行，请检查文件。"))
    days: dict[date, Day] = {}
    errors = []
    for number, line in rows[1:]:
        found = _day(line, year, days)
        if isinstance(found, Day):
            days[found.date] = found
        else:
            errors.append(RowError(number, found))
    if not days and not errors:
        raise Invalid("file", _("文件里没有日期。"), _("请每行写一天：日期、类型、名称。"))
    return Announcement(
        year, tuple(sorted(days.values(), key=_date)), " ".join(notes), tuple(errors)
    )


def _date(day: Day) -> date:
    return day.date


def _day(line: str, year: int, known: Mapping[date, Day]) -> Day | str:
    """The day of one line, or what is wrong with it."""
    cells = [cell.strip() for cell in next(csv.reader(io.StringIO(line)), [])]
    if len(cells) != len(COLUMNS):
        return _("应有三列：日期、类型、名称。")
    try:
        when = date.fromisoformat(cells[0])
    except ValueError:
        return _("日期“%(text)s”不对，请写成 2026-10-01。") % {"text": cells[0]}
    kind = KINDS.get(cells[1])
    if kind is None:
        return _("类型“%(text)s”不对，请写 holiday（放假）或 workday（调休上班）。") % {
            "text": cells[1]
        }
    if when.year != year and (when.year, when.month) != (year - 1, 12):
        return _("日期不在 %(year)s 年内。") % {"year": year}
    if when in known:
        return _("这一天写了两次。")
    if kind == "workday" and when.weekday() < 5:
        return _("这一天本来就是工作日，调休上班应在周六或周日。")
    if not cells[2] or len(cells[2]) > _LONGEST_NAME:
        return _("请写节日名称，不超过 40 个字。")
    return Day(when, kind, cells[2])
