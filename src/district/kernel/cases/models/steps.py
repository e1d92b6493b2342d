"""What was done in a case: the projection of its history that pages and counts read."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid


class CaseStep(models.Model):
    """One action in a case: who did what, from which stage to which, with which words.

    `unit` is the unit that the actor acted for, as far as it matters; `key` is the caller's
    idempotency key: the same key does nothing a second time. `public` steps are shown to the
    reporter.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    case = models.ForeignKey("kernel_cases.Case", models.CASCADE, related_name="steps")
    action = models.CharField(_("操作"), max_length=40)
    from_stage = models.CharField(max_length=40, blank=True, default="")
    to_stage = models.CharField(max_length=40)
    text = models.TextField(_("内容"), blank=True, default="")
    data = models.JSONField(default=dict, blank=True)
    unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, null=True, blank=True, related_name="+"
    )
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=80, blank=True, default="")
    actor_name = models.CharField(_("办理人"), max_length=120, blank=True, default="")
    public = models.BooleanField(default=False)
    at = models.DateTimeField(_("时间"))
    key = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        verbose_name = _("办理记录")
        ordering = ("at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("case", "key"), condition=~models.Q(key=""), name="case_step_once"
            ),
        )
        indexes = (models.Index(fields=("action", "at"), name="case_step_action"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.action}"
