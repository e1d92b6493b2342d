"""The commitment tree: what the district promised, who answers for it and how it stands."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.kernel.plan.models.reports import Edition, Report, Task
from district.kernel.plan.models.statements import Basis, Comparator, Statement


class CommitmentKind(models.TextChoices):
    """What is promised."""

    INDICATOR = "indicator", _("主要指标")
    QUANTITY = "quantity", _("量化承诺")
    TASK = "task", _("工作任务")
    LIST = "list", _("清单")


class Nature(models.TextChoices):
    """How far the district is bound."""

    BINDING = "binding", _("约束性")
    EXPECTED = "expected", _("预期性")


class CommitmentState(models.TextChoices):
    """Where a commitment stands; active needs everything that `readiness` asks for."""

    PENDING = "pending", _("待落实责任")
    ACTIVE = "active", _("推进中")
    DONE = "done", _("已完成")
    CARRIED = "carried", _("转入下年")
    CANCELLED = "cancelled", _("已取消")


class Profile(models.TextChoices):
    """How progress is due over the year (序时进度)."""

    LINEAR = "linear", _("按月均衡")
    LAST_YEAR = "last_year", _("参照上年")
    BY_HAND = "by_hand", _("自行设定")


class Flag(models.TextChoices):
    """What of an amended report waits for a planner's decision."""

    NONE = "", _("无")
    REMOVED = "removed", _("修订稿已删去")
    CHANGED = "changed", _("修订稿有变化")


class Commitment(Versioned):
    """A promise of a report as a tracked row.

    The target is `comparator` `value` `unit` (from `value_from`, where the report says so)
    by `deadline`; it changes only through an approved TargetAdjustment. Tasks without a
    number have no value; their `percent` comes from the last progress report.
    `profile_shares` are twelve cumulative shares (texts from "0" to "1") of the target due
    by the end of each month, for profiles other than linear.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="commitments")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    depth = models.PositiveSmallIntegerField(default=0, editable=False)
    kind = models.CharField(_("类别"), max_length=9, choices=CommitmentKind)
    nature = models.CharField(_("性质"), max_length=8, choices=Nature, default=Nature.EXPECTED)
    title = models.TextField(_("名称"))
    sequence = models.CharField(_("编号"), max_length=40, blank=True)
    sort = models.PositiveIntegerField(default=0)
    year = models.PositiveSmallIntegerField(_("年度"))
    statement = models.ForeignKey(
        Statement, models.SET_NULL, null=True, blank=True, related_name="commitments"
    )
    task = models.ForeignKey(
        Task, models.SET_NULL, null=True, blank=True, related_name="commitments"
    )
    comparator = models.CharField(_("比较"), max_length=2, choices=Comparator, blank=True)
    value = ExactDecimalField(verbose_name=_("目标值"), null=True, blank=True)
    value_from = ExactDecimalField(verbose_name=_("起始值"), null=True, blank=True)
    unit = models.CharField(_("单位"), max_length=40, blank=True)
    basis = models.CharField(_("口径"), max_length=10, choices=Basis, blank=True)
    deadline = models.DateField(_("时限"))
    measure = models.ForeignKey(
        "kernel_measures.Measure", models.PROTECT, null=True, blank=True, related_name="+"
    )
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("牵头单位"),
    )
    co_units = models.ManyToManyField(
        "kernel_organisation.Unit", related_name="+", verbose_name=_("配合单位"), blank=True
    )
    leader = models.ForeignKey(
        "kernel_organisation.Member",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("责任领导"),
    )
    contact = models.ForeignKey(
        "kernel_organisation.Member",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("联系人"),
    )
    theme = models.CharField(_("主题"), max_length=40, blank=True)
    profile = models.CharField(_("序时进度"), max_length=9, choices=Profile, default=Profile.LINEAR)
    profile_shares = models.JSONField(default=list, blank=True)
    percent = models.PositiveSmallIntegerField(
        _("形象进度"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    state = models.CharField(
        _("状态"), max_length=9, choices=CommitmentState, default=CommitmentState.PENDING
    )
    flag = models.CharField(
        _("修订提示"), max_length=7, choices=Flag, default=Flag.NONE, blank=True
    )
    tracked = models.OneToOneField(
        "kernel_tracking.TrackedRow",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(_("建立时间"))
    # Set when it first became active: from then on only an adjustment changes the target.
    activated_at = models.DateTimeField(_("启动时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("承诺事项")
        ordering = ("-year", "sort", "depth", "id")
        indexes = (
            models.Index(fields=("report", "sort", "depth"), name="plan_commitment_order"),
            models.Index(fields=("report", "kind", "state"), name="plan_commitment_kind"),
            models.Index(fields=("lead_unit", "state"), name="plan_commitment_unit"),
            models.Index(fields=("year", "theme"), name="plan_commitment_theme"),
            models.Index(fields=("measure",), name="plan_commitment_measure"),
            # What the cockpit counts by, so that it need not read the rows themselves.
            models.Index(
                fields=("report", "state", "lead_unit", "theme", "deadline", "tracked"),
                name="plan_commitment_counts",
            ),
            models.Index(fields=("report", "deadline", "sort"), name="plan_commitment_due"),
            models.Index(fields=("-year", "sort", "id"), name="plan_commitment_listed"),
        )

    def __str__(self) -> str:
        return f"{self.sequence} {self.title}".strip()

    @property
    def is_quantitative(self) -> bool:
        """Whether it has a target number, so that its light comes from a measure."""
        return self.value is not None


class ProgressReport(models.Model):
    """How far a task without a number has come, said by its lead unit with evidence."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="progress_reports")
    percent = models.PositiveSmallIntegerField(_("形象进度"), validators=[MaxValueValidator(100)])
    text = models.TextField(_("进展情况"))
    # The name under which `services.progress.progress_storage` keeps the file; "" without one.
    evidence = models.CharField(max_length=64, blank=True, default="", editable=False)
    evidence_name = models.CharField(_("材料名称"), max_length=255, blank=True)
    reported_by = models.CharField(_("填报人"), max_length=80)
    reported_at = models.DateTimeField(_("填报时间"))

    class Meta:
        verbose_name = _("进展填报")
        ordering = ("-reported_at", "-id")

    def __str__(self) -> str:
        return f"{self.commitment_id}: {self.percent}%"


class Completion(models.Model):
    """That a commitment was declared done: why, by whom, perhaps with a file.

    It stays when the commitment is taken up again; the newest one is what holds.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="completions")
    reason = models.TextField(_("办结说明"))
    # The name under which `services.closing.completion_storage` keeps the file; "" without one.
    evidence = models.CharField(max_length=64, blank=True, default="", editable=False)
    evidence_name = models.CharField(_("材料名称"), max_length=255, blank=True)
    closed_by = models.CharField(_("办结人"), max_length=80)
    closed_at = models.DateTimeField(_("办结时间"))

    class Meta:
        verbose_name = _("办结记录")
        ordering = ("-closed_at", "-id")

    def __str__(self) -> str:
        return f"{self.commitment_id}: {self.closed_at}"


class AdjustmentState(models.TextChoices):
    """Where a target adjustment stands."""

    PROPOSED = "proposed", _("待审批")
    APPROVED = "approved", _("已批准")
    REFUSED = "refused", _("未批准")
    WITHDRAWN = "withdrawn", _("已撤回")


class TargetAdjustment(Versioned):
    """A change of a target: proposed, then approved by somebody else, visible for good.

    `*_before` is the target when it was proposed, `*_after` what it shall become.
    `document` names the paper it rests on; `edition` is the amended report, if that is why.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="adjustments")
    comparator_before = models.CharField(max_length=2, choices=Comparator, blank=True)
    value_before = ExactDecimalField(verbose_name=_("原目标"), null=True, blank=True)
    deadline_before = models.DateField(_("原时限"))
    comparator_after = models.CharField(max_length=2, choices=Comparator, blank=True)
    value_after = ExactDecimalField(verbose_name=_("新目标"), null=True, blank=True)
    deadline_after = models.DateField(_("新时限"))
    reason = models.TextField(_("调整理由"))
    document = models.CharField(_("依据文件"), max_length=255, blank=True)
    edition = models.ForeignKey(Edition, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(
        _("状态"), max_length=9, choices=AdjustmentState, default=AdjustmentState.PROPOSED
    )
    proposed_by_id = models.CharField(max_length=80)
    proposed_by = models.CharField(_("提出人"), max_length=80)
    proposed_at = models.DateTimeField(_("提出时间"))
    decided_by = models.CharField(_("审批人"), max_length=80, blank=True)
    decided_at = models.DateTimeField(_("审批时间"), null=True, blank=True)
    decision_note = models.CharField(_("审批意见"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("目标调整")
        ordering = ("proposed_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("commitment",),
                condition=models.Q(state="proposed"),
                name="plan_adjustment_one_open",
            ),
        )
        indexes = (models.Index(fields=("state", "proposed_at"), name="plan_adjustment_open"),)

    def __str__(self) -> str:
        return f"{self.commitment_id}: {self.value_before} -> {self.value_after}"
