"""Construction sites, points where noise is watched, and what a day or a night there was like."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.systems.environment.models.shared import Placed, Vintage, thing_key, unit_key


class Site(Placed):
    """A construction site (工地) and the firm that builds there."""

    firm = models.CharField(_("施工单位"), max_length=120)
    project = models.CharField(_("工程项目"), max_length=120, blank=True, default="")
    address = models.CharField(_("地址"), max_length=200, blank=True, default="")
    starts_on = models.DateField(_("开工日期"), null=True, blank=True)
    ends_on = models.DateField(_("计划完工"), null=True, blank=True)

    class Meta:
        verbose_name = _("工地")
        ordering = ("code",)

    def get_absolute_url(self) -> str:
        """The page of the site."""
        return reverse("environment_site", args=[self.pk])


class NoisePoint(Placed):
    """A point with an instrument: in a functional zone, or at the boundary of a site, whose limits
    then hold. `limits` is the key of the limits in the standard."""

    class Limits(models.TextChoices):
        SITE = "site", _("施工场界")
        ZONE0 = "zone0", _("0类区")
        ZONE1 = "zone1", _("1类区")
        ZONE2 = "zone2", _("2类区")
        ZONE3 = "zone3", _("3类区")
        ZONE4A = "zone4a", _("4a类区")
        ZONE4B = "zone4b", _("4b类区")

    limits = models.CharField(_("功能区"), max_length=8, choices=Limits.choices)
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="points", verbose_name=_("工地")
    )
    thing = thing_key()

    class Meta:
        verbose_name = _("噪声监测点")
        ordering = ("code",)

    def get_absolute_url(self) -> str:
        """The page of the point."""
        return reverse("environment_noise_point", args=[self.pk])


class NoisePart(Vintage):
    """A day or a night at a point: levels in dB(A), limits, exceedance.

    The night begins on `day` and ends on the next. `level` is that of the whole part, `worst` that
    of the loudest block where blocks count (ended at `worst_at`), `peak` the greatest level. `over`
    is by how much the level that counts lies above the limit, `peak_over` the same of the peak.
    `evidence` holds, of an exceedance, the readings as [microseconds since 1970 UTC, dB], and `cut`
    whether only the loudest are kept.
    """

    class Part(models.TextChoices):
        DAY = "day", _("昼间")
        NIGHT = "night", _("夜间")

    point = models.ForeignKey(NoisePoint, models.PROTECT, related_name="parts")
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="parts")
    day = models.DateField(_("日期"))
    part = models.CharField(_("评价时段"), max_length=5, choices=Part.choices)
    level = ExactDecimalField(_("等效声级"), null=True)
    worst = ExactDecimalField(_("最大20分钟等效声级"), null=True)
    worst_at = models.DateTimeField(_("最大时段止于"), null=True)
    peak = ExactDecimalField(_("最大声级"), null=True)
    peak_at = models.DateTimeField(_("最大声级时间"), null=True)
    limit = ExactDecimalField(_("限值"))
    peak_limit = ExactDecimalField(_("最大声级限值"), null=True)
    over = ExactDecimalField(_("超出"))
    peak_over = ExactDecimalField(_("最大声级超出"))
    exceeds = models.BooleanField(_("超标"), default=False)
    readings = models.PositiveIntegerField(_("读数"))
    coverage = ExactDecimalField(_("覆盖率"))
    evidence = models.JSONField(default=list)
    cut = models.BooleanField(default=False)
    lead_unit = unit_key(_("责任单位"))
    street_unit = unit_key(_("街道"))

    class Meta:
        verbose_name = _("噪声评价")
        ordering = ("-day", "point", "part")
        constraints = (
            models.UniqueConstraint(
                fields=("point", "day", "part", "number"), name="env_noise_part_vintage"
            ),
            models.UniqueConstraint(
                fields=("point", "day", "part"),
                condition=Q(is_current=True),
                name="env_noise_part_current",
            ),
        )
        indexes = (
            models.Index(
                fields=("site", "-day"),
                condition=Q(is_current=True, exceeds=True),
                name="env_noise_site_exceeds",
            ),
        )

    def __str__(self) -> str:
        return f"{self.point_id} {self.day} {self.part}"

    def get_absolute_url(self) -> str:
        """The page of the part."""
        return reverse("environment_noise_part", args=[self.pk])
