"""Things and where they are."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.versioned import Versioned
from district.kernel.sensing.models.sources import Source


class Location(Versioned):
    """A place: GeoJSON in WGS-84, a point or an area of ground.

    `lon` and `lat` are the point itself, or a point inside; `west` to `north` the box around it,
    in degrees. `street` and `community` are the codes of the areas that the point lies in, ""
    where none covers it; they are derived when it is saved.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("地点"), max_length=200)
    description = models.TextField(_("说明"), blank=True, default="")
    geometry = models.JSONField(_("图形"))
    lon = ExactDecimalField(_("经度"))
    lat = ExactDecimalField(_("纬度"))
    west = models.FloatField(editable=False)
    south = models.FloatField(editable=False)
    east = models.FloatField(editable=False)
    north = models.FloatField(editable=False)
    street = models.CharField(_("街道"), max_length=32, blank=True, default="")
    community = models.CharField(_("社区"), max_length=32, blank=True, default="")
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("归属单位")
    )
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    properties = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("地点")
        ordering = ("pk",)
        indexes = (models.Index(fields=("west", "east"), name="sensing_location_west"),)

    def __str__(self) -> str:
        return self.name


class Thing(Versioned):
    """Something that carries sensors: a station, a pole, a river section, a site.

    `location` is where it stands now. `source` is the sender that registered it, if one did.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("在用")
        RETIRED = "retired", _("停用")

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(_("设备编号"), max_length=60, unique=True)
    name = models.CharField(_("设备名称"), max_length=200)
    description = models.TextField(_("说明"), blank=True, default="")
    properties = models.JSONField(default=dict, blank=True)
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("归属单位")
    )
    location = models.ForeignKey(
        Location,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="things",
        verbose_name=_("地点"),
    )
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="things")
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.ACTIVE)
    created_at = models.DateTimeField(_("登记时间"))
    retired_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("设备")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class HistoricalLocation(models.Model):
    """Where a thing has stood since a moment."""

    id = models.BigAutoField(primary_key=True)
    thing = models.ForeignKey(Thing, models.CASCADE, related_name="historical_locations")
    location = models.ForeignKey(Location, models.PROTECT, related_name="historical_locations")
    time = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("历史地点")
        ordering = ("-time", "-pk")

    def __str__(self) -> str:
        return f"{self.thing_id} {self.time}"
