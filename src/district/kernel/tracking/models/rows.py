"""A tracked row: whoever owns it, its clock, its light; and what its light made happen."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.kernel.tracking.models.calendars import WorkCalendar


class TrackedRow(Versioned):
    """The shared row of everything that has an owner, a clock and a light.

    `subject_type` and `subject_id` name the thing itself (`plan.commitment`, its key); there is
    one row a subject. `term_amount` and `term_unit` are set where the due time follows from a
    term; a stated deadline has none. `completion_rate` is in percent, `progress_gap` in the
    measure's own unit (negative: behind), `growth_needed` in percent. `episode` counts the
    stretches in which the row was yellow or red.
    """

    class State(models.TextChoices):
        OPEN = "open", _("进行中")
        PAUSED = "paused", _("已暂停")
        DONE = "done", _("已完成")
        CANCELLED = "cancelled", _("已取消")

    class Light(models.TextChoices):
        GREEN = "green", _("正常")
        YELLOW = "yellow", _("预警")
        RED = "red", _("滞后")
        NONE = "none", _("无数据")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    theme = models.CharField(max_length=60, blank=True, default="")
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    co_units = models.ManyToManyField("kernel_organisation.Unit", blank=True, related_name="+")
    leader = models.ForeignKey(
        "kernel_organisation.Member",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    contact = models.ForeignKey(
        "kernel_organisation.Member",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    calendar = models.ForeignKey(WorkCalendar, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    term_amount = models.PositiveIntegerField(null=True, blank=True)
    term_unit = models.CharField(max_length=16, blank=True, default="")
    due_at = models.DateTimeField(null=True, blank=True)
    due_provisional = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    light = models.CharField(max_length=6, choices=Light.choices, default=Light.NONE)
    light_since = models.DateTimeField()
    reasons = models.JSONField(default=list, blank=True)
    completion_rate = ExactDecimalField(null=True, blank=True)
    progress_gap = ExactDecimalField(null=True, blank=True)
    growth_needed = ExactDecimalField(null=True, blank=True)
    episode = models.PositiveIntegerField(default=0)
    ladder = models.CharField(max_length=40, default="standard")
    url = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("due_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("subject_type", "subject_id"), name="tracked_row_once"),
        )
        # Lists and counts name a state first; the rest follows what the cockpit groups by.
        indexes = (
            models.Index(fields=("state", "light", "due_at"), name="tracked_light"),
            models.Index(fields=("state", "lead_unit", "light"), name="tracked_unit_light"),
            models.Index(fields=("lead_unit", "due_at"), name="tracked_unit_due"),
            models.Index(fields=("state", "theme", "light"), name="tracked_theme_light"),
            models.Index(fields=("state", "due_at"), name="tracked_due"),
            models.Index(fields=("due_at", "id"), name="tracked_order"),
            models.Index(fields=("light_since",), name="tracked_light_since"),
            models.Index(fields=("subject_type", "state", "id"), name="tracked_type"),
            # The light of a row that another table names, and the longest lasting of a light.
            models.Index(fields=("id", "light"), name="tracked_light_of"),
            models.Index(fields=("light", "light_since", "id"), name="tracked_light_longest"),
        )

    def __str__(self) -> str:
        return self.title


class PauseSpan(models.Model):
    """A stretch in which a row's clock stood still, and why; `until` is empty while it lasts."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    row = models.ForeignKey(TrackedRow, on_delete=models.CASCADE, related_name="pauses")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ("since",)
        constraints = (
            models.UniqueConstraint(
                fields=("row",), condition=models.Q(until=None), name="one_open_pause_a_row"
            ),
        )

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d} {self.reason}"


class LightChange(models.Model):
    """A light turned: from what to what, and why. Answers "what turned since last week"."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    row = models.ForeignKey(TrackedRow, on_delete=models.CASCADE, related_name="light_changes")
    before = models.CharField(max_length=6, choices=TrackedRow.Light.choices)
    after = models.CharField(max_length=6, choices=TrackedRow.Light.choices)
    reasons = models.JSONField(default=list, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=("at", "row", "before"), name="light_change_at"),)

    def __str__(self) -> str:
        return f"{self.before} -> {self.after}"


class Urging(models.Model):
    """One step of a ladder taken for one episode of a row: who was told, when."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    row = models.ForeignKey(TrackedRow, on_delete=models.CASCADE, related_name="urgings")
    step = models.CharField(max_length=40)
    episode = models.PositiveIntegerField()
    recipients = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("row", "step", "episode"), name="urged_once_a_step_and_episode"
            ),
        )

    def __str__(self) -> str:
        return self.step
