"""Episodes: a rule held at a place for a while; and silences, which end."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.alarms.models.rules import ColourName
from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class Episode(Versioned):
    """An episode (告警): one per rule and place while it lasts.

    The key is derived from the rule's version, the group and the event time at which it was
    raised, so that the same log gives the same key on whatever engine. `raised_at` and
    `released_at` are event times; `known_at` is when it was written. `position` is the frame that
    raised it, -1 where none did (a past that was written down): people end such a one.
    Place and unit are the thing's, as they were then. `gathered` is the episode nearby
    that was first and whose case is this one's too. `handed_at` is when it was decided who is
    called and whether it becomes a case; while that fails, `hand_problem` says why and it is tried
    again from `hand_at` on. `released_by` is empty where readings released it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("持续中")
        RELEASED = "released", _("已解除")
        WITHDRAWN = "withdrawn", _("已撤销")

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.CharField(_("编号"), max_length=20, unique=True, editable=False)
    rule = models.ForeignKey("kernel_alarms.AlarmRule", models.PROTECT, related_name="episodes")
    run = models.ForeignKey("kernel_alarms.Run", models.PROTECT, related_name="episodes")
    group = models.CharField(max_length=100)
    title = models.CharField(_("告警"), max_length=200)
    level = models.CharField(_("等级"), max_length=6, choices=ColourName.choices)
    state = models.CharField(_("状态"), max_length=9, choices=State.choices, default=State.OPEN)
    lead_unit = models.ForeignKey("kernel_organisation.Unit", models.PROTECT, related_name="+")
    thing = models.ForeignKey(
        "kernel_sensing.Thing", models.PROTECT, null=True, blank=True, related_name="episodes"
    )
    place = models.CharField(_("地点"), max_length=200, blank=True, default="")
    street = models.CharField(_("街道"), max_length=32, blank=True, default="")
    community = models.CharField(_("社区"), max_length=32, blank=True, default="")
    lon = ExactDecimalField(_("经度"), null=True, blank=True)
    lat = ExactDecimalField(_("纬度"), null=True, blank=True)
    raised_at = models.DateTimeField(_("发生时间"))
    known_at = models.DateTimeField(_("告警时间"))
    released_at = models.DateTimeField(_("解除时间"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    position = models.BigIntegerField()
    end_position = models.BigIntegerField(null=True, blank=True)
    out_of_order = models.PositiveIntegerField(default=0)
    end_out_of_order = models.PositiveIntegerField(default=0)
    handed_at = models.DateTimeField(null=True, blank=True)
    hand_at = models.DateTimeField(null=True, blank=True)
    hand_problem = models.CharField(max_length=300, blank=True, default="")
    released_by = models.CharField(_("解除人"), max_length=100, blank=True, default="")
    end_reason = models.CharField(_("解除原因"), max_length=200, blank=True, default="")
    acknowledged_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    acknowledged_by = models.CharField(_("确认人"), max_length=100, blank=True, default="")
    silenced = models.ForeignKey(
        "kernel_alarms.Silence", models.PROTECT, null=True, blank=True, related_name="episodes"
    )
    gathered = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="neighbours"
    )
    case = models.ForeignKey(
        "kernel_cases.Case", models.PROTECT, null=True, blank=True, related_name="episodes"
    )

    class Meta:
        verbose_name = _("告警")
        ordering = ("-raised_at", "-id")
        indexes = (
            models.Index(fields=("state", "-raised_at"), name="alarms_episode_state"),
            models.Index(fields=("rule", "group", "state"), name="alarms_episode_group"),
            models.Index(fields=("-known_at",), name="alarms_episode_known"),
            models.Index(
                fields=("known_at",),
                condition=models.Q(handed_at=None),
                name="alarms_episode_to_hand",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of this episode."""
        return reverse("alarm", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it still lasts."""
        return self.state == self.State.OPEN


class Evidence(models.Model):
    """A reading with which an episode was raised or released; time is the event's."""

    id = models.BigAutoField(primary_key=True)
    episode = models.ForeignKey(Episode, models.CASCADE, related_name="evidence")
    at_end = models.BooleanField(default=False)
    datastream = models.ForeignKey(
        "kernel_sensing.Datastream", models.PROTECT, db_constraint=False, related_name="+"
    )
    time = models.DateTimeField(_("观测时间"))
    value = models.FloatField(_("观测值"))

    class Meta:
        verbose_name = _("告警依据")
        ordering = ("episode", "at_end", "-time", "id")

    def __str__(self) -> str:
        return f"{self.datastream_id} {self.time:%Y-%m-%d %H:%M:%S} {self.value:g}"


class Silence(Versioned):
    """Nobody is called and no case is opened for a rule at a place until it ends; episodes are
    still written. `group` "" means everywhere that the rule is applied."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    rule = models.ForeignKey("kernel_alarms.AlarmRule", models.PROTECT, related_name="silences")
    group = models.CharField(max_length=100, blank=True, default="")
    reason = models.CharField(_("静默原因"), max_length=200)
    begins_at = models.DateTimeField(_("静默开始"))
    ends_at = models.DateTimeField(_("静默结束"))
    ended_at = models.DateTimeField(_("提前结束"), null=True, blank=True)
    place = models.CharField(_("地点"), max_length=200, blank=True, default="")
    lead_unit = models.ForeignKey("kernel_organisation.Unit", models.PROTECT, related_name="+")
    set_by = models.CharField(_("设置人"), max_length=100)

    class Meta:
        verbose_name = _("静默")
        ordering = ("-begins_at",)
        indexes = (models.Index(fields=("rule", "ends_at"), name="alarms_silence_rule"),)

    def __str__(self) -> str:
        return self.reason

    def is_active(self, now: datetime) -> bool:
        """Whether it holds at a moment."""
        return self.ended_at is None and self.begins_at <= now < self.ends_at
