"""What the system keeps: lamps, and their faults."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class Lamp(Versioned):
    """A street lamp; `lon` and `lat` are WGS-84, `power` is in watts."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    code = models.CharField(_("编号"), max_length=20, unique=True)
    name = models.CharField(_("位置"), max_length=60)
    lead_unit = models.ForeignKey("kernel_organisation.Unit", models.PROTECT, related_name="+")
    power = models.PositiveIntegerField(_("功率"), null=True, blank=True)
    lon = ExactDecimalField(_("经度"), null=True, blank=True)
    lat = ExactDecimalField(_("纬度"), null=True, blank=True)

    class Meta:
        verbose_name = _("路灯")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("dummy_lamp", args=[self.pk])


class Fault(Versioned):
    """A reported fault. `phone` is ciphertext under the key of the person `caller`."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    lamp = models.ForeignKey(Lamp, models.PROTECT, related_name="faults")
    text = models.CharField(_("故障情况"), max_length=200)
    caller = models.UUIDField(null=True, blank=True, editable=False)
    phone = models.TextField(blank=True, default="")
    reported_at = models.DateTimeField(_("报修时间"))
    repaired_at = models.DateTimeField(_("修复时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("路灯故障")
        ordering = ("-reported_at", "-id")
        indexes = (
            models.Index(fields=("repaired_at", "lamp"), name="dummy_fault_repaired"),
            models.Index(fields=("reported_at", "id"), name="dummy_fault_order"),
        )

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("dummy_lamp", args=[self.lamp_id])
