"""Rules as rows: what is being written, what is live, and everything that ever was."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


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
    live = models.ForeignKey(
        "kernel_alarms.RuleVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("建立时间"))
    changed_at = models.DateTimeField(_("修改时间"))

    class Meta:
        verbose_name = _("告警规则")
        ordering = ("key",)

    def __str__(self) -> str:
        return self.label


class RuleVersion(models.Model):
    """A content that went live once or more; it never changes.

    `rule_hash` is the version of the pure rule (`sensing.rules`: 16 hexadecimal digits), of which
    episodes' keys are made. `content` has the rule's data under "rule", how datastreams are put
    into groups under "groups" and what is done with an episode under "handling".
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    rule = models.ForeignKey(AlarmRule, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    rule_hash = models.CharField(max_length=16)
    content = models.JSONField()
    zone = models.CharField(max_length=50)
    created_at = models.DateTimeField(_("建立时间"))
    created_by = models.CharField(_("上线人"), max_length=100)

    class Meta:
        verbose_name = _("规则版本")
        ordering = ("rule", "-number")
        constraints = (
            models.UniqueConstraint(fields=("rule", "number"), name="alarms_version_number"),
        )

    def __str__(self) -> str:
        return f"{self.rule_id} {self.number}"
