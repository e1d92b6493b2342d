"""Weekly follow-up: the weeks of projects, what was seen in them, and the pictures."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.sent_photos import SentPhoto
from district.systems.projects.models.coordination import Problem
from district.systems.projects.models.projects import Project


class Week(models.Model):
    """A project's week (its Monday, `first`): whether a follow-up is owed, and what came.

    `unit` answers for it; `due_at` is None for one that nobody owed. `latest` is the version that
    counts, `made_at` when the first one was seen. `missed_before`: how many weeks in a row the
    project had missed just before.
    """

    class State(models.TextChoices):
        OWED = "owed", _("待跟进")
        MADE = "made", _("已跟进")
        LATE = "late", _("逾期跟进")
        MISSED = "missed", _("未跟进")
        DROPPED = "dropped", _("不再需要")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="weeks")
    first = models.DateField(_("周一"))
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.OWED)
    unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("责任单位")
    )
    due_at = models.DateTimeField(_("时限"), null=True, blank=True)
    missed_before = models.PositiveIntegerField(_("此前连续未跟进周数"), default=0)
    made_at = models.DateTimeField(_("跟进时间"), null=True, blank=True)
    latest = models.OneToOneField(
        "sys_projects.FollowUp", models.PROTECT, null=True, blank=True, related_name="+"
    )
    clock = models.ForeignKey(
        "kernel_tracking.TrackedRow", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("周跟进")
        ordering = ("-first", "project")
        constraints = (models.UniqueConstraint(fields=("project", "first"), name="prj_week_once"),)
        indexes = (models.Index(fields=("first", "state"), name="prj_week_state"),)

    def __str__(self) -> str:
        return f"{self.project_id} {self.first:%G-W%V}"

    @property
    def label(self) -> str:
        """The week as people say it."""
        year, number, _day = self.first.isocalendar()
        return gettext("%(year)s年第%(week)s周") % {"year": year, "week": number}


class FollowUp(models.Model):
    """What was seen of a project in a week, as it was handed in; a later `number` corrects an
    earlier one, and both stay.

    Its id is made on the phone, so it comes in once; `content_sha256` tells whether the same id
    came with another content. `seen_at` and `finished_at` are the phone's; `lon`, `lat` (WGS-84)
    and `accuracy` (metres) too, if it knew. `progress` is physical progress in percent, `before`
    that of the last week before, if known. `photos` are digests of the files that the phone sent,
    in their order. `doubt` is why it cannot be believed.
    """

    class Doubt(models.TextChoices):
        FALLS = "falls", _("形象进度倒退")
        LEAPS = "leaps", _("形象进度突增")
        FAR = "far", _("定位离项目较远")
        STILL = "still", _("连续多周没有进展，也没有说明问题")

    id = models.UUIDField(primary_key=True, editable=False)
    week = models.ForeignKey(Week, models.PROTECT, related_name="follow_ups")
    number = models.PositiveIntegerField(_("版本"))
    member = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, related_name="+", verbose_name=_("跟进人")
    )
    seen_at = models.DateTimeField(_("跟进时间"))
    finished_at = models.DateTimeField()
    received_at = models.DateTimeField(_("上报时间"))
    lon = ExactDecimalField(_("经度"), null=True, blank=True)
    lat = ExactDecimalField(_("纬度"), null=True, blank=True)
    accuracy = models.PositiveIntegerField(_("定位误差"), null=True, blank=True)
    progress = ExactDecimalField(_("形象进度"))
    before = ExactDecimalField(_("上次形象进度"), null=True, blank=True)
    text = models.CharField(_("现场情况"), max_length=1000)
    photos = models.JSONField(default=list, blank=True)
    doubt = models.CharField(_("疑点"), max_length=8, blank=True, default="", choices=Doubt.choices)
    problem = models.ForeignKey(
        Problem, models.PROTECT, null=True, blank=True, related_name="follow_ups"
    )
    content_sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("项目跟进")
        ordering = ("week", "-number")
        constraints = (
            models.UniqueConstraint(fields=("week", "number"), name="prj_follow_up_number"),
        )

    def __str__(self) -> str:
        return f"{self.week_id} {self.number}"

    def get_absolute_url(self) -> str:
        """Where the project's page shows it. The week must be loaded."""
        return reverse("projects_follow_ups", args=[self.week.project_id]) + f"#week-{self.week_id}"


class FollowUpPhoto(SentPhoto):
    """A picture of a follow-up, which may come in before it; `follow_up_key` is the phone's id."""

    follow_up_key = models.UUIDField()
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("跟进照片")
        ordering = ("received_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("follow_up_key", "source_sha256"), name="prj_follow_up_photo_once"
            ),
        )
