"""An approved report becomes the next year's plan."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.reports.models.drafts import Draft


class RollOver(models.Model):
    """That an approved draft becomes the plan of the year after, once for a draft.

    `report` is the plan that it became. `problem` says why it failed: nothing was written then, and
    it can be asked for again.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("等待办理")
        RUNNING = "running", _("正在办理")
        DONE = "done", _("已完成")
        FAILED = "failed", _("没有完成")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    draft = models.OneToOneField(Draft, models.PROTECT, related_name="roll_over")
    report = models.OneToOneField(
        "kernel_plan.Report", models.PROTECT, null=True, blank=True, related_name="rolled_from"
    )
    state = models.CharField(_("状态"), max_length=7, choices=State, default=State.WAITING)
    problem = models.CharField(_("失败原因"), max_length=400, blank=True, default="")
    asked_at = models.DateTimeField(_("提出时间"))
    asked_by = models.CharField(_("提出人"), max_length=80)
    asked_by_id = models.CharField(max_length=80)
    ended_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("转为下年计划")
        ordering = ("-asked_at", "-id")

    def __str__(self) -> str:
        return f"{self.draft_id}: {self.state}"
