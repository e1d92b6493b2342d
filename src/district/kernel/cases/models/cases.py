"""A case, the units that handle it together, and its links to other cases."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.kernel.cases.rules.facts import SOURCES


class Case(Versioned):
    """Something that needs somebody to act, from the report until it is closed.

    `type_version` pins the declaration that it follows; `stage` is a word of it, `category` and
    `holder_unit` follow from the stage (whose turn it is). `centre_unit` runs the desk,
    `lead_unit` handles it (the centre until it is dispatched). `clock` is the tracked row of the
    running clock that ends first. `cell` is the square of `rules.nearness` around (lon, lat),
    WGS-84. `facts` are the type's own. Texts may hold personal data until `anonymised_at`.
    """

    class Category(models.TextChoices):
        OPEN = "open", _("在办")
        PAUSED = "paused", _("挂起")
        DONE = "done", _("已结束")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    number = models.CharField(_("单号"), max_length=24, unique=True)
    type_key = models.CharField(_("类型"), max_length=40)
    type_version = models.CharField(max_length=16)
    title = models.CharField(_("标题"), max_length=120)
    text = models.TextField(_("内容"))
    stage = models.CharField(_("环节"), max_length=40)
    category = models.CharField(_("状态"), max_length=8, choices=Category.choices)
    previous_stage = models.CharField(max_length=40, blank=True, default="")
    grade = models.CharField(_("等级"), max_length=40, blank=True, default="")
    matter = models.CharField(_("事项"), max_length=40, blank=True, default="")
    # The version of the catalogue that the matter was chosen from.
    catalogue = models.CharField(max_length=16, blank=True, default="")
    source = models.CharField(_("来源"), max_length=20, choices=SOURCES)
    # The number that the sending platform gave it; the same one comes in once.
    source_name = models.CharField(_("来源平台"), max_length=40, blank=True, default="")
    source_number = models.CharField(_("来源单号"), max_length=60, blank=True, default="")
    source_due_at = models.DateTimeField(_("来源时限"), null=True, blank=True)
    is_sensitive = models.BooleanField(_("敏感"), default=False)
    is_anonymous = models.BooleanField(_("匿名"), default=False)
    is_confidential = models.BooleanField(_("保密"), default=False)
    lon = ExactDecimalField(_("经度"), null=True, blank=True)
    lat = ExactDecimalField(_("纬度"), null=True, blank=True)
    cell = models.CharField(max_length=16, blank=True, default="")
    place = models.CharField(_("地点"), max_length=200, blank=True, default="")
    street_unit = models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("街道"),
        db_index=False,
    )
    community_unit = models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("社区"),
        db_index=False,
    )
    centre_unit = models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        related_name="+",
        verbose_name=_("受理中心"),
        db_index=False,
    )
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        related_name="+",
        verbose_name=_("承办单位"),
        db_index=False,
    )
    holder_unit = models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        related_name="+",
        verbose_name=_("当前处理单位"),
        db_index=False,
    )
    # Whom the report is about: that unit never sees it.
    complained_unit = models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    suggested_unit = models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    handler = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The leader in charge (包案领导), where one is named.
    leader = models.ForeignKey(
        "kernel_organisation.Member",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("包案领导"),
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_cases"
    )
    clock = models.ForeignKey(
        "kernel_tracking.TrackedRow", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reporter_count = models.PositiveIntegerField(_("反映人数"), default=0)
    returns = models.PositiveSmallIntegerField(_("退单次数"), default=0)
    pauses = models.PositiveSmallIntegerField(_("挂起次数"), default=0)
    extensions = models.PositiveSmallIntegerField(_("延期次数"), default=0)
    reopens = models.PositiveSmallIntegerField(_("重办次数"), default=0)
    is_bound = models.BooleanField(_("已裁定"), default=False)
    asked_days = models.PositiveSmallIntegerField(null=True, blank=True)
    resume_on = models.DateField(_("恢复日期"), null=True, blank=True)
    result = models.TextField(_("办理结果"), blank=True, default="")
    satisfaction = models.CharField(_("回访结果"), max_length=12, blank=True, default="")
    facts = models.JSONField(default=dict, blank=True)
    reported_at = models.DateTimeField(_("反映时间"))
    # The deadline of the main clock, as it was when that last ran.
    due_at = models.DateTimeField(_("办理期限"), null=True, blank=True)
    dispatched_at = models.DateTimeField(_("派单时间"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("签收时间"), null=True, blank=True)
    finished_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结案时间"), null=True, blank=True)
    anonymised_at = models.DateTimeField(null=True, blank=True)
    # The caller's key of the report, None where there is none: it opens no second case.
    key = models.CharField(max_length=80, null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("事件")
        ordering = ("-reported_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("source_name", "source_number"),
                condition=~models.Q(source_number=""),
                name="case_source_number_once",
            ),
        )
        indexes = (
            models.Index(fields=("type_key", "-reported_at", "-id"), name="case_type_order"),
            models.Index(fields=("-reported_at", "-id"), name="case_order"),
            models.Index(fields=("lead_unit", "-reported_at", "-id"), name="case_lead_order"),
            models.Index(
                fields=("holder_unit", "type_key", "stage"),
                name="case_desk",
                condition=models.Q(category="open"),
            ),
            models.Index(
                fields=("type_key", "stage", "-reported_at", "-id"), name="case_stage_order"
            ),
            models.Index(fields=("type_key", "due_at", "id"), name="case_due_order"),
            models.Index(fields=("street_unit", "-reported_at", "-id"), name="case_street_order"),
            models.Index(fields=("community_unit", "-reported_at"), name="case_community_order"),
            # What is open is a small part of all: live boards and desks count it from here alone,
            # with what decides who may see it.
            models.Index(
                fields=("lead_unit", "type_key", "category", "clock"),
                include=(
                    "street_unit",
                    "community_unit",
                    "centre_unit",
                    "complained_unit",
                    "stage",
                    "holder_unit",
                    "handler",
                    "leader",
                    "id",
                ),
                name="case_under_way",
                condition=models.Q(category__in=("open", "paused")),
            ),
            models.Index(fields=("cell", "-reported_at"), name="case_near"),
            models.Index(fields=("matter", "-reported_at"), name="case_matter"),
            models.Index(
                fields=("resume_on",), name="case_resume", condition=models.Q(category="paused")
            ),
            models.Index(
                fields=("closed_at",),
                name="case_retention",
                condition=models.Q(anonymised_at=None, category="done"),
            ),
        )

    def __str__(self) -> str:
        return self.number


class CoUnit(models.Model):
    """A unit that handles a case together with the lead unit; the lead closes after it."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="co_units")
    unit = models.ForeignKey("kernel_organisation.Unit", models.PROTECT, related_name="+")
    demand = models.CharField(_("配合事项"), max_length=300, blank=True, default="")
    text = models.TextField(_("办理情况"), blank=True, default="")
    finished_at = models.DateTimeField(_("办结时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("配合单位")
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("case", "unit"), name="case_co_unit_once"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.unit_id}"


class CaseLink(models.Model):
    """A later case that carries on from an earlier one (mediation to arbitration)."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    before = models.ForeignKey(Case, models.PROTECT, related_name="links_after")
    after = models.ForeignKey(Case, models.PROTECT, related_name="links_before")
    kind = models.CharField(_("关联"), max_length=40)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("关联事件")
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("before", "after"), name="case_link_once"),
            models.CheckConstraint(
                condition=~models.Q(before=models.F("after")), name="case_link_to_another"
            ),
        )

    def __str__(self) -> str:
        return f"{self.before_id} -> {self.after_id}"
