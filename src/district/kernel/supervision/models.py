"""Supervision runs, what was done in each, and the circulars that name who is late."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class Run(Versioned):
    """A supervision (督办) of one tracked row.

    `row` is what is supervised; `tracked` is the run's own clock and light. `stage` is a word of
    the definition `definition` in its `definition_version`; `is_open` until a done stage.
    `demand` is what the unit shall do, `days` its working days, `asked_days` an extension that
    waits for a decision.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    year = models.PositiveSmallIntegerField()
    ordinal = models.PositiveIntegerField()
    number = models.CharField(_("编号"), max_length=40)
    row = models.ForeignKey(
        "kernel_tracking.TrackedRow", models.PROTECT, related_name="supervision_runs"
    )
    title = models.CharField(_("督办事项"), max_length=300)
    origin = models.CharField(_("立项依据"), max_length=300)
    demand = models.TextField(_("办理要求"), blank=True)
    definition = models.CharField(max_length=40)
    definition_version = models.CharField(max_length=16)
    stage = models.CharField(_("环节"), max_length=40)
    is_open = models.BooleanField(default=True)
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        related_name="+",
        verbose_name=_("承办单位"),
    )
    supervising_unit = models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        related_name="+",
        verbose_name=_("督办单位"),
    )
    contact = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, null=True, blank=True, related_name="+"
    )
    days = models.PositiveSmallIntegerField(_("办理期限（工作日）"), null=True, blank=True)
    asked_days = models.PositiveSmallIntegerField(null=True, blank=True)
    initiated_by_id = models.CharField(max_length=80)
    initiated_by = models.CharField(_("立项人"), max_length=80)
    initiated_at = models.DateTimeField(_("立项时间"))
    assigned_at = models.DateTimeField(_("交办时间"), null=True, blank=True)
    circulated_at = models.DateTimeField(_("通报时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("销号时间"), null=True, blank=True)
    tracked = models.OneToOneField(
        "kernel_tracking.TrackedRow",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("督办")
        ordering = ("-initiated_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=("year", "ordinal"), name="supervision_number_once"),
            models.UniqueConstraint(
                fields=("row",),
                condition=models.Q(is_open=True),
                name="supervision_one_open_a_row",
            ),
        )
        indexes = (
            models.Index(fields=("is_open", "stage"), name="supervision_stage"),
            models.Index(fields=("lead_unit", "is_open"), name="supervision_unit"),
            models.Index(fields=("-initiated_at", "-id"), name="supervision_order"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Step(models.Model):
    """One action in a run: who did what, from which stage to which, with which words.

    `key` is the caller's idempotency key; the same key does nothing a second time.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    run = models.ForeignKey(Run, models.CASCADE, related_name="steps")
    action = models.CharField(_("操作"), max_length=40)
    from_stage = models.CharField(max_length=40, blank=True)
    to_stage = models.CharField(max_length=40)
    text = models.TextField(_("内容"), blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    actor_name = models.CharField(_("办理人"), max_length=80)
    at = models.DateTimeField(_("时间"))
    key = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("督办记录")
        ordering = ("at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("run", "key"), condition=~models.Q(key=""), name="supervision_step_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.run_id} {self.action}"


class Circular(models.Model):
    """A notice (通报) that names the units that are late, as it was on that day."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    title = models.CharField(_("标题"), max_length=200)
    text = models.TextField(_("正文"))
    issued_by = models.CharField(_("签发人"), max_length=80)
    issued_at = models.DateTimeField(_("签发时间"))

    class Meta:
        verbose_name = _("督办通报")
        ordering = ("-issued_at", "-id")

    def __str__(self) -> str:
        return self.title


class CircularEntry(models.Model):
    """A late run named in a circular: its unit and how many working days late it was."""

    circular = models.ForeignKey(Circular, models.CASCADE, related_name="entries")
    run = models.ForeignKey(Run, models.PROTECT, related_name="circular_entries")
    unit = models.ForeignKey("kernel_organisation.Unit", models.PROTECT, related_name="+")
    stage = models.CharField(max_length=40)
    due_at = models.DateTimeField()
    days_late = models.PositiveIntegerField(_("逾期工作日"))

    class Meta:
        ordering = ("-days_late", "pk")
        constraints = (
            models.UniqueConstraint(fields=("circular", "run"), name="supervision_named_once"),
        )

    def __str__(self) -> str:
        return f"{self.circular_id}: {self.run_id}"
