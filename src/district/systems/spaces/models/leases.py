"""Who has a unit, and from when until when."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.systems.spaces.models.supply import SpaceUnit


class Lease(Versioned):
    """A lease (租约) from its first to its last day; those of a unit never overlap.

    `tenant_code` is the unified social credit code; `price` yuan a m2 and month; `case` the offer
    that it came of. A lease ended early has its last day changed.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    unit = models.ForeignKey(
        SpaceUnit, models.PROTECT, related_name="leases", verbose_name=_("空间单元")
    )
    tenant = models.CharField(_("承租企业"), max_length=120)
    tenant_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, default="")
    starts_on = models.DateField(_("起租日"))
    ends_on = models.DateField(_("止租日"))
    price = ExactDecimalField(_("租金"), null=True, blank=True)
    case = models.OneToOneField(
        "kernel_cases.Case",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="space_lease",
        verbose_name=_("推荐单"),
    )

    class Meta:
        verbose_name = _("租约")
        ordering = ("unit", "starts_on")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="spaces_lease_days"
            ),
            models.UniqueConstraint(fields=("unit", "starts_on"), name="spaces_lease_once"),
        )
        indexes = (models.Index(fields=("unit", "ends_on"), name="spaces_lease_until"),)

    def __str__(self) -> str:
        return f"{self.tenant} {self.starts_on}"
