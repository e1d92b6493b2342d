"""Who was told of a policy, on what data; who wants not to be told; who applied."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.systems.policies.models.policies import Audience, PolicyVersion


class PushRun(models.Model):
    """One round of telling all who hold a version's condition, in batches.

    `position` is the population's when the round began and `total` how many held the condition
    then; `cursor` is the key of the last entity that was looked at, in order of keys, so
    that a round that was broken off goes on behind it. Of `total`, `sent` were told, `known` had
    been told of this version, `opted_out` want no pushes, `capped` had enough of them this
    month, and `changed` no longer held the condition when their own row was read.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("等待")
        RUNNING = "running", _("推送中")
        DONE = "done", _("完成")
        FAILED = "failed", _("未完成")
        STOPPED = "stopped", _("已停止")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="runs")
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.WAITING)
    position = models.BigIntegerField()
    total = models.PositiveIntegerField(_("符合条件"))
    looked_at = models.PositiveIntegerField(_("已处理"), default=0)
    sent = models.PositiveIntegerField(_("已推送"), default=0)
    known = models.PositiveIntegerField(_("已推送过"), default=0)
    opted_out = models.PositiveIntegerField(_("不接收"), default=0)
    capped = models.PositiveIntegerField(_("本月已达上限"), default=0)
    changed = models.PositiveIntegerField(_("数据已变化"), default=0)
    cursor = models.CharField(max_length=40, blank=True, default="")
    problem = models.CharField(max_length=500, blank=True, default="")
    asked_by = models.CharField(max_length=64)
    asked_by_name = models.CharField(_("推送人"), max_length=100)
    asked_at = models.DateTimeField(_("开始时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("推送批次")
        verbose_name_plural = _("推送批次")
        ordering = ("-asked_at",)

    def __str__(self) -> str:
        return f"{self.version_id} {self.asked_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """The page of the round."""
        return reverse("policy_run", args=[self.pk])

    @property
    def is_busy(self) -> bool:
        """Whether it still goes on."""
        return self.state in (self.State.WAITING, self.State.RUNNING)


class Push(models.Model):
    """One enterprise or person told of one version, with what it was decided on.

    `entity` is the id in the audience's register and `code` what people call it by there: the
    credit code of an enterprise, the number of a person. `values` are the values that the
    condition speaks of, read with the row at the population's `position`, `today` the day that
    relative dates meant; `reasons` is the explanation, clause by clause, in its JSON form. Both
    are empty once the person was erased.
    """

    class Channel(models.TextChoices):
        IN_APP = "in_app", _("站内")
        IN_PERSON = "person", _("上门或电话")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="pushes")
    run = models.ForeignKey(PushRun, models.PROTECT, related_name="pushes")
    entity = models.CharField(max_length=40)
    code = models.CharField(_("代码"), max_length=18)
    name = models.CharField(_("名称"), max_length=200)
    values = models.JSONField()
    position = models.BigIntegerField()
    today = models.DateField()
    reasons = models.JSONField()
    channel = models.CharField(
        _("渠道"), max_length=8, choices=Channel.choices, default=Channel.IN_APP
    )
    sent_at = models.DateTimeField(_("推送时间"))
    read_at = models.DateTimeField(_("阅读时间"), null=True, blank=True)
    applied_at = models.DateTimeField(_("申报时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("推送")
        verbose_name_plural = _("推送")
        ordering = ("-sent_at", "-id")
        constraints = (models.UniqueConstraint(fields=("version", "entity"), name="push_once"),)
        indexes = (
            models.Index(fields=("entity", "-sent_at"), name="push_entity"),
            models.Index(fields=("code", "-sent_at"), name="push_code"),
            models.Index(fields=("sent_at",), name="push_sent"),
        )

    def __str__(self) -> str:
        return f"{self.name}: {self.version_id}"

    def get_absolute_url(self) -> str:
        """The page of the push."""
        return reverse("policy_push", args=[self.pk])


class Consent(Versioned):
    """Whether an enterprise or a person wants to be told of policies; without a row they are.

    `code` and `entity` as of `Push`.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    audience = models.CharField(
        _("适用对象"), max_length=16, choices=Audience.choices, default=Audience.ENTERPRISES
    )
    code = models.CharField(_("代码"), max_length=18, unique=True)
    entity = models.CharField(max_length=40, db_index=True)
    name = models.CharField(_("名称"), max_length=200)
    wants = models.BooleanField(_("接收推送"), default=True)
    reason = models.CharField(_("说明"), max_length=200, blank=True)
    noted_by_name = models.CharField(_("登记人"), max_length=100)
    noted_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("推送意愿")
        verbose_name_plural = _("推送意愿")
        ordering = ("-noted_at",)

    def __str__(self) -> str:
        return self.name


class PushLimit(Versioned):
    """How often anybody is told in a calendar month; the only row has the key 1.

    Its row is locked while a batch is sent, so that two rounds cannot both send the last one.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    most = models.PositiveSmallIntegerField(_("每月最多推送"), default=4)

    class Meta:
        verbose_name = _("推送频次")
        verbose_name_plural = _("推送频次")
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.most)


class Application(models.Model):
    """A case in which an enterprise or a person applies, or is offered a policy without applying.

    `values` are those that the conditions speak of, as they stood when the case was opened.
    `entity` and `code` as of `Push`, empty for a person who is on no record; `recipient` is
    the person on record. `is_stated`: the
    values are what the person said on the public page; `id_number` is ciphertext under the key of
    `person` then.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="applications")
    case = models.OneToOneField("kernel_cases.Case", models.CASCADE, related_name="+")
    entity = models.CharField(max_length=40, blank=True, db_index=True)
    code = models.CharField(max_length=18, blank=True)
    recipient = models.ForeignKey(
        "Recipient", models.PROTECT, null=True, blank=True, related_name="applications"
    )
    is_stated = models.BooleanField(default=False)
    person = models.UUIDField(null=True, blank=True, editable=False)
    id_number = models.TextField(blank=True, default="")
    values = models.JSONField()
    reasons = models.JSONField()
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("政策申报")
        verbose_name_plural = _("政策申报")
        ordering = ("-opened_at",)

    def __str__(self) -> str:
        return f"{self.code} {self.case_id}"
