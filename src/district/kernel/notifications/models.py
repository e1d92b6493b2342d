"""Messages to members, the channels that carry them outside, and each delivery."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.organisation.public import Member


class Urgency(models.TextChoices):
    """How soon a message wants to be read."""

    NORMAL = "normal", _("一般")
    IMPORTANT = "important", _("重要")
    URGENT = "urgent", _("紧急")


class Notification(models.Model):
    """One message to one member; `subject` is the typed reference of what it is about."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="notifications")
    title = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("内容"), blank=True)
    url = models.CharField(_("链接"), max_length=500, blank=True)
    subject = models.CharField(max_length=120, blank=True)
    urgency = models.CharField(_("紧急程度"), max_length=16, choices=Urgency.choices)
    created_at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("已读时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("消息")
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(fields=("member", "-created_at")),
            # The bell counts these on every page.
            models.Index(
                fields=("member",),
                condition=models.Q(read_at=None),
                name="notifications_unread",
            ),
            # What is done settles the messages that asked for it.
            models.Index(
                fields=("subject",),
                condition=models.Q(read_at=None),
                name="notifications_unread_about",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("notification_open", args=[self.pk])


class Channel(models.Model):
    """An Apprise address of a member; `address` is a token of `history.protect`."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="channels")
    label = models.CharField(_("名称"), max_length=60)
    scheme = models.CharField(_("类型"), max_length=30)
    address = models.TextField(editable=False)
    at_least = models.CharField(
        _("发送范围"), max_length=16, choices=Urgency.choices, default=Urgency.NORMAL
    )
    created_at = models.DateTimeField(_("添加时间"))
    last_sent_at = models.DateTimeField(_("最近送达"), null=True, blank=True)
    last_error = models.CharField(_("最近错误"), max_length=300, blank=True)
    last_error_at = models.DateTimeField(_("出错时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("接收渠道")
        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return self.label


class DeliveryState(models.TextChoices):
    """How far a delivery has come."""

    WAITING = "waiting", _("等待发送")
    SENT = "sent", _("已送达")
    FAILED = "failed", _("未送达")


class Delivery(models.Model):
    """One message on its way through one channel; tried again with growing pauses."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    notification = models.ForeignKey(Notification, models.CASCADE, related_name="deliveries")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="deliveries")
    state = models.CharField(
        max_length=16, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("发送")
        ordering = ("next_try_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("notification", "channel"), name="notifications_one_delivery"
            ),
        )
        indexes = (models.Index(fields=("state", "next_try_at")),)

    def __str__(self) -> str:
        return f"{self.notification} → {self.channel}: {self.get_state_display()}"
