"""Who owes which value when, and each value on its way from draft to sign-off."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.kernel.measures.models.measures import Frequency, Measure, Span, Status


class FilingDuty(Versioned):
    """A unit files a measure each period, within so many working days after its end.

    `since` is the earliest last day of a period that is owed. `by_hand`: a member made it, so
    the plan does not end it when commitments close or change hands. `ended_by_hand`: a member
    ended it, so the plan does not start it again.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="duties")
    unit = models.ForeignKey("kernel_organisation.Unit", models.PROTECT, related_name="+")
    contact = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, null=True, blank=True, related_name="+"
    )
    frequency = models.CharField(_("频率"), max_length=12, choices=Frequency)
    days_after = models.PositiveSmallIntegerField(_("期后工作日"), default=5)
    since = models.DateField(_("起始日期"))
    active = models.BooleanField(_("在用"), default=True)
    by_hand = models.BooleanField(_("单独设置"), default=False)
    ended_by_hand = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("填报任务")
        ordering = ("measure", "unit")
        constraints = (
            models.UniqueConstraint(fields=("measure", "unit"), name="filing_duty_once"),
        )

    def __str__(self) -> str:
        return f"{self.measure_id} {self.unit_id}"


class Filing(Versioned):
    """One value owed for one period: filled in, filed, reviewed by the head, signed off.

    `tracked` carries its clock and light; `value_recorded` is what the sign-off wrote.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("待填报")
        FILED = "filed", _("待审核")
        REVIEWED = "reviewed", _("待审定")
        SIGNED_OFF = "signed_off", _("已审定")
        RETURNED = "returned", _("已退回")
        CANCELLED = "cancelled", _("已取消")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    duty = models.ForeignKey(FilingDuty, models.PROTECT, related_name="filings")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="filings", db_index=False)
    unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", db_index=False
    )
    period_start = models.DateField(_("期初"))
    period_end = models.DateField(_("期末"))
    period_kind = models.CharField(_("时间口径"), max_length=12, choices=Span)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    value = ExactDecimalField(verbose_name=_("数值"), null=True, blank=True)
    status = models.CharField(
        _("数据状态"), max_length=11, choices=Status, default=Status.PRELIMINARY
    )
    note = models.TextField(_("说明"), blank=True, default="")
    warnings = models.JSONField(default=list, blank=True)
    return_reason = models.TextField(_("退回原因"), blank=True, default="")
    filed_by = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, null=True, blank=True, related_name="+"
    )
    filed_at = models.DateTimeField(_("填报时间"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    signed_off_by = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_off_at = models.DateTimeField(_("审定时间"), null=True, blank=True)
    tracked = models.OneToOneField(
        "kernel_tracking.TrackedRow", models.PROTECT, null=True, blank=True, related_name="+"
    )
    value_recorded = models.OneToOneField(
        "kernel_measures.MeasureValue",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="filing",
    )
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("填报")
        ordering = ("-period_end", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("measure", "unit", "period_start", "period_end"), name="filing_once"
            ),
        )
        indexes = (
            models.Index(fields=("unit", "state"), name="filing_unit_state"),
            models.Index(fields=("state", "period_end"), name="filing_state"),
        )

    def __str__(self) -> str:
        return f"{self.measure_id} {self.unit_id} {self.period_end}"

    def get_absolute_url(self) -> str:
        return reverse("filing", args=[self.pk])


class Evidence(models.Model):
    """A file that supports a filing, kept under a random name outside the web root."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    filing = models.ForeignKey(Filing, models.CASCADE, related_name="evidence")
    name = models.CharField(_("文件名"), max_length=200)
    content_type = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored = models.CharField(max_length=64, unique=True, editable=False)
    added_by = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("佐证材料")
        ordering = ("added_at", "id")

    def __str__(self) -> str:
        return self.name
