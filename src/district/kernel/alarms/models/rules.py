"""Rules as rows: what is being written, what is live, and everything that ever was."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.kernel.sensing.public import Rule, parse_rule


class ColourName(models.TextChoices):
    """The national levels of warning, from the least."""

    BLUE = "blue", _("蓝色")
    YELLOW = "yellow", _("黄色")
    ORANGE = "orange", _("橙色")
    RED = "red", _("红色")


class AlarmRule(Versioned):
    """A rule (告警规则) under one key for good.

    `draft` is what is being written (a content as in RuleVersion, not yet checked; null where
    nothing differs from what is live). `live` is the version that runs, null while none does.
    `last` is the version that is or was live last; `writers` are the keys of the members who
    wrote on the draft.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        LIVE = "live", _("运行中")
        STOPPED = "stopped", _("已停用")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    key = models.SlugField(_("规则编号"), max_length=60, unique=True)
    label = models.CharField(_("规则名称"), max_length=100)
    label_en = models.CharField(_("英文名称"), max_length=100, blank=True, default="")
    level = models.CharField(_("等级"), max_length=6, choices=ColourName.choices)
    lead_unit = models.ForeignKey("kernel_organisation.Unit", models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=7, choices=State.choices, default=State.DRAFT)
    draft = models.JSONField(null=True, blank=True)
    writers = models.JSONField(default=list, blank=True)
    live = models.ForeignKey(
        "kernel_alarms.RuleVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    last = models.ForeignKey(
        "kernel_alarms.RuleVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("建立时间"))
    changed_at = models.DateTimeField(_("修改时间"))

    class Meta:
        verbose_name = _("告警规则")
        ordering = ("key",)

    def __str__(self) -> str:
        return self.label

    @property
    def shown_label(self) -> str:
        """The label in the page's language."""
        english = (get_language() or "").startswith("en")
        return (english and self.label_en) or self.label

    def get_absolute_url(self) -> str:
        """The page of the rule."""
        return reverse("alarm_rule", args=[self.pk])


class RuleVersion(models.Model):
    """A content that went live once or more; it never changes.

    `rule_hash` is the version of the pure rule (`sensing.rules`: 16 hexadecimal digits), of which
    episodes' keys are made; `fingerprint` is the hash of the whole content. `content` has the
    rule's data under "rule", how datastreams are put into groups under "groups" and what is done
    with an episode under "handling".
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    rule = models.ForeignKey(AlarmRule, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    rule_hash = models.CharField(max_length=16)
    fingerprint = models.CharField(max_length=32)
    content = models.JSONField()
    zone = models.CharField(max_length=50)
    created_at = models.DateTimeField(_("建立时间"))
    created_by = models.CharField(_("上线人"), max_length=100)

    class Meta:
        verbose_name = _("规则版本")
        ordering = ("rule", "-number")
        constraints = (
            models.UniqueConstraint(fields=("rule", "number"), name="alarms_version_number"),
            models.UniqueConstraint(
                fields=("rule", "fingerprint", "rule_hash"), name="alarms_version_content"
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule_id} {self.number}"

    def parsed(self) -> Rule:
        """The pure rule, in the zone that it was made for; its hash is `rule_hash`."""
        return parse_rule(self.content["rule"], zone=self.zone)


class RuleTrial(models.Model):
    """What a content would have raised over past readings; nothing of it is an episode.

    `since` and `until` are event times. `content` is the checked content that was tried and
    `fingerprint` its hash; `compared` is the version that was live then. `result` is what
    `rules.trying` found, as JSON. `read` counts readings of `total` while it runs.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("等待")
        RUNNING = "running", _("试算中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("没有完成")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    rule = models.ForeignKey(AlarmRule, models.CASCADE, related_name="trials")
    content = models.JSONField()
    fingerprint = models.CharField(max_length=32)
    compared = models.ForeignKey(
        RuleVersion, models.PROTECT, null=True, blank=True, related_name="+"
    )
    since = models.DateTimeField(_("开始时间"))
    until = models.DateTimeField(_("结束时间"))
    state = models.CharField(_("状态"), max_length=7, choices=State.choices, default=State.WAITING)
    read = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    result = models.JSONField(null=True, blank=True)
    problem = models.CharField(max_length=500, blank=True, default="")
    asked_at = models.DateTimeField(_("试算时间"))
    asked_by = models.CharField(_("试算人"), max_length=100)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("试算")
        ordering = ("-asked_at", "-id")
        indexes = (models.Index(fields=("state",), name="alarms_trial_state"),)

    def __str__(self) -> str:
        return f"{self.rule_id} {self.asked_at:%Y-%m-%d %H:%M}"


class RuleSettings(models.Model):
    """What the district says of all its rules; one row, the defaults hold without it.

    `two_people` are the levels at which whoever wrote a rule may not let it go live.
    """

    key = models.CharField(max_length=20, primary_key=True)
    two_people = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.key
