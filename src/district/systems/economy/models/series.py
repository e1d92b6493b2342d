"""Series of economic statistics and their values, every vintage of them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from district.kernel.base.district_settings import DistrictSetting
from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class Setting(DistrictSetting):
    """What the district's folder says of the economy: industries and layouts of workbooks."""


class Series(Versioned):
    """An indicator as it is published over time.

    `basis` "growth": only growth is published, and there is no level unless a base is known.
    `span` is what one value speaks of, `frequency` how often one is published. `dimensions` are
    those that it has, "industry" and "street", the first leading. `elasticity` says how much of
    a change of working days goes into its months (0 to 1). `joint_start`: January and February
    are published together.
    """

    class Basis(models.TextChoices):
        ABSOLUTE = "absolute", _("绝对量")
        GROWTH = "growth", _("仅增速")

    class Span(models.TextChoices):
        MONTH = "month", _("当月")
        QUARTER = "quarter", _("当季")
        YEAR_TO_DATE = "year_to_date", _("本年累计")

    class Frequency(models.TextChoices):
        MONTHLY = "monthly", _("每月")
        QUARTERLY = "quarterly", _("每季")

    class Prices(models.TextChoices):
        NONE = "", _("不涉及价格")
        CURRENT = "current", _("现价")
        COMPARABLE = "comparable", _("可比价")

    key = models.SlugField(_("代号"), max_length=40, primary_key=True)
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True, default="")
    unit = models.CharField(_("计量单位"), max_length=20)
    places = models.PositiveSmallIntegerField(_("小数位"), default=2)
    basis = models.CharField(_("口径"), max_length=8, choices=Basis, default=Basis.ABSOLUTE)
    span = models.CharField(_("时间口径"), max_length=12, choices=Span, default=Span.YEAR_TO_DATE)
    frequency = models.CharField(
        _("频率"), max_length=10, choices=Frequency, default=Frequency.MONTHLY
    )
    prices = models.CharField(
        _("价格"), max_length=10, choices=Prices, blank=True, default=Prices.CURRENT
    )
    dimensions = models.JSONField(_("分组"), default=list)
    joint_start = models.BooleanField(_("1—2月合并发布"), default=True)
    elasticity = ExactDecimalField(_("工作日弹性"), default=0)
    definition = models.TextField(_("口径说明"), blank=True, default="")
    definition_version = models.PositiveSmallIntegerField(_("口径版本"), default=1)
    measure = models.CharField(_("提供的指标"), max_length=80, blank=True, default="")
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("牵头单位")
    )
    sort = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = _("经济指标")
        ordering = ("sort", "key")

    def __str__(self) -> str:
        return self.display_name

    def get_absolute_url(self) -> str:
        """The page of the series."""
        return reverse("economy_series", args=[self.key])

    @property
    def display_name(self) -> str:
        """The name in the language of the page."""
        english = (get_language() or "").startswith("en")
        return self.name_en if english and self.name_en else self.name

    @property
    def has_levels(self) -> bool:
        """Whether levels are published, not growth alone."""
        return self.basis == self.Basis.ABSOLUTE

    @property
    def measures_growth(self) -> bool:
        """Whether the measure that it provides is its growth."""
        return self.measure.endswith("_growth")


class SeriesValue(models.Model):
    """What a source says of a period, as it was told at `recorded_at` (a vintage).

    `industry` and `street` are "" for the whole. `value` and `base` are in the unit of the series,
    `base` being the comparable value of the same period of last year (同口径基数); `growth` is in
    percent as published; `deflator` is the price index, the same period of last year being 100.
    A revision is another row that the former one points to; both stay.
    """

    class Source(models.TextChoices):
        BUREAU = "bureau", _("统计部门")
        DEPARTMENT = "department", _("部门填报")

    class Status(models.TextChoices):
        ESTIMATE = "estimate", _("预计")
        PRELIMINARY = "preliminary", _("初步")
        FINAL = "final", _("核实")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    series = models.ForeignKey(
        Series, models.PROTECT, related_name="values", db_index=False, verbose_name=_("指标")
    )
    period_start = models.DateField(_("期初"))
    period_end = models.DateField(_("期末"))
    industry = models.CharField(_("行业"), max_length=40, blank=True, default="")
    street = models.CharField(_("街道"), max_length=20, blank=True, default="")
    source = models.CharField(_("来源"), max_length=10, choices=Source)
    status = models.CharField(_("数据状态"), max_length=11, choices=Status)
    value = ExactDecimalField(_("数值"), null=True, blank=True)
    growth = ExactDecimalField(_("增速"), null=True, blank=True)
    base = ExactDecimalField(_("同口径基数"), null=True, blank=True)
    deflator = ExactDecimalField(_("价格指数"), null=True, blank=True)
    definition_version = models.PositiveSmallIntegerField(_("口径版本"), default=1)
    source_name = models.CharField(_("出处"), max_length=200, blank=True, default="")
    note = models.CharField(_("说明"), max_length=400, blank=True, default="")
    recorded_at = models.DateTimeField(_("记录时间"))
    recorded_by = models.CharField(_("记录人"), max_length=80)
    is_current = models.BooleanField(_("现行"), default=True)
    superseded_at = models.DateTimeField(_("被修订时间"), null=True, blank=True)
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="supersedes", db_index=False
    )

    class Meta:
        verbose_name = _("指标数值")
        ordering = ("series", "-period_end", "industry", "street", "-recorded_at")
        constraints = (
            models.UniqueConstraint(
                fields=("series", "period_end", "period_start", "industry", "street", "source"),
                condition=Q(is_current=True),
                name="economy_value_one_current",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | Q(growth__isnull=False),
                name="economy_value_says_something",
            ),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")), name="economy_value_period"
            ),
        )
        indexes = (
            models.Index(
                fields=("series", "industry", "street", "period_end"), name="economy_value_series"
            ),
            models.Index(fields=("series", "period_end"), name="economy_value_period_end"),
        )

    def __str__(self) -> str:
        return f"{self.series_id} {self.period_end} {self.value}"
