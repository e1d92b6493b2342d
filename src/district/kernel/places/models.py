"""Areas: pieces of the district's ground."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AreaLevel(models.TextChoices):
    """What an area is the ground of."""

    DISTRICT = "district", _("区")
    STREET = "street", _("街道")
    COMMUNITY = "community", _("社区")
    GRID = "grid", _("网格")


class Area(models.Model):
    """One area. Its code is that of the unit that it belongs to.

    `geometry` is a GeoJSON Polygon or MultiPolygon, longitude and latitude in degrees, WGS-84.
    `lon` and `lat` are a point inside, for labels. `approximate` says that the shape is no
    authority on where the boundary runs.
    """

    code = models.CharField(_("编码"), max_length=32, primary_key=True)
    name = models.CharField(_("名称"), max_length=100)
    level = models.CharField(_("层级"), max_length=16, choices=AreaLevel.choices)
    parent_code = models.CharField(_("上级编码"), max_length=32, blank=True)
    geometry = models.JSONField(_("图形"))
    lon = models.FloatField(_("经度"))
    lat = models.FloatField(_("纬度"))
    approximate = models.BooleanField(_("近似图形"), default=False)
    source = models.CharField(_("来源"), max_length=200, blank=True)
    licence = models.CharField(_("许可"), max_length=100, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    loaded_at = models.DateTimeField(_("载入时间"))
    # Greater with every load, also while the product's clock stands: what was made of the shapes
    # is known by it. Not a time to show.
    revision = models.BigIntegerField(_("修订"), default=0)

    class Meta:
        verbose_name = _("区域")
        ordering = ("level", "code")
        indexes = (models.Index(fields=("level", "code")),)

    def __str__(self) -> str:
        return self.name
