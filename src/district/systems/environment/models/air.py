"""Stations that watch the air, and what their readings make of a day, a month, a year so far."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.systems.environment.models.shared import Placed, Vintage, thing_key


class AirStation(Placed):
    """A station; `counts`: it goes into the district's mean."""

    thing = thing_key()
    counts = models.BooleanField(_("参与评价"), default=True)

    class Meta:
        verbose_name = _("空气监测站")
        ordering = ("code",)

    def get_absolute_url(self) -> str:
        """The page of the station."""
        return reverse("environment_station", args=[self.pk])


class AirDay(Vintage):
    """A day's concentrations and index, of a station or (scope "") of the district.

    None: too little was measured. `hours` holds how many hours each pollutant has (of the district:
    stations). `counts`: the day goes into rates; `good`: it does, and is 优良. The index as of
    `rules.air`.
    """

    scope = models.CharField(max_length=30, blank=True)
    station = models.ForeignKey(
        AirStation, models.PROTECT, null=True, blank=True, related_name="days"
    )
    day = models.DateField(_("日期"))
    pm25 = ExactDecimalField("PM2.5", null=True)
    pm10 = ExactDecimalField("PM10", null=True)
    so2 = ExactDecimalField("SO₂", null=True)
    no2 = ExactDecimalField("NO₂", null=True)
    co = ExactDecimalField("CO", null=True)
    o3 = ExactDecimalField("O₃", null=True)
    hours = models.JSONField(default=dict)
    aqi = models.PositiveIntegerField("AQI", null=True)
    level = models.CharField(_("级别"), max_length=20, blank=True, default="")
    primary = models.CharField(_("首要污染物"), max_length=60, blank=True, default="")
    counts = models.BooleanField(_("有效"), default=False)
    good = models.BooleanField(_("优良"), default=False)

    class Meta:
        verbose_name = _("空气日报")
        ordering = ("-day", "scope")
        constraints = (
            models.UniqueConstraint(fields=("scope", "day", "number"), name="env_air_day_vintage"),
            models.UniqueConstraint(
                fields=("scope", "day"), condition=Q(is_current=True), name="env_air_day_current"
            ),
        )

    def __str__(self) -> str:
        return f"{self.scope} {self.day}"

    def get_absolute_url(self) -> str:
        """The page of the day."""
        return reverse("environment_air_day", args=[self.pk])


class AirSpan(Vintage):
    """A month, or the year up to the end of one: how many days counted and were good, the mean of
    fine particles. `enough`: as many days as the standard wants for a mean."""

    class Span(models.TextChoices):
        MONTH = "month", _("当月")
        YEAR = "year", _("本年累计")

    scope = models.CharField(max_length=30, blank=True)
    station = models.ForeignKey(
        AirStation, models.PROTECT, null=True, blank=True, related_name="spans"
    )
    month = models.DateField(_("月份"))
    span = models.CharField(_("评价时段"), max_length=5, choices=Span.choices)
    days = models.PositiveIntegerField(_("有效天数"))
    good_days = models.PositiveIntegerField(_("优良天数"))
    rate = ExactDecimalField(_("优良率"), null=True)
    pm25 = ExactDecimalField(_("PM2.5平均浓度"), null=True)
    pm25_days = models.PositiveIntegerField(_("PM2.5有效天数"), default=0)
    enough = models.BooleanField(_("数据充足"), default=False)

    class Meta:
        verbose_name = _("空气质量月报")
        ordering = ("-month", "scope", "span")
        constraints = (
            models.UniqueConstraint(
                fields=("scope", "month", "span", "number"), name="env_air_span_vintage"
            ),
            models.UniqueConstraint(
                fields=("scope", "month", "span"),
                condition=Q(is_current=True),
                name="env_air_span_current",
            ),
        )

    def __str__(self) -> str:
        return f"{self.scope} {self.month:%Y-%m} {self.span}"
