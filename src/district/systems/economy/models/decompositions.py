"""Annual targets and how they are taken apart."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.systems.economy.models.series import Series


class Decomposition(Versioned):
    """A version of a year's target of a series, taken apart to its cells.

    `growth` is the target in percent, `base` last year's comparable level, `level` what they make
    of it. Of a series without levels there is growth alone and no cell. `wishes` are the numbers
    set by hand ({first, last, industry, street, kind, value}), `undone` the earlier lists of them,
    newest last. `drawn_at` is when last year's values were read as the pattern.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("起草")
        PROPOSED = "proposed", _("待审定")
        APPROVED = "approved", _("已审定")
        RETURNED = "returned", _("退回")
        REPLACED = "replaced", _("已被替代")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    series = models.ForeignKey(
        Series, models.PROTECT, related_name="decompositions", verbose_name=_("指标")
    )
    year = models.PositiveSmallIntegerField(_("年份"))
    number = models.PositiveSmallIntegerField(_("版次"))
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.DRAFT)
    growth = ExactDecimalField(_("增速目标"), null=True, blank=True)
    base = ExactDecimalField(_("同口径基数"), null=True, blank=True)
    level = ExactDecimalField(_("目标总量"), null=True, blank=True)
    wishes = models.JSONField(default=list)
    undone = models.JSONField(default=list)
    note = models.CharField(_("说明"), max_length=400, blank=True, default="")
    made_by = models.CharField(_("起草人"), max_length=80)
    made_by_id = models.CharField(max_length=64)
    made_at = models.DateTimeField(_("起草时间"))
    drawn_at = models.DateTimeField(_("取数时间"))
    proposed_by_id = models.CharField(max_length=64, blank=True, default="")
    decided_by = models.CharField(_("审定人"), max_length=80, blank=True, default="")
    decided_at = models.DateTimeField(_("审定时间"), null=True, blank=True)
    tracked = models.OneToOneField(
        "kernel_tracking.TrackedRow", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("目标分解")
        ordering = ("-year", "series", "-number")
        constraints = (
            models.UniqueConstraint(
                fields=("series", "year", "number"), name="economy_decomposition_number"
            ),
            models.UniqueConstraint(
                fields=("series", "year"),
                condition=models.Q(state="approved"),
                name="economy_decomposition_one_approved",
            ),
        )

    def __str__(self) -> str:
        return f"{self.series_id} {self.year} v{self.number}"

    def get_absolute_url(self) -> str:
        """The page of the decomposition."""
        return reverse("economy_decomposition", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it may still be changed."""
        return self.state in (self.State.DRAFT, self.State.RETURNED)


class DecompositionCell(models.Model):
    """A cell: what a member is to bring in a stretch of months.

    `industry` and `street` are "" where the series has not the dimension. `base` is the
    comparable value of the year before, which is the pattern; None where it is not known.
    """

    id = models.BigAutoField(primary_key=True)
    decomposition = models.ForeignKey(Decomposition, models.CASCADE, related_name="cells")
    industry = models.CharField(_("行业"), max_length=40, blank=True, default="")
    street = models.CharField(_("街道"), max_length=20, blank=True, default="")
    first_month = models.PositiveSmallIntegerField(_("起始月"))
    last_month = models.PositiveSmallIntegerField(_("截止月"))
    value = ExactDecimalField(_("目标"))
    base = ExactDecimalField(_("同口径基数"), null=True, blank=True)

    class Meta:
        verbose_name = _("分解目标")
        ordering = ("decomposition", "first_month", "industry", "street")
        constraints = (
            models.UniqueConstraint(
                fields=("decomposition", "industry", "street", "last_month"),
                name="economy_cell_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.decomposition_id} {self.last_month} {self.value}"
