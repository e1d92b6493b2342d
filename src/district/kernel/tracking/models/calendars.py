"""Work calendars: which hours count, and which days the State Council made holidays."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid

_KEY = RegexValidator(r"^[a-z0-9][a-z0-9_-]{0,39}$", _("只能用小写字母、数字、下划线和连字符"))


class WorkCalendar(models.Model):
    """A named way of counting time.

    `hours` lists a working day's open spans as ["09:00", "12:00"] pairs in the district's time
    zone; only `working_hours` has them. `day_set` names whose announced days it follows.
    """

    class Kind(models.TextChoices):
        ALWAYS = "24x7", _("全天候")
        WORKING_HOURS = "working_hours", _("工作时间")
        WORKING_DAYS = "working_days", _("工作日")

    key = models.CharField(max_length=40, primary_key=True, validators=[_KEY])
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True, default="")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    hours = models.JSONField(default=list, blank=True)
    day_set = models.CharField(max_length=40, default="cn")

    class Meta:
        ordering = ("key",)

    def __str__(self) -> str:
        return self.name


class CalendarYear(models.Model):
    """One year of a day set; a year without an announced row is weekdays only."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    day_set = models.CharField(max_length=40, default="cn")
    year = models.PositiveSmallIntegerField()
    announced = models.BooleanField(default=False)
    source = models.CharField(max_length=300, blank=True, default="")
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ("day_set", "year")
        constraints = (
            models.UniqueConstraint(fields=("day_set", "year"), name="calendar_year_once"),
        )

    def __str__(self) -> str:
        return f"{self.day_set} {self.year}"


class CalendarDay(models.Model):
    """A day that is not what its weekday says: a public holiday or a make-up workday (调休)."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("放假")
        WORKDAY = "workday", _("调休上班")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    year = models.ForeignKey(CalendarYear, on_delete=models.CASCADE, related_name="days")
    date = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ("date",)
        constraints = (models.UniqueConstraint(fields=("year", "date"), name="calendar_day_once"),)

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
