"""Published versions of checklists, and rounds of inspections with their draw."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class ChecklistVersion(models.Model):
    """A version of a checklist as its file said it, known by its hash; it never changes."""

    version = models.CharField(max_length=16, primary_key=True)
    key = models.CharField(max_length=40)
    content = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        verbose_name = _("检查表版本")
        ordering = ("key", "published_at")

    def __str__(self) -> str:
        return f"{self.key} {self.version}"


class Round(Versioned):
    """A round of inspections: which places, how many, by which checklist, who inspects, until when.

    `population` (canonical text), `strata`, `seed_sha256` and `commitment_sha256` are fixed by the
    commitment and published; `seed` is known to the product alone until the draw. `selected` is
    what was drawn. `where` is a condition over the register of places. `weights` are whole numbers
    by stratum. `inspectors` are ids of members, counted from 1 in a draw.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("拟定")
        COMMITTED = "committed", _("已公示待抽取")
        DRAWN = "drawn", _("已抽取")
        CLOSED = "closed", _("已结束")

    class Stratify(models.TextChoices):
        NONE = "", _("不分层")
        STREET = "street", _("按街道")
        KIND = "kind", _("按类别")
        RISK = "risk", _("按风险等级")
        LEAD = "lead_unit", _("按责任单位")

    class AssignTo(models.TextChoices):
        ROUND = "round", _("组织单位")
        PLACE = "place", _("对象的责任单位")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    number = models.CharField(_("编号"), max_length=24, unique=True)
    title = models.CharField(_("名称"), max_length=120)
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("组织单位")
    )
    checklist = models.CharField(_("检查表"), max_length=40)
    checklist_version = models.CharField(max_length=16)
    where = models.TextField(_("对象范围"), blank=True, default="")
    size = models.PositiveIntegerField(_("抽取数量"))
    stratify = models.CharField(
        _("分层"), max_length=12, choices=Stratify.choices, blank=True, default=""
    )
    weights = models.JSONField(default=dict, blank=True)
    assign_to = models.CharField(
        _("检查单位"), max_length=8, choices=AssignTo.choices, default=AssignTo.ROUND
    )
    inspectors = models.JSONField(default=list, blank=True)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("截止日期"))
    public_source = models.CharField(_("公开随机源"), max_length=200, blank=True, default="")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    population = models.TextField(blank=True, default="")
    population_count = models.PositiveIntegerField(_("对象总数"), default=0)
    population_sha256 = models.CharField(max_length=64, blank=True, default="")
    strata = models.JSONField(default=list, blank=True)
    seed = models.CharField(max_length=64, blank=True, default="")
    seed_sha256 = models.CharField(max_length=64, blank=True, default="")
    public_value = models.CharField(_("随机源的值"), max_length=200, blank=True, default="")
    commitment_sha256 = models.CharField(max_length=64, blank=True, default="")
    selected = models.JSONField(default=list, blank=True)
    committed_at = models.DateTimeField(_("公示时间"), null=True, blank=True)
    drawn_at = models.DateTimeField(_("抽取时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("检查批次")
        ordering = ("-starts_on", "-id")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the round."""
        return reverse("inspections_round", args=[self.pk])
