"""What firms look for, and the units that they were offered."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.systems.spaces.models.supply import Hazard, SpaceUnit, unit_key


class Demand(Versioned):
    """A firm's demand for space (用房需求); `lead_unit` handles it. What is empty is not asked for.

    Units are those of `SpaceUnit`; `budget` is the most that it pays in yuan a m2 and month,
    `streets` the codes of those that it would go to, the most wished first.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待匹配")
        SIGNED = "signed", _("已签约")
        WITHDRAWN = "withdrawn", _("已撤回")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    number = models.CharField(_("编号"), max_length=20, unique=True)
    firm = models.CharField(_("企业"), max_length=120)
    firm_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, default="")
    lead_unit = unit_key(_("经办单位"))
    area_from = ExactDecimalField(_("面积不小于"), null=True, blank=True)
    area_to = ExactDecimalField(_("面积不大于"), null=True, blank=True)
    load = ExactDecimalField(_("荷载不小于"), null=True, blank=True)
    height = ExactDecimalField(_("层高不小于"), null=True, blank=True)
    lift_load = ExactDecimalField(_("货梯载重不小于"), null=True, blank=True)
    power = ExactDecimalField(_("用电容量不小于"), null=True, blank=True)
    hazard = models.CharField(
        _("生产的火灾危险性"), max_length=1, choices=Hazard.choices, blank=True, default=""
    )
    drainage = models.BooleanField(_("须有工业排水"), default=False)
    streets = models.JSONField(_("意向街道"), default=list, blank=True)
    budget = ExactDecimalField(_("租金不高于"), null=True, blank=True)
    wanted_on = models.DateField(_("最迟入驻"), null=True, blank=True)
    use = models.CharField(_("用途"), max_length=200)
    state = models.CharField(_("状态"), max_length=9, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("用房需求")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.number} {self.firm}"

    def get_absolute_url(self) -> str:
        """The page of the demand."""
        return reverse("spaces_demand", args=[self.pk])


class Offer(models.Model):
    """A unit offered to a demand; how it stands is the case's.

    `score` (0 to 1) and `parts` are what the ranking said when it was offered.
    """

    case = models.OneToOneField(
        "kernel_cases.Case", models.PROTECT, primary_key=True, related_name="space_offer"
    )
    demand = models.ForeignKey(
        Demand, models.PROTECT, related_name="offers", verbose_name=_("用房需求")
    )
    unit = models.ForeignKey(
        SpaceUnit, models.PROTECT, related_name="offers", verbose_name=_("空间单元")
    )
    score = ExactDecimalField(_("匹配分"))
    parts = models.JSONField(default=list)
    offered_at = models.DateTimeField(_("推荐时间"))

    class Meta:
        verbose_name = _("推荐")
        ordering = ("-offered_at",)

    def __str__(self) -> str:
        return f"{self.case_id}"
