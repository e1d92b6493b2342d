"""One place to be inspected by somebody until a day."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class Task(Versioned):
    """An inspection that is to be done. Its clock is a tracked row.

    `checklist_version` is what a phone begins with; `version_since` is when it became that one, so
    that an inspection begun before may still be finished by the old one.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待检查")
        DONE = "done", _("已检查")
        CANCELLED = "cancelled", _("不再检查")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    number = models.CharField(_("任务编号"), max_length=24, unique=True)
    round = models.ForeignKey(
        "sys_inspections.Round", models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    place = models.ForeignKey("sys_inspections.Place", models.PROTECT, related_name="tasks")
    checklist = models.CharField(_("检查表"), max_length=40)
    checklist_version = models.CharField(max_length=16)
    version_since = models.DateTimeField()
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("检查单位")
    )
    # Who ordered it: the round's unit, which may hand it to another inspector.
    ordering_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("组织单位")
    )
    inspector = models.ForeignKey(
        "kernel_organisation.Member",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("检查人"),
    )
    due_on = models.DateField(_("截止日期"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    reason = models.CharField(_("不再检查的原因"), max_length=200, blank=True, default="")
    created_at = models.DateTimeField(_("下达时间"))
    tracked = models.ForeignKey(
        "kernel_tracking.TrackedRow", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("检查任务")
        ordering = ("due_on", "id")
        constraints = (
            models.UniqueConstraint(fields=("round", "place"), name="insp_task_once_a_round"),
        )
        indexes = (
            models.Index(fields=("inspector", "state", "due_on"), name="insp_task_mine"),
            models.Index(fields=("lead_unit", "state", "due_on"), name="insp_task_unit"),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The page of the task."""
        return reverse("inspections_task", args=[self.pk])
