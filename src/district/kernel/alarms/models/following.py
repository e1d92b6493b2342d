"""How far the log has been followed, and which rules were applied to which groups from where on."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid


class Following(models.Model):
    """Up to where in the log the transitions are written; one row.

    `position` is that of the last frame whose transitions are rows, -1 before the first.
    `snapshot` names the latest state kept in a file, at or before it.
    """

    key = models.CharField(max_length=20, primary_key=True)
    position = models.BigIntegerField(default=-1)
    snapshot = models.CharField(max_length=100, blank=True, default="")
    moved_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.key} {self.position}"


class Run(models.Model):
    """A version applied to certain groups over a stretch of the log: what a replay needs.

    From behind `since` (the last frame before it) up to and with `until` (null while it goes on).
    `groups` is the binding's groups as compressed columns (`rules.packing`). Another version, or
    the same with other groups, is another run.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    version = models.ForeignKey("kernel_alarms.RuleVersion", models.PROTECT, related_name="runs")
    since = models.BigIntegerField()
    until = models.BigIntegerField(null=True, blank=True)
    groups = models.BinaryField()
    group_count = models.PositiveIntegerField(_("对象数"))
    began_at = models.DateTimeField(_("开始时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("规则运行")
        ordering = ("version", "-since")
        indexes = (models.Index(fields=("until", "since"), name="alarms_run_stretch"),)

    def __str__(self) -> str:
        return f"{self.version_id} {self.since}"
