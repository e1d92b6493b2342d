"""Workbooks that came in: checked as a whole, taken as a whole."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.systems.economy.models.series import Series


class SeriesImport(Versioned):
    """A sheet of a workbook as it was read, and everything that is wrong with it.

    `series` is None where the sheet tells several; then each of `rows` has its `series`. `rows` are
    the readings ({member, first, last, numbers, cells}), `problems` those of
    `rules.importing.checking` ({cell, code, params, kind}). Nothing is written before somebody
    has looked at it; then all of it is, or nothing.
    """

    class State(models.TextChoices):
        CHECKED = "checked", _("待确认")
        DONE = "done", _("已导入")
        DROPPED = "dropped", _("未导入")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    series = models.ForeignKey(
        Series, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("指标")
    )
    layout = models.CharField(_("表式"), max_length=40)
    file_name = models.CharField(_("文件"), max_length=200)
    file_sha256 = models.CharField(_("文件校验值"), max_length=64)
    year = models.PositiveSmallIntegerField(_("年份"), null=True)
    unit = models.CharField(_("表中单位"), max_length=20, blank=True, default="")
    source = models.CharField(_("来源"), max_length=10)
    status = models.CharField(_("数据状态"), max_length=11)
    rows = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    errors = models.PositiveIntegerField(_("错误"), default=0)
    doubts = models.PositiveIntegerField(_("疑点"), default=0)
    numbers = models.PositiveIntegerField(_("数值"), default=0)
    fresh = models.PositiveIntegerField(_("新数值"), default=0)
    revised = models.PositiveIntegerField(_("修订"), default=0)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.CHECKED)
    reason = models.CharField(_("疑点说明"), max_length=400, blank=True, default="")
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField(_("导入人"), max_length=80)
    sent_at = models.DateTimeField(_("上传时间"))
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("数据导入")
        ordering = ("-sent_at", "-id")

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        """The page that shows what was read."""
        return reverse("economy_import", args=[self.pk])
