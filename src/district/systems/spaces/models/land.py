"""Land parcels."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.systems.spaces.models.supply import unit_key


class LandParcel(Versioned):
    """A parcel of land for industry (产业用地宗地); `area` in hectares; WGS-84."""

    class Use(models.TextChoices):
        M1 = "m1", _("普通工业用地")
        M0 = "m0", _("新型产业用地")
        W = "w", _("物流仓储用地")
        OTHER = "other", _("其他产业用地")

    class State(models.TextChoices):
        RESERVED = "reserved", _("储备")
        LISTED = "listed", _("挂牌中")
        TRANSFERRED = "transferred", _("已出让")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    code = models.CharField(_("宗地号"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    lead_unit = unit_key(_("责任单位"))
    street_unit = unit_key(_("街道"))
    area = ExactDecimalField(_("面积"))
    use = models.CharField(_("用途"), max_length=5, choices=Use.choices)
    state = models.CharField(
        _("状态"), max_length=11, choices=State.choices, default=State.RESERVED
    )
    transferred_on = models.DateField(_("出让日期"), null=True, blank=True)
    transferee = models.CharField(_("受让企业"), max_length=120, blank=True, default="")
    lon = ExactDecimalField(_("经度"), null=True, blank=True)
    lat = ExactDecimalField(_("纬度"), null=True, blank=True)

    class Meta:
        verbose_name = _("宗地")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the parcel."""
        return reverse("spaces_parcel", args=[self.pk])
