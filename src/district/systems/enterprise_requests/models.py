"""What enterprise requests keep besides their cases: the posts of “1+8+11”, and the visits log."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class ServicePost(models.Model):
    """One post of the enterprise service: which unit it is, and the industries that come to it.

    There is one command post; of the supervision centres the first that a complaint is not about
    takes it. `industries` are values of the case type's fact.
    """

    class Kind(models.TextChoices):
        COMMAND = "command", _("总指挥部")
        INDUSTRY = "industry", _("行业指挥部")
        STREET = "street", _("街道指挥部")
        SUPERVISION = "supervision", _("投诉监督机构")

    key = models.CharField(max_length=40, primary_key=True)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(max_length=120, blank=True, default="")
    unit = models.ForeignKey("kernel_organisation.Unit", models.PROTECT, related_name="+")
    industries = models.JSONField(default=list, blank=True)
    sort = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("企业服务指挥部")
        ordering = ("sort", "key")

    def __str__(self) -> str:
        return self.name


class Visit(Versioned):
    """A call on an enterprise (挂点服务): who went, when, and what the enterprise raised there.

    `lead_unit` is the visitor's unit. No word of what was raised goes into history.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    number = models.CharField(_("走访编号"), max_length=24, unique=True)
    enterprise = models.CharField(_("企业名称"), max_length=120)
    industry = models.CharField(_("行业"), max_length=40, blank=True, default="")
    street_unit = models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("所在街道"),
    )
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        related_name="+",
        verbose_name=_("走访单位"),
    )
    visitor = models.CharField(_("走访人"), max_length=60)
    visited_on = models.DateField(_("走访日期"))
    raised = models.TextField(_("企业反映"), blank=True, default="")

    class Meta:
        verbose_name = _("挂点服务走访")
        ordering = ("-visited_on", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("visited_on", "enterprise", "visitor"), name="enterprise_visit_once"
            ),
        )
        indexes = (models.Index(fields=("lead_unit", "-visited_on"), name="enterprise_visit_unit"),)

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The page of the visit."""
        return reverse("enterprise_visit", args=[self.pk])


class VisitRequest(models.Model):
    """A request that was opened from a visit."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="requests")
    case = models.OneToOneField("kernel_cases.Case", models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("走访诉求")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.visit_id} {self.case_id}"
