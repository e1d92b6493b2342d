"""Targets of the doubling plan (培土倍增)."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class DoublingTarget(Versioned):
    """A target of an industry group: what of it is to be reached by the end of which year.

    `group` is a group of the catalogue ("" for all industries), `indicator` one of
    `rules.doubling`. `targets` are exact numbers as texts, one for the end of every year after
    `base_year`; `value` is the last of them. One that the district states no more is not
    `in_force`, and its tracked row is cancelled.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    key = models.SlugField(_("代号"), max_length=40, unique=True)
    group = models.CharField(_("产业"), max_length=40, blank=True)
    indicator = models.CharField(_("指标"), max_length=60)
    base_year = models.PositiveSmallIntegerField(_("基年"))
    base = ExactDecimalField(_("基年值"))
    targets = models.JSONField(_("各年目标"), default=list)
    value = ExactDecimalField(_("目标值"))
    last_year = models.PositiveSmallIntegerField(_("目标年份"))
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("牵头单位")
    )
    in_force = models.BooleanField(_("在用"), default=True)
    tracked = models.OneToOneField(
        "kernel_tracking.TrackedRow", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("培土倍增目标")
        ordering = ("group", "indicator")

    def __str__(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        """The page of the target."""
        return reverse("enterprises_doubling_target", args=[self.key])
