"""What the simulation keeps: scenarios that somebody started."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class Scenario(Versioned):
    """A scenario (演示场景): what the simulated sensors feel from a moment until another.

    (lon, lat) is its middle in WGS-84, `place` says where that is. `ends_at` is when it ends by
    itself; `stopped_at` when somebody stopped it before. `site` is the code of the thing where
    gas leaks in a storm.
    """

    class Kind(models.TextChoices):
        STORM = "storm", _("暴雨")
        FIRE = "fire", _("山火")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    kind = models.CharField(_("场景"), max_length=5, choices=Kind.choices)
    place = models.CharField(_("地点"), max_length=200)
    lon = models.FloatField(_("经度"))
    lat = models.FloatField(_("纬度"))
    site = models.CharField(max_length=60, blank=True, default="")
    started_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    stopped_at = models.DateTimeField(_("停止时间"), null=True, blank=True)
    started_by = models.CharField(_("启动人"), max_length=100)

    class Meta:
        verbose_name = _("演示场景")
        ordering = ("-started_at", "-id")
        indexes = (models.Index(fields=("-started_at",), name="simulation_scenario_newest"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.place}"

    @property
    def over_at(self) -> datetime:
        """When it was over, or will be."""
        return self.stopped_at or self.ends_at

    def get_absolute_url(self) -> str:
        """The page that shows how it goes."""
        return reverse("simulation_scenario", args=[self.pk])
