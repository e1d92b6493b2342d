"""What is inspected."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class Place(Versioned):
    """A place that is inspected (检查对象): a factory, a canteen, a site, a depot.

    `code` names it in published draws, so it must tell nothing personal. `lead_unit` sees to it
    that what is wrong is put right; `supervising_unit` is the department of its trade. (lon, lat)
    is WGS-84.
    """

    class Risk(models.TextChoices):
        LOW = "low", _("低风险")
        MEDIUM = "medium", _("一般风险")
        HIGH = "high", _("较高风险")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    code = models.CharField(_("对象编号"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    kind = models.CharField(_("类别"), max_length=40)
    risk = models.CharField(_("风险等级"), max_length=8, choices=Risk.choices, default=Risk.MEDIUM)
    address = models.CharField(_("地址"), max_length=200)
    street_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("街道")
    )
    community_unit = models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("社区"),
    )
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("责任单位")
    )
    supervising_unit = models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("主管部门"),
    )
    lon = ExactDecimalField(_("经度"), null=True, blank=True)
    lat = ExactDecimalField(_("纬度"), null=True, blank=True)
    is_active = models.BooleanField(_("在册"), default=True)

    class Meta:
        verbose_name = _("检查对象")
        ordering = ("code",)
        indexes = (
            models.Index(fields=("kind", "code"), name="insp_place_kind"),
            models.Index(fields=("supervising_unit", "code"), name="insp_place_dept"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the place."""
        return reverse("inspections_place", args=[self.pk])
