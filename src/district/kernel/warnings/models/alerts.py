"""Warnings, each with the messages by which it was issued, changed and lifted."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.kernel.warnings.models.words import ColourName, MessageType


class Said(models.Model):
    """What a warning says, in Chinese and where there is one in English."""

    headline = models.CharField(_("标题"), max_length=200)
    headline_en = models.CharField(_("英文标题"), max_length=300, blank=True, default="")
    description = models.TextField(_("内容"), blank=True, default="")
    description_en = models.TextField(_("英文内容"), blank=True, default="")
    instruction = models.TextField(_("防御指引"), blank=True, default="")
    instruction_en = models.TextField(_("英文防御指引"), blank=True, default="")
    area_text = models.CharField(_("影响区域"), max_length=500, blank=True, default="")
    area_text_en = models.CharField(_("英文影响区域"), max_length=500, blank=True, default="")

    class Meta:
        abstract = True

    def _in_language(self, name: str) -> str:
        english = (get_language() or "").startswith("en")
        return str((english and getattr(self, f"{name}_en")) or getattr(self, name))

    @property
    def shown_headline(self) -> str:
        """The headline in the language of the page."""
        return self._in_language("headline")

    @property
    def shown_description(self) -> str:
        """The text in the language of the page."""
        return self._in_language("description")

    @property
    def shown_instruction(self) -> str:
        """What people should do, in the language of the page."""
        return self._in_language("instruction")

    @property
    def shown_area(self) -> str:
        """The area in the language of the page."""
        return self._in_language("area_text")


class Alert(Said, Versioned):
    """A warning (预警) as its last message says it; see Message for each of them.

    `lead_unit` is the unit that drafted one of our own, the district for what came in. `ground` is
    where it holds (`rules.ground.to_json`), `units` the codes of the units concerned. `sender` is
    CAP's, `sender_name` what people read. `changed_at` is when its last message was taken.
    """

    class Origin(models.TextChoices):
        INCOMING = "incoming", _("上级或气象部门")
        OWN = "own", _("本区发布")

    class State(models.TextChoices):
        IN_FORCE = "in_force", _("生效中")
        EXPIRED = "expired", _("已失效")
        CANCELLED = "cancelled", _("已解除")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    number = models.CharField(_("编号"), max_length=20, unique=True, editable=False)
    origin = models.CharField(_("来源"), max_length=8, choices=Origin.choices)
    lead_unit = models.ForeignKey("kernel_organisation.Unit", models.PROTECT, related_name="+")
    source = models.ForeignKey(
        "kernel_warnings.Source", models.PROTECT, null=True, blank=True, related_name="alerts"
    )
    state = models.CharField(_("状态"), max_length=9, choices=State.choices, default=State.IN_FORCE)
    scope = models.CharField(max_length=10, default="Public")
    kind = models.CharField(_("灾种"), max_length=30)
    colour = models.CharField(_("预警颜色"), max_length=6, choices=ColourName.choices)
    urgency = models.CharField(max_length=9)
    severity = models.CharField(max_length=8)
    certainty = models.CharField(max_length=8)
    sender = models.CharField(max_length=255)
    sender_name = models.CharField(_("发布单位"), max_length=200)
    sender_name_en = models.CharField(max_length=200, blank=True, default="")
    ground = models.JSONField(default=dict, blank=True)
    units = models.JSONField(default=list, blank=True)
    sent_at = models.DateTimeField(_("发布时间"))
    effective_at = models.DateTimeField(_("生效时间"))
    onset_at = models.DateTimeField(_("预计开始"), null=True, blank=True)
    expires_at = models.DateTimeField(_("失效时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    end_note = models.CharField(_("解除说明"), max_length=300, blank=True, default="")
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("预警")
        ordering = ("-sent_at", "-id")
        indexes = (
            models.Index(fields=("state", "expires_at"), name="warnings_alert_state"),
            models.Index(fields=("-changed_at",), name="warnings_alert_changed"),
        )

    def __str__(self) -> str:
        return self.shown_headline

    def get_absolute_url(self) -> str:
        """The page of the warning."""
        return reverse("warning", args=[self.pk])

    @property
    def is_own(self) -> bool:
        """Whether the district issued it."""
        return self.origin == self.Origin.OWN

    @property
    def in_force(self) -> bool:
        """Whether it is in force, as far as the worker has noticed."""
        return self.state == self.State.IN_FORCE

    @property
    def shown_sender(self) -> str:
        """Who issued it, in the language of the page."""
        english = (get_language() or "").startswith("en")
        return (english and self.sender_name_en) or self.sender_name


class Message(models.Model):
    """One message of a warning: the document as it came or went, or what was entered by hand.

    `sent_text` is the moment as the message writes it, for references to it. `applied` is False
    for one that came later than a newer one and changed nothing. `document` and `sha256` are empty
    for what was entered by hand. The same identifier, sender and moment is the same message.
    """

    class Way(models.TextChoices):
        RECEIVED = "received", _("接口接收")
        ENTERED = "entered", _("人工录入")
        ISSUED = "issued", _("本区发布")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    alert = models.ForeignKey(Alert, models.PROTECT, related_name="messages")
    way = models.CharField(_("方式"), max_length=8, choices=Way.choices)
    msg_type = models.CharField(_("类型"), max_length=6, choices=MessageType.choices)
    identifier = models.CharField(_("编号"), max_length=255)
    sender = models.CharField(max_length=255)
    sent_at = models.DateTimeField(_("发布时间"))
    sent_text = models.CharField(max_length=40)
    colour = models.CharField(_("预警颜色"), max_length=6, choices=ColourName.choices)
    headline = models.CharField(_("标题"), max_length=200)
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    document = models.BinaryField(default=b"", editable=False)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    applied = models.BooleanField(default=True)
    taken_at = models.DateTimeField(_("接收时间"))
    by = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("预警报文")
        ordering = ("sent_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("sender", "identifier", "sent_at"), name="warnings_message_once"
            ),
        )
        indexes = (models.Index(fields=("alert", "sent_at"), name="warnings_message_alert"),)

    def __str__(self) -> str:
        return self.identifier

    @property
    def cap_url(self) -> str:
        """The address of its document; "" where it has none."""
        return reverse("warnings_cap", args=[self.pk]) if self.sha256 else ""
