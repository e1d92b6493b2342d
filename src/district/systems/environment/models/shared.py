"""What places, results and the computing of them have in common."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


def unit_key(label: Any, **more: Any) -> models.ForeignKey[Any, Any]:
    """A column that names a unit."""
    return models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=label, **more
    )


def thing_key() -> models.ForeignKey[Any, Any]:
    """The thing whose datastreams tell of a place; without one it is told of by hand, or not."""
    return models.ForeignKey(
        "kernel_sensing.Thing",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("设备"),
    )


class Placed(Versioned):
    """A place in a register: `lead_unit` answers for it, it lies in a street; WGS-84."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    code = models.CharField(_("编号"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    street_unit = unit_key(_("街道"))
    lead_unit = unit_key(_("责任单位"))
    lon = ExactDecimalField(_("经度"), null=True, blank=True)
    lat = ExactDecimalField(_("纬度"), null=True, blank=True)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Vintage(models.Model):
    """A computed result. Another value for the same is another vintage; the earlier one stays.

    `number` counts from 1, `is_current` marks the newest; `standard` is the edition that judged.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    number = models.PositiveIntegerField(_("版次"), default=1)
    is_current = models.BooleanField(_("现行"), default=True)
    standard = models.CharField(_("标准"), max_length=40)
    computed_at = models.DateTimeField(_("计算时间"))

    class Meta:
        abstract = True


class Computed(models.Model):
    """Up to which time of receipt the readings of one place have gone into its results.

    `key` names it, `air:<code>`; `binding` is the digest of the datastreams and editions that it
    was computed from: with others everything is computed anew.
    """

    key = models.CharField(max_length=60, primary_key=True)
    binding = models.CharField(max_length=64)
    until = models.DateTimeField(_("计算至"), null=True)
    ran_at = models.DateTimeField(_("计算时间"))

    def __str__(self) -> str:
        return self.key
