"""Reports, their editions, and what the compiler read in an edition besides its numbers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid


class StatementKind(models.TextChoices):
    """What a passage speaks of: what was achieved, what is promised, what is expected."""

    ACTUAL = "actual", _("完成")
    TARGET = "target", _("目标")
    ESTIMATE = "estimate", _("预计")


class Report(models.Model):
    """One plan or government work report of a district for one year."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("所属区")
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    title = models.CharField(_("标题"), max_length=200)
    # Only a published report's confirmed figures are shown to people without a log-in.
    published_at = models.DateTimeField(_("公开时间"), null=True, blank=True)
    created_at = models.DateTimeField(_("建立时间"))

    class Meta:
        verbose_name = _("计划报告")
        ordering = ("-year", "title")
        constraints = (
            models.UniqueConstraint(fields=("unit", "year", "title"), name="plan_report_once"),
        )

    def __str__(self) -> str:
        return f"{self.title} ({self.year})"


class EditionState(models.TextChoices):
    """Where an edition stands."""

    COMPILING = "compiling", _("解析中")
    FAILED = "failed", _("解析失败")
    PROPOSED = "proposed", _("待采用")
    CURRENT = "current", _("现行")
    SUPERSEDED = "superseded", _("已被替代")


class Edition(models.Model):
    """One text of a report, as submitted; an amended report is its next edition.

    `size` and `sha256` are of the file's bytes; `original` is the name under which
    `services.reports.report_storage` keeps them, "" for an edition loaded before files were
    kept (its `size` is 0). Offsets everywhere count characters of `text`.
    `progress` is 0 to 100 while compiling, `step` what is being done, `problem` what went
    wrong. `left_out` counts numbers too large to keep.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="editions")
    number = models.PositiveSmallIntegerField(_("版本"))
    file_name = models.CharField(_("文件名"), max_length=255)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64)
    original = models.CharField(max_length=64, blank=True, default="", editable=False)
    text = models.TextField(_("正文"))
    state = models.CharField(
        _("状态"), max_length=12, choices=EditionState, default=EditionState.COMPILING
    )
    progress = models.PositiveSmallIntegerField(_("解析进度"), default=0)
    step = models.CharField(_("当前步骤"), max_length=80, blank=True)
    problem = models.CharField(_("失败原因"), max_length=400, blank=True)
    left_out = models.PositiveIntegerField(default=0)
    uploaded_at = models.DateTimeField(_("上传时间"))
    uploaded_by = models.CharField(_("上传人"), max_length=80, blank=True)
    compiled_at = models.DateTimeField(_("解析时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("报告版本")
        ordering = ("report", "number")
        constraints = (
            models.UniqueConstraint(fields=("report", "number"), name="plan_edition_number"),
            models.UniqueConstraint(
                fields=("report",),
                condition=models.Q(state="current"),
                name="plan_edition_one_current",
            ),
        )

    def __str__(self) -> str:
        return f"{self.report_id} #{self.number}"


class Section(models.Model):
    """A heading of an edition; `start`:`end` spans what it governs."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="sections")
    position = models.PositiveIntegerField()
    title = models.TextField(_("标题"))
    number = models.CharField(_("编号"), max_length=40, blank=True)
    level = models.PositiveSmallIntegerField(_("层级"))
    path = models.TextField(_("章节"))
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    kind = models.CharField(_("性质"), max_length=8, choices=StatementKind)
    year = models.PositiveSmallIntegerField(_("年度"), null=True, blank=True)

    class Meta:
        verbose_name = _("章节")
        ordering = ("edition", "position")

    def __str__(self) -> str:
        return self.path


class TaskState(models.TextChoices):
    """What a planner decided on a proposed task."""

    PROPOSED = "proposed", _("待确认")
    CONFIRMED = "confirmed", _("已确认")
    REJECTED = "rejected", _("已排除")


class Task(models.Model):
    """A numbered item of an edition or a clause of one, proposed as a commitment.

    `key` is the compiler's path (`5.2.13.4`); level 0 section, 1 part, 2 numbered item,
    3 clause. `commitment` is set once it is confirmed; `previous` is the same task in the
    edition before.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="tasks")
    key = models.CharField(max_length=40)
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children"
    )
    level = models.PositiveSmallIntegerField(_("层级"))
    number = models.CharField(_("编号"), max_length=40, blank=True)
    title = models.TextField(_("标题"))
    text = models.TextField(_("原文"))
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    section = models.TextField(_("章节"), blank=True)
    kind = models.CharField(_("性质"), max_length=8, choices=StatementKind)
    year = models.PositiveSmallIntegerField(_("年度"), null=True, blank=True)
    deadline = models.CharField(_("时限"), max_length=10, blank=True)
    qualitative = models.BooleanField(_("无数字"), default=True)
    theme = models.CharField(_("主题"), max_length=40, blank=True)
    themes = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=64, db_index=True)
    state = models.CharField(_("状态"), max_length=9, choices=TaskState, default=TaskState.PROPOSED)
    commitment = models.ForeignKey(
        "kernel_plan.Commitment", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    previous = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("拟定任务")
        ordering = ("edition", "start", "level")
        constraints = (models.UniqueConstraint(fields=("edition", "key"), name="plan_task_key"),)
        indexes = (models.Index(fields=("edition", "start"), name="plan_task_start"),)

    def __str__(self) -> str:
        return self.title


class Term(models.Model):
    """A term that an edition's last pages explain; pages show it on hover."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="terms")
    term = models.CharField(_("名词"), max_length=200)
    explanation = models.TextField(_("解释"))
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    aliases = models.JSONField(_("别称"), default=list)

    class Meta:
        verbose_name = _("名词解释")
        ordering = ("edition", "start")

    def __str__(self) -> str:
        return self.term
