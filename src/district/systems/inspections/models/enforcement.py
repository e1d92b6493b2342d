"""Cases of law (查处) that inspections led to, or that a unit reports as a number."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class Enforcement(Versioned):
    """A case of law, or several of one kind that a unit reports together (`cases` says how many).

    `fine` is in yuan. `place` and `inspection` are known where an inspection led to it.
    """

    class Outcome(models.TextChoices):
        OPEN = "open", _("调查中")
        WARNED = "warned", _("警告或责令改正")
        FINED = "fined", _("罚款")
        CLOSED_DOWN = "closed_down", _("责令停产停业")
        REFERRED = "referred", _("移送司法机关")
        DROPPED = "dropped", _("不予处罚")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    number = models.CharField(_("案号"), max_length=40, unique=True)
    field = models.CharField(_("领域"), max_length=40)
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("办案单位")
    )
    cases = models.PositiveIntegerField(_("宗数"), default=1)
    filed_on = models.DateField(_("立案日期"))
    decided_on = models.DateField(_("决定日期"), null=True, blank=True)
    violation = models.CharField(_("违法行为"), max_length=200)
    basis = models.CharField(_("法律依据"), max_length=200, blank=True, default="")
    outcome = models.CharField(
        _("处理结果"), max_length=12, choices=Outcome.choices, default=Outcome.OPEN
    )
    fine = ExactDecimalField(_("罚款金额"), null=True, blank=True)
    place = models.ForeignKey(
        "sys_inspections.Place", models.PROTECT, null=True, blank=True, related_name="enforcements"
    )
    inspection = models.ForeignKey(
        "sys_inspections.Inspection",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="enforcements",
    )

    class Meta:
        verbose_name = _("查处案件")
        ordering = ("-filed_on", "-id")
        constraints = (
            models.CheckConstraint(condition=models.Q(cases__gte=1), name="insp_case_counts"),
        )
        indexes = (models.Index(fields=("field", "filed_on"), name="insp_case_field"),)

    def __str__(self) -> str:
        return self.number
