"""Who keeps away from a case, whatever their rights."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid


class Recusal(models.Model):
    """A member has no part in a case (回避): they neither see nor handle it, nor hear of it.

    `reason` is a word of the system that the case's type belongs to. A recusal is never taken back.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    case = models.ForeignKey("kernel_cases.Case", models.CASCADE, related_name="recusals")
    member = models.ForeignKey("kernel_organisation.Member", models.PROTECT, related_name="+")
    reason = models.CharField(_("回避原因"), max_length=40)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("回避")
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("member", "case"), name="case_recusal_once"),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.member_id}"
