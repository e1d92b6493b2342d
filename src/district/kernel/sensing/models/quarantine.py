"""Readings that were not accepted, and why."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.sensing.models.datastreams import Datastream
from district.kernel.sensing.models.sources import Source


class Reason(models.TextChoices):
    """Why a reading is no accepted reading."""

    UNKNOWN_SOURCE = "unknown_source", _("来源不明")
    SUSPENDED = "suspended", _("来源已暂停")
    UNKNOWN = "unknown", _("没有这个数据流")
    FOREIGN = "foreign", _("不是该来源的数据流")
    RETIRED = "retired", _("数据流已停用")
    MALFORMED = "malformed", _("读不懂")
    FUTURE = "future", _("时间超前")
    LATE = "late", _("迟到")
    DUPLICATE = "duplicate", _("重复发来")
    CONTRADICTION = "contradiction", _("同一时间不同数值")


class Quarantined(models.Model):
    """Readings of one source, datastream, reason and day (district's time zone), counted.

    `stream` is what the sender called the datastream; "" where so many others came that day that
    they share a row. `fragment` is the first of them as it was sent, cut to `LONGEST` characters.
    """

    LONGEST = 500

    id = models.BigAutoField(primary_key=True)
    bucket = models.CharField(max_length=64, unique=True, editable=False)
    source = models.ForeignKey(Source, models.CASCADE, null=True, blank=True, related_name="+")
    datastream = models.ForeignKey(
        Datastream, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    stream = models.CharField(_("数据流（原始写法）"), max_length=80, blank=True, default="")
    reason = models.CharField(_("原因"), max_length=14, choices=Reason.choices)
    fragment = models.CharField(_("原始内容"), max_length=LONGEST, blank=True, default="")
    day = models.DateField(_("日期"))
    count = models.PositiveBigIntegerField(_("条数"), default=1)
    first_at = models.DateTimeField(_("首次时间"))
    last_at = models.DateTimeField(_("最近时间"))

    class Meta:
        verbose_name = _("隔离的观测")
        ordering = ("-last_at", "-pk")
        indexes = (
            models.Index(fields=("-last_at", "-id"), name="sensing_quarantine_newest"),
            models.Index(fields=("source", "day"), name="sensing_quarantine_day"),
        )

    def __str__(self) -> str:
        return f"{self.stream}: {self.reason}"
