"""What inspections found."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.sent_photos import SentPhoto


class Inspection(models.Model):
    """An inspection as it was submitted. Its id is made on the phone, so it comes in once.

    `content_sha256` tells whether the same id came with another content. `task` is None for an
    inspection that was submitted beside its task (somebody else had done it). `begun_at` and
    `finished_at` are the phone's; `lon`, `lat` (WGS-84) and `accuracy` (metres) too, if it knew.
    `sections` says what each section of the checklist came to. `settled`: photos lie with the
    hazards, and what was put right on the spot is closed.
    """

    class Result(models.TextChoices):
        PASS = "pass", _("合格")
        FAIL = "fail", _("不合格")

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.CharField(_("检查编号"), max_length=24, unique=True)
    task = models.OneToOneField(
        "sys_inspections.Task", models.PROTECT, null=True, blank=True, related_name="inspection"
    )
    place = models.ForeignKey("sys_inspections.Place", models.PROTECT, related_name="inspections")
    round = models.ForeignKey(
        "sys_inspections.Round", models.PROTECT, null=True, blank=True, related_name="inspections"
    )
    checklist = models.CharField(_("检查表"), max_length=40)
    checklist_version = models.CharField(max_length=16)
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("检查单位")
    )
    inspector = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, related_name="+", verbose_name=_("检查人")
    )
    result = models.CharField(_("结果"), max_length=8, choices=Result.choices)
    sections = models.JSONField(default=dict, blank=True)
    passed = models.PositiveSmallIntegerField(_("合格项"), default=0)
    failed = models.PositiveSmallIntegerField(_("不合格项"), default=0)
    skipped = models.PositiveSmallIntegerField(_("不适用项"), default=0)
    note = models.TextField(_("检查说明"), blank=True, default="")
    begun_at = models.DateTimeField(_("开始时间"))
    finished_at = models.DateTimeField(_("检查时间"))
    received_at = models.DateTimeField(_("上报时间"))
    lon = ExactDecimalField(_("经度"), null=True, blank=True)
    lat = ExactDecimalField(_("纬度"), null=True, blank=True)
    accuracy = models.PositiveIntegerField(_("定位误差"), null=True, blank=True)
    content_sha256 = models.CharField(max_length=64)
    settled = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("检查")
        ordering = ("-finished_at", "-id")
        indexes = (
            models.Index(fields=("checklist", "-finished_at"), name="insp_result_list"),
            models.Index(fields=("lead_unit", "-finished_at"), name="insp_result_unit"),
            models.Index(
                fields=("id",), name="insp_result_open", condition=models.Q(settled=False)
            ),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The page of the inspection."""
        return reverse("inspections_result", args=[self.pk])


class Answer(models.Model):
    """One item's answer. A failed one that counts as a hazard has its case."""

    class Verdict(models.TextChoices):
        PASS = "pass", _("合格")
        FAIL = "fail", _("不合格")
        NA = "na", _("不适用")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="answers")
    position = models.PositiveSmallIntegerField()
    item = models.CharField(max_length=40)
    verdict = models.CharField(_("结果"), max_length=4, choices=Verdict.choices)
    value = ExactDecimalField(_("数值"), null=True, blank=True)
    severity = models.CharField(max_length=10, blank=True, default="")
    note = models.TextField(_("说明"), blank=True, default="")
    photos = models.JSONField(default=list, blank=True)
    fixed = models.BooleanField(_("立行立改"), default=False)
    after = models.JSONField(default=list, blank=True)
    hazard = models.OneToOneField(
        "kernel_cases.Case", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("检查项结果")
        ordering = ("inspection", "position")
        constraints = (
            models.UniqueConstraint(fields=("inspection", "item"), name="insp_answer_once"),
        )

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.item}"


class Photo(SentPhoto):
    """A picture of an inspection, which may come in before it; `inspection_key` is the phone's id,
    and answers name it by `source_sha256`."""

    inspection_key = models.UUIDField()
    task = models.ForeignKey("sys_inspections.Task", models.PROTECT, related_name="photos")

    class Meta:
        verbose_name = _("检查照片")
        ordering = ("received_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("inspection_key", "source_sha256"), name="insp_photo_once"
            ),
        )
