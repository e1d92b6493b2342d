"""A report being written, and its sections."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.district_settings import DistrictSetting
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class Setting(DistrictSetting):
    """What the district's folder says of phrasing."""


class DraftState(models.TextChoices):
    """Where a draft stands."""

    DRAFTING = "drafting", _("起草中")
    APPROVED = "approved", _("已审定")


class Draft(Versioned):
    """The report on carrying out one year's plan, with the next year's plan.

    `report` is the plan that it tells of; `year` the year that it tells of, so that its plan is of
    `year` + 1. `issuer` is who lays it before the people's congress.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    report = models.ForeignKey(
        "kernel_plan.Report", models.PROTECT, related_name="drafts", verbose_name=_("计划报告")
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    title = models.CharField(_("标题"), max_length=200)
    issuer = models.CharField(_("报告单位"), max_length=120)
    state = models.CharField(
        _("状态"), max_length=8, choices=DraftState, default=DraftState.DRAFTING
    )
    made_at = models.DateTimeField(_("起草时间"))
    made_by = models.CharField(_("起草人"), max_length=80)
    made_by_id = models.CharField(max_length=80)
    approved_at = models.DateTimeField(_("审定时间"), null=True, blank=True)
    approved_by = models.CharField(_("审定人"), max_length=80, blank=True, default="")

    class Meta:
        verbose_name = _("报告草稿")
        ordering = ("-year", "-made_at")
        constraints = (
            models.UniqueConstraint(
                fields=("report",),
                condition=models.Q(state="drafting"),
                name="reports_one_in_drafting",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether it is still being written."""
        return self.state == DraftState.DRAFTING


class Section(models.Model):
    """A heading of a draft; `kind` says how its passages are set.

    `key` is what it tells of (`headlines`, `theme:education`, ...); `owner` edits its words
    besides the planners.
    """

    class Kind(models.TextChoices):
        PROSE = "prose", _("正文")
        LIST = "list", _("列项")
        TERMS = "terms", _("名词解释")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField()
    heading = models.CharField(_("标题"), max_length=120)
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.PROSE)
    owner = models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("撰写单位"),
    )

    class Meta:
        verbose_name = _("章节")
        ordering = ("draft", "position")
        constraints = (
            models.UniqueConstraint(fields=("draft", "position"), name="reports_section_place"),
        )

    def __str__(self) -> str:
        return self.heading
