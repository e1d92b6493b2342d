"""Rain and water: stations with their marks, what flows into them, and forecasts."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.systems.early_warning.models.places import Placed


class Station(Placed):
    """A place whose water level is watched (水位站).

    `level` is the datastream of its level in metres. `warning_level` (警戒水位) and `danger_level`
    (保证水位) are marks in metres above the same datum.
    """

    class Kind(models.TextChoices):
        RIVER = "river", _("河道")
        RESERVOIR = "reservoir", _("水库")
        WATERLOGGING = "waterlogging", _("易涝点")

    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    level = models.ForeignKey(
        "kernel_sensing.Datastream", models.PROTECT, related_name="+", verbose_name=_("水位数据流")
    )
    warning_level = ExactDecimalField(_("警戒水位"), null=True, blank=True)
    danger_level = ExactDecimalField(_("保证水位"), null=True, blank=True)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta(Placed.Meta):
        verbose_name = _("水位站")

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("early_warning_station", args=[self.pk])


class StationInput(models.Model):
    """A datastream above a station that its forecast reads: rain in millimetres since the reading
    before, or another station's level in metres."""

    class Kind(models.TextChoices):
        RAIN = "rain", _("雨量")
        LEVEL = "level", _("上游水位")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    station = models.ForeignKey(Station, models.CASCADE, related_name="inputs")
    datastream = models.ForeignKey(
        "kernel_sensing.Datastream", models.PROTECT, related_name="+", verbose_name=_("数据流")
    )
    kind = models.CharField(_("类别"), max_length=5, choices=Kind.choices)

    class Meta:
        verbose_name = _("预报依据")
        ordering = ("station", "kind", "datastream")
        constraints = (
            models.UniqueConstraint(fields=("station", "datastream"), name="ew_input_once"),
        )

    def __str__(self) -> str:
        return f"{self.station_id} {self.datastream_id}"


class ForecastRun(models.Model):
    """One look ahead from a station at a moment, or the reason why there is none.

    `base_at` is the hour from which it looks ahead, `made_at` when it was made: only readings up to
    `base_at` were known to it. `facts` are what it was made from, or what was missing.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    station = models.ForeignKey(Station, models.CASCADE, related_name="runs")
    base_at = models.DateTimeField(_("起报时间"))
    made_at = models.DateTimeField(_("发布时间"))
    refusal = models.CharField(max_length=20, blank=True, default="")
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("水位预报")
        ordering = ("-base_at",)
        constraints = (models.UniqueConstraint(fields=("station", "base_at"), name="ew_run_once"),)

    def __str__(self) -> str:
        return f"{self.station_id} {self.base_at:%Y-%m-%d %H:%M}"


class Forecast(models.Model):
    """The level that a run expects at one moment, with an interval, in metres.

    `base` is the level at the run's start, which is also what somebody expects who says that
    nothing changes. `trial_error` is the mean absolute error of the chosen method on the newest
    part of the past, which it was not fitted on; `trial_base_error` that of "nothing changes".
    `observed` is noted when the moment has come.
    """

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ForecastRun, models.CASCADE, related_name="values")
    station = models.ForeignKey(Station, models.CASCADE, related_name="forecasts")
    hours = models.PositiveSmallIntegerField(_("预见期"))
    made_at = models.DateTimeField(_("发布时间"))
    valid_at = models.DateTimeField(_("预报时刻"))
    method = models.CharField(_("方法"), max_length=12)
    base = ExactDecimalField(_("起报水位"))
    value = ExactDecimalField(_("预报水位"))
    low = ExactDecimalField(_("区间下限"))
    high = ExactDecimalField(_("区间上限"))
    trial_error = ExactDecimalField(_("检验误差"))
    trial_base_error = ExactDecimalField(_("不变法检验误差"))
    observed = ExactDecimalField(_("实测水位"), null=True, blank=True)
    error = ExactDecimalField(_("预报误差"), null=True, blank=True)
    base_error = ExactDecimalField(_("不变法误差"), null=True, blank=True)
    inside = models.BooleanField(_("落在区间内"), null=True, blank=True)

    class Meta:
        verbose_name = _("水位预报值")
        ordering = ("-valid_at", "hours")
        constraints = (models.UniqueConstraint(fields=("run", "hours"), name="ew_forecast_once"),)
        indexes = (
            models.Index(fields=("station", "hours", "-valid_at"), name="ew_forecast_proven"),
            models.Index(
                fields=("valid_at",), name="ew_forecast_open", condition=models.Q(observed=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.station_id} +{self.hours}"
