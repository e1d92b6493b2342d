"""What there is to let: parks, their buildings, the floors of these, the units on a floor."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


def unit_key(label: Any, **more: Any) -> models.ForeignKey[Any, Any]:
    """A column that names a unit of the district."""
    return models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=label, **more
    )


class Hazard(models.TextChoices):
    """Fire hazard class of production (GB 50016): A burns or explodes most easily, E does not burn.

    A building of a class takes that class and those after it.
    """

    A = "1", _("甲类")
    B = "2", _("乙类")
    C = "3", _("丙类")
    D = "4", _("丁类")
    E = "5", _("戊类")


class Park(Versioned):
    """A park (园区): `lead_unit` operates it, `service_unit` finds tenants for it; WGS-84."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    code = models.CharField(_("编号"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    lead_unit = unit_key(_("运营单位"))
    service_unit = unit_key(_("招商服务单位"), null=True, blank=True)
    street_unit = unit_key(_("街道"))
    address = models.CharField(_("地址"), max_length=200, blank=True, default="")
    industries = models.CharField(_("主导产业"), max_length=120, blank=True, default="")
    lon = ExactDecimalField(_("经度"), null=True, blank=True)
    lat = ExactDecimalField(_("纬度"), null=True, blank=True)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = _("园区")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the park."""
        return reverse("spaces_park", args=[self.pk])


class Building(Versioned):
    """A building; `upstairs` says that factories work on its upper floors (工业上楼).

    `factory_area` is the factory part of its floor area, in m2.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("未动工")
        UNDER_WAY = "under_way", _("在建")
        COMPLETED = "completed", _("已完工")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    park = models.ForeignKey(Park, models.PROTECT, related_name="buildings", verbose_name=_("园区"))
    code = models.CharField(_("编号"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    upstairs = models.BooleanField(_("工业上楼"), default=False)
    state = models.CharField(
        _("建设状态"), max_length=9, choices=State.choices, default=State.COMPLETED
    )
    area = ExactDecimalField(_("建筑面积"))
    factory_area = ExactDecimalField(_("厂房面积"))
    storeys = models.PositiveIntegerField(_("层数"))
    started_on = models.DateField(_("动工日期"), null=True, blank=True)
    completed_on = models.DateField(_("完工日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("楼栋")
        ordering = ("code",)
        indexes = (models.Index(fields=("upstairs", "state"), name="spaces_building_upstairs"),)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the building."""
        return reverse("spaces_building", args=[self.pk])


class Floor(Versioned):
    """A floor of a building, `number` from the ground (1; -1 is below it).

    `outline` are the corners of its plan as [x, y] in metres, east and north of the building's own
    corner; empty where it is not drawn.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="floors", verbose_name=_("楼栋")
    )
    number = models.IntegerField(_("楼层"))
    outline = models.JSONField(_("轮廓"), default=list, blank=True)

    class Meta:
        verbose_name = _("楼层")
        ordering = ("building", "number")
        constraints = (
            models.UniqueConstraint(fields=("building", "number"), name="spaces_floor_once"),
        )

    def __str__(self) -> str:
        return f"{self.building_id} {self.number}"

    @property
    def label(self) -> str:
        """As people say it."""
        if self.number < 0:
            return gettext("地下%(number)s层") % {"number": -self.number}
        return gettext("%(number)s层") % {"number": self.number}

    def get_absolute_url(self) -> str:
        """The page of the floor with its plan."""
        return reverse("spaces_floor", args=[self.pk])


class SpaceUnit(Versioned):
    """What is let as one (单元). Where something is not known it stays empty, and whoever must
    have it is offered the unit once it is confirmed and on record.

    `area` m2, `load` kN/m2 of the floor, `height` m clear, `lifts` goods lifts of which the
    strongest carries `lift_load` t, `power` kVA, `price` asked in yuan a m2 and month. `drainage`
    says whether industrial waste water may be led off. `description` is the listing in words; it
    is not a fact of the record. `outline` as of the floor.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    floor = models.ForeignKey(Floor, models.PROTECT, related_name="units", verbose_name=_("楼层"))
    code = models.CharField(_("编号"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    area = ExactDecimalField(_("面积"))
    load = ExactDecimalField(_("楼面荷载"), null=True, blank=True)
    height = ExactDecimalField(_("层高"), null=True, blank=True)
    lifts = models.PositiveIntegerField(_("货梯数"), null=True, blank=True)
    lift_load = ExactDecimalField(_("货梯载重"), null=True, blank=True)
    power = ExactDecimalField(_("用电容量"), null=True, blank=True)
    hazard = models.CharField(
        _("火灾危险性类别"), max_length=1, choices=Hazard.choices, blank=True, default=""
    )
    drainage = models.BooleanField(_("工业排水"), null=True, blank=True)
    price = ExactDecimalField(_("租金"), null=True, blank=True)
    description = models.CharField(_("说明"), max_length=1000, blank=True, default="")
    outline = models.JSONField(_("轮廓"), default=list, blank=True)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = _("空间单元")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the unit."""
        return reverse("spaces_unit", args=[self.pk])
