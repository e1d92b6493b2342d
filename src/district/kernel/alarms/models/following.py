"""How far the log has been followed, and which rules were applied to which groups from where on."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid


class Following(models.Model):
    """Up to where in the log the transitions are written; one row.

    `position` is that of the last frame whose transitions are rows, -1 before the first; `end`
    the one behind the last frame that was there. `floor` is the first frame that a restart may
    need: the log keeps it. `holder` is the process that follows, by a word that no other has,
    and `beat_at` its last sign of life. `heard_at` is the log's own clock at `position`.
    `heard` is what had been seen of all datastreams when rules last changed, at `changed_at`.
    `problem` is what has been wrong since `problem_at`, "" while nothing is.
    """

    key = models.CharField(max_length=20, primary_key=True)
    position = models.BigIntegerField(default=-1)
    end = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(default=0)
    snapshot = models.BigIntegerField(default=-1)
    heard = models.BinaryField(default=b"")
    changed_at = models.BigIntegerField(default=-1)
    holder = models.CharField(max_length=100, blank=True, default="")
    rules = models.PositiveIntegerField(default=0)
    groups = models.PositiveIntegerField(default=0)
    beat_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    grew_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True, default="")
    problem_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.key} {self.position}"


class Run(models.Model):
    """A version applied to certain groups over a stretch of the log: what a replay needs.

    From behind `since` (the last frame before it) up to and with `until` (null while it goes on).
    `groups` is the binding's groups as compressed columns (`rules.packing`), `heard` what had been
    seen by then of their streams, which sets where the rule begins. Another version, or the same
    with other groups, is another run; at most one change is made at a position.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    version = models.ForeignKey("kernel_alarms.RuleVersion", models.PROTECT, related_name="runs")
    since = models.BigIntegerField()
    until = models.BigIntegerField(null=True, blank=True)
    groups = models.BinaryField()
    heard = models.BinaryField(default=b"")
    group_count = models.PositiveIntegerField(_("对象数"))
    began_at = models.DateTimeField(_("开始时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("规则运行")
        ordering = ("version", "-since")
        indexes = (models.Index(fields=("until", "since"), name="alarms_run_stretch"),)

    def __str__(self) -> str:
        return f"{self.version_id} {self.since}"


class Trouble(models.Model):
    """Something that keeps alarms from being raised (运行故障): told to administrators once, and
    over when it is no longer so. `params` are what its sentence names."""

    class Kind(models.TextChoices):
        STOPPED = "stopped", _("告警程序没有运行")
        BEHIND = "behind", _("告警程序落后")
        FAILING = "failing", _("告警程序出错")
        LOG_STILL = "log_still", _("观测记录停止增长")
        GATEWAY_AWAY = "gateway_away", _("接收程序没有响应")
        SPOOL_FULL = "spool_full", _("隔离缓存将满")
        LOG_FULL = "log_full", _("观测记录写不进去")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    kind = models.CharField(_("故障"), max_length=12, choices=Kind.choices)
    params = models.JSONField(default=dict)
    since = models.DateTimeField(_("开始时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("运行故障")
        ordering = ("-since",)
        constraints = (
            models.UniqueConstraint(
                fields=("kind",),
                condition=models.Q(ended_at=None),
                name="alarms_trouble_once",
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()
