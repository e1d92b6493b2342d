"""Service activities: for whom, with how many seats, who was told, who comes."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.systems.virtual_park.models.people import Firm, Representative


class Activity(Versioned):
    """An activity for enterprises (产业服务活动) that a unit holds.

    `where` is the condition over enterprises in its text form, empty for everybody; `condition` the
    same in its JSON form. Registration closes at `closes_at`; `seats` are persons. Telling those
    who hold the condition goes on in batches behind `push_cursor`, the key of the enterprise that
    was looked at last, while `push_state` is under way; of those looked at, `pushed` were told.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("已发布")
        CANCELLED = "cancelled", _("已取消")

    class Push(models.TextChoices):
        NONE = "", _("未推送")
        RUNNING = "running", _("推送中")
        DONE = "done", _("已推送")
        FAILED = "failed", _("未完成")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    title = models.CharField(_("名称"), max_length=120)
    text = models.TextField(_("内容"))
    place = models.CharField(_("地点"), max_length=200)
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    closes_at = models.DateTimeField(_("报名截止"))
    seats = models.PositiveIntegerField(_("名额"))
    where = models.TextField(_("面向企业"), blank=True, default="")
    condition = models.JSONField(null=True, blank=True)
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("主办单位")
    )
    state = models.CharField(
        _("状态"), max_length=9, choices=State.choices, default=State.DRAFT, db_index=True
    )
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    cancel_reason = models.CharField(_("取消原因"), max_length=200, blank=True, default="")
    push_state = models.CharField(
        _("推送"), max_length=8, choices=Push.choices, blank=True, default=Push.NONE
    )
    push_cursor = models.CharField(max_length=40, blank=True, default="")
    pushed = models.PositiveIntegerField(_("已推送"), default=0)

    class Meta:
        verbose_name = _("产业服务活动")
        verbose_name_plural = _("产业服务活动")
        ordering = ("-starts_at",)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the activity for the unit that holds it."""
        return reverse("park_activity", args=[self.pk])


class ActivityPush(models.Model):
    """One enterprise told of one activity, once, with the `values` that its
    condition speaks of."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="pushes")
    enterprise = models.CharField(max_length=40)
    values = models.JSONField(default=dict)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("活动推送")
        ordering = ("-sent_at",)
        constraints = (
            models.UniqueConstraint(fields=("activity", "enterprise"), name="park_push_once"),
        )
        indexes = (
            models.Index(fields=("enterprise", "-sent_at"), name="park_push_enterprise"),
            models.Index(fields=("sent_at",), name="park_push_sent"),
        )

    def __str__(self) -> str:
        return f"{self.activity_id} {self.enterprise}"


class ActivityLimit(Versioned):
    """How often one enterprise is told of activities in a calendar month; the only row is 1.

    Its row is locked while a batch is sent, so that two rounds cannot both send the last one.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    most = models.PositiveSmallIntegerField(_("每月最多推送"), default=4)

    class Meta:
        verbose_name = _("活动推送频次")
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.most)


class Registration(Versioned):
    """A firm's registration for an activity, of `persons`; in the order of `registered_at`.

    One row of a firm and activity: who cancelled and comes again goes to the end of the queue.
    """

    class State(models.TextChoices):
        SEATED = "seated", _("已报名")
        WAITING = "waiting", _("候补")
        CANCELLED = "cancelled", _("已取消")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="registrations")
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="registrations")
    representative = models.ForeignKey(Representative, models.PROTECT, related_name="+")
    persons = models.PositiveSmallIntegerField(_("人数"), default=1)
    state = models.CharField(_("状态"), max_length=9, choices=State.choices)
    registered_at = models.DateTimeField(_("报名时间"))
    attended = models.BooleanField(_("到场"), null=True, blank=True)

    class Meta:
        verbose_name = _("活动报名")
        ordering = ("registered_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("activity", "firm"), name="park_registered_once"),
        )

    def __str__(self) -> str:
        return f"{self.activity_id} {self.firm_id}"
