"""Units that are asked for their opinion of a draft (征求意见)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.systems.policies.models.policies import Policy


class Consultation(Versioned):
    """A unit that is asked for its opinion of a policy's draft, and what it said.

    `draft` is the policy's row version that the remarks were written on. One row a unit; asked
    again, the same row waits again and keeps its earlier words until there are new ones.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    policy = models.ForeignKey(Policy, models.CASCADE, related_name="consultations")
    unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("征求单位")
    )
    asked_at = models.DateTimeField(_("征求时间"))
    asked_by_name = models.CharField(_("征求人"), max_length=100)
    due_on = models.DateField(_("反馈期限"))
    agrees = models.BooleanField(_("无意见"), null=True, blank=True)
    remarks = models.TextField(_("意见"), blank=True, default="")
    draft = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(_("反馈时间"), null=True, blank=True)
    answered_by_name = models.CharField(_("反馈人"), max_length=100, blank=True, default="")

    class Meta:
        verbose_name = _("征求意见")
        verbose_name_plural = _("征求意见")
        ordering = ("policy", "unit")
        constraints = (models.UniqueConstraint(fields=("policy", "unit"), name="consulted_once"),)

    def __str__(self) -> str:
        return f"{self.policy_id}: {self.unit_id}"

    @property
    def is_waiting(self) -> bool:
        """Whether the unit has not answered since it was asked last."""
        return self.answered_at is None or self.answered_at < self.asked_at
