"""Writes on work calendars; a year that is announced moves every running clock that touches it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.bulk import update_many
from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor, Entry, Subject, record, record_many
from district.kernel.organisation.public import authorise
from district.kernel.tracking.models import CalendarDay, CalendarYear, TrackedRow, WorkCalendar
from district.kernel.tracking.rules.announcement import Announcement, Day, parse_announcement
from district.kernel.tracking.rules.calendars import Calendar, parse_hours
from district.kernel.tracking.rules.clock import due
from district.kernel.tracking.selectors.calendars import calendars, recent_calendars
from district.kernel.tracking.selectors.rows import ACTIVE
from district.kernel.tracking.services.lights import refresh_rows
from district.kernel.tracking.services.rows import pauses_of, subject_of, term_of

_CHUNK = 500
_MOST_BYTES = 200_000
#: The sweep comes several times within this, calendars are kept for seconds.
_SETTLING = timedelta(minutes=30)


@dataclass(frozen=True)
class YearAnnounced:
    """What an announcement did: its days, whether anything changed, how many due times moved."""

    year: int
    days: int
    changed: bool
    moved: int


@transaction.atomic
def save_calendar(
    key: str,
    *,
    kind: str,
    name: str,
    name_en: str = "",
    hours: Sequence[Sequence[str]] = (),
    day_set: str = "cn",
    actor: Actor,
) -> WorkCalendar:
    """Make or change a calendar; Invalid on a kind or hours that cannot be.

    Due times that rest on it are recomputed.
    """
    authorise(actor, "tracking.calendar.save")
    spans = [list(pair) for pair in hours]
    try:
        Calendar(key, kind, parse_hours(spans))  # type: ignore[arg-type]  # it checks the kind
    except ValueError as error:
        raise Invalid(
            "hours",
            _("工作日历的类型或时段不对。"),
            _("时段写成 09:00-12:00 的形式，先后不重叠。"),
        ) from error
    values = {"kind": kind, "name": name, "name_en": name_en, "hours": spans, "day_set": day_set}
    row = WorkCalendar.objects.filter(pk=key).first()
    if row is not None and all(getattr(row, k) == v for k, v in values.items()):
        return row
    row, _made = WorkCalendar.objects.update_or_create(pk=key, defaults=values)
    row.full_clean()
    record(Subject("tracking.calendar", key), "tracking.calendar_saved", values, actor=actor)
    running = TrackedRow.objects.filter(calendar=row)
    recompute_due(running, actor=actor, why=f"calendar {key}")
    return row


@transaction.atomic
def load_announcement(
    content: bytes, year: int, *, actor: Actor, day_set: str = "cn"
) -> YearAnnounced:
    """`announce_year` from a CSV file; Invalid when any of its lines is wrong."""
    if len(content) > _MOST_BYTES:
        raise Invalid("file", _("文件太大。"), _("请只上传一年的放假安排。"))
    parsed = parse_announcement(content, year)
    if parsed.errors:
        first = parsed.errors[0]
        raise Invalid(
            "file",
            _("第 %(line)s 行：%(problem)s") % {"line": first.line, "problem": first.problem},
            _("请改正后重新上传。"),
        )
    return announce_year(parsed, actor=actor, day_set=day_set)


@transaction.atomic
def announce_year(
    announcement: Announcement, *, actor: Actor, day_set: str = "cn"
) -> YearAnnounced:
    """Take a year's announced days and recompute every running clock that touches the year.

    The same days again change nothing; other days for a known year replace it (an amended
    announcement).
    """
    authorise(actor, "tracking.calendar.announce")
    year = announcement.year
    row = CalendarYear.objects.filter(day_set=day_set, year=year).first()
    before = [] if row is None else [Day(d.date, d.kind, d.name) for d in row.days.all()]
    if row is not None and row.announced and before == list(announcement.days):
        return YearAnnounced(year, len(before), False, 0)
    if row is None:
        row = CalendarYear(day_set=day_set, year=year)
    row.announced, row.source, row.loaded_at = True, announcement.source[:300], clock.now()
    row.save()
    row.days.all().delete()
    CalendarDay.objects.bulk_create(
        [CalendarDay(year=row, date=d.date, kind=d.kind, name=d.name) for d in announcement.days]
    )
    recent_calendars.forget()
    moved = recompute_due(_touching(day_set, year), actor=actor, why=f"{day_set} {year}")
    data = {
        "days": len(announcement.days),
        "source": row.source,
        "replaces": len(before),
        "moved": moved,
    }
    record(Subject("tracking.year", f"{day_set}-{year}"), "tracking.announced", data, actor=actor)
    return YearAnnounced(year, len(announcement.days), True, moved)


@transaction.atomic
def settle_announcements(*, actor: Actor) -> int:
    """Recompute once more what an announcement of the last half hour touches; returns how many
    moved.

    Another process may have begun a clock by calendars that it had read a few seconds before.
    """
    moved = 0
    for row in CalendarYear.objects.filter(announced=True, loaded_at__gte=clock.now() - _SETTLING):
        why = f"{row.day_set} {row.year}"
        moved += recompute_due(_touching(row.day_set, row.year), actor=actor, why=why)
    return moved


def _touching(day_set: str, year: int) -> QuerySet[TrackedRow]:
    """Rows with a term whose clock runs into the year (or into the December before it)."""
    return TrackedRow.objects.filter(
        calendar__day_set=day_set,
        starts_at__lt=_midnight(date(year + 1, 1, 1)),
        # A due time may fall before the year only because its days were not known.
        due_at__gte=_midnight(date(year - 1, 12, 1)) - timedelta(days=31),
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(0)))


def recompute_due(rows: QuerySet[TrackedRow], *, actor: Actor, why: str) -> int:
    """Recompute the due times of running rows with a term, and their lights; returns how many
    moved.

    Moved rows get an event with the old and the new time. Call inside a transaction.
    """
    known = calendars()
    running = rows.filter(state__in=ACTIVE, term_amount__isnull=False)
    iterator = running.prefetch_related("pauses").order_by("pk").iterator(chunk_size=_CHUNK)
    moved = 0
    while chunk := list(islice(iterator, _CHUNK)):
        changed, entries = [], []
        for row in chunk:
            entry = _moved(row, known[row.calendar_id], why)
            if entry is not None:
                changed.append(row)
                entries += [entry] if entry.kind else []
        update_many(changed, ["due_at", "due_provisional"])
        record_many(entries, actor=actor)
        refresh_rows([row.pk for row in changed])
        moved += len(entries)
    return moved


def _moved(row: TrackedRow, calendar: Calendar, why: str) -> Entry | None:
    """Set the row's new due time; the event that says so, None when nothing changed.

    An entry with an empty kind: only its being provisional changed, which needs no event.
    """
    term = term_of(row)
    found = due(row.starts_at, term, calendar, pauses_of(row)) if term else None
    if found is None or (found.at, found.provisional) == (row.due_at, row.due_provisional):
        return None
    before, row.due_at, row.due_provisional = row.due_at, found.at, found.provisional
    kind = "tracking.due_recomputed" if before != found.at else ""
    data = {"before": before, "after": found.at, "because": why, "provisional": found.provisional}
    return Entry(subject_of(row), kind, data)
