"""Who must acknowledge a warning: a line for each unit, and whom it has rung."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.kernel.warnings.models.alerts import Alert, Message
from district.kernel.warnings.models.words import ColourName


class AlertLine(Versioned):
    """One acknowledgement that a warning waits for, of a unit that it concerns.

    `message` is the one that asked for it. `step` is how far the line has risen (0: those who
    answered for the unit), `due_at` when it rises next (None: there is nobody above any more),
    `first_due_at` the term that "in time" is judged by. A later message may call the unit anew;
    then this line is no longer the current one.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待应答")
        ACKNOWLEDGED = "acknowledged", _("已应答")
        WITHDRAWN = "withdrawn", _("已撤回")
        LAPSED = "lapsed", _("失效未应答")

    class How(models.TextChoices):
        CLICK = "click", _("本人确认")
        PHONE = "phone", _("电话应答")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    alert = models.ForeignKey(Alert, models.PROTECT, related_name="lines")
    message = models.ForeignKey(Message, models.PROTECT, related_name="lines")
    lead_unit = models.ForeignKey("kernel_organisation.Unit", models.PROTECT, related_name="+")
    colour = models.CharField(_("预警颜色"), max_length=6, choices=ColourName.choices)
    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.WAITING)
    is_current = models.BooleanField(_("本轮"), default=True)
    step = models.PositiveSmallIntegerField(_("逐级次数"), default=0)
    made_at = models.DateTimeField(_("叫应时间"))
    due_at = models.DateTimeField(null=True, blank=True)
    first_due_at = models.DateTimeField(_("应答期限"))
    acknowledged_at = models.DateTimeField(_("应答时间"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_by = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, null=True, blank=True, related_name="+"
    )
    how = models.CharField(max_length=6, choices=How.choices, blank=True, default="")
    clock = models.ForeignKey(
        "kernel_tracking.TrackedRow", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("预警应答")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("message", "lead_unit"), name="warnings_line_once"),
            models.UniqueConstraint(
                fields=("alert", "lead_unit"),
                condition=models.Q(is_current=True),
                name="warnings_line_current",
            ),
        )
        indexes = (
            models.Index(fields=("state", "due_at"), name="warnings_line_due"),
            models.Index(fields=("alert", "state"), name="warnings_line_alert"),
            models.Index(fields=("lead_unit", "state"), name="warnings_line_unit"),
        )

    def __str__(self) -> str:
        return f"{self.alert_id} {self.lead_unit_id}"

    @property
    def is_in_time(self) -> bool:
        """Whether it was acknowledged within the first term."""
        return self.acknowledged_at is not None and self.acknowledged_at <= self.first_due_at


class LineRing(models.Model):
    """Somebody whom a line has rung, at which step and when."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    line = models.ForeignKey(AlertLine, models.CASCADE, related_name="rings")
    step = models.PositiveSmallIntegerField()
    to = models.CharField(max_length=10)
    member = models.ForeignKey("kernel_organisation.Member", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("叫应记录")
        ordering = ("step", "pk")
        constraints = (
            models.UniqueConstraint(fields=("line", "member"), name="warnings_ring_once"),
        )
        indexes = (models.Index(fields=("member",), name="warnings_ring_member"),)

    def __str__(self) -> str:
        return f"{self.line_id} {self.step}"
