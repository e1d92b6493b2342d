"""Files of a million rows on their way into the register."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.systems.enterprises.models.sources import Source


class ImportRun(models.Model):
    """One file of one source: checked as a whole, its good rows written batch by batch.

    Every batch commits its rows together with `rows_done` and the counts, so whoever takes the
    run up after a killed worker goes on where it stood; and a batch that is written twice
    changes nothing, because rows are known by source, code and `told_on`. Rows that are wrong
    are left out and kept in a file. `problems` holds the first of them ({row, column, problem,
    remedy}). Files lie below `importing.places.folder_of`.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("正在检查")
        WRITING = "writing", _("正在写入")
        DONE = "done", _("已导入")
        REFUSED = "refused", _("未导入")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("来源"))
    told_on = models.DateField(_("数据截至"))
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField(_("导入人"), max_length=100)
    file_name = models.CharField(_("文件"), max_length=200)
    file_sha256 = models.CharField(_("文件校验值"), max_length=64)
    state = models.CharField(
        _("状态"), max_length=10, choices=State.choices, default=State.CHECKING
    )
    rows = models.PositiveIntegerField(_("行数"), default=0)
    rows_good = models.PositiveIntegerField(_("可写入行数"), default=0)
    rows_done = models.PositiveIntegerField(_("已写入行数"), default=0)
    rejected = models.PositiveIntegerField(_("有误行数"), default=0)
    added = models.PositiveIntegerField(_("新增"), default=0)
    changed = models.PositiveIntegerField(_("更新"), default=0)
    unchanged = models.PositiveIntegerField(_("没有变化"), default=0)
    problem = models.CharField(max_length=400, blank=True)
    problems = models.JSONField(default=list)
    started_at = models.DateTimeField(_("开始时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True)

    class Meta:
        verbose_name = _("企业导入")
        ordering = ("-started_at",)
        indexes = (models.Index(fields=("state", "started_at"), name="ent_import_state"),)

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in (self.State.DONE, self.State.REFUSED)
