"""What stands in the woods: the front ends that look for fire, and the nests of drones."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


def unit_key(label: Any, *, null: bool = False) -> Any:
    """A reference to a unit."""
    return models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        related_name="+",
        verbose_name=label,
        null=null,
        blank=null,
    )


class Placed(Versioned):
    """A thing at a place, of a unit. (lon, lat) is WGS-84; street and community follow from it."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    code = models.CharField(_("编号"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    lead_unit = unit_key(_("管理单位"))
    street_unit = unit_key(_("街道"), null=True)
    community_unit = unit_key(_("社区"), null=True)
    lon = ExactDecimalField(_("经度"))
    lat = ExactDecimalField(_("纬度"))

    class Meta:
        abstract = True
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class FrontEnd(Placed):
    """A front end of the forest-fire watch (森林防火监测前端): a camera that sees so far.

    `view_range` is in metres, `height` in metres above the
    ground, `heading_from` clockwise to `heading_to` in degrees from north is what it looks over
    (all round where neither is given).
    """

    view_range = models.PositiveIntegerField(_("可视距离"))
    height = models.PositiveIntegerField(_("架设高度"))
    heading_from = models.PositiveSmallIntegerField(_("起始方位"), null=True, blank=True)
    heading_to = models.PositiveSmallIntegerField(_("终止方位"), null=True, blank=True)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta(Placed.Meta):
        verbose_name = _("监测前端")


class DroneNest(Placed):
    """A nest of a drone (无人机机场).

    `speed` is the cruising speed in metres a second, `range` how far from the nest the drone may
    work in metres, `launch_seconds` from the order until it flies.
    """

    class State(models.TextChoices):
        READY = "ready", _("待命")
        CHARGING = "charging", _("充电")
        MAINTENANCE = "maintenance", _("检修")
        OFFLINE = "offline", _("离线")

    aircraft = models.CharField(_("机型"), max_length=80)
    speed = ExactDecimalField(_("巡航速度"))
    range = models.PositiveIntegerField(_("作业半径"))
    launch_seconds = models.PositiveSmallIntegerField(_("起飞准备"), default=30)
    state = models.CharField(_("状态"), max_length=11, choices=State.choices, default=State.READY)
    state_note = models.CharField(_("状态说明"), max_length=200, blank=True, default="")
    state_at = models.DateTimeField(_("状态时间"))

    class Meta(Placed.Meta):
        verbose_name = _("无人机机场")
