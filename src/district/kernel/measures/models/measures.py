"""Measures with their statistical basis, and their values with every vintage."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class Span(models.TextChoices):
    """What stretch of time one value speaks of."""

    MONTH = "month", _("当月")
    QUARTER = "quarter", _("当季")
    YEAR_TO_DATE = "year_to_date", _("本年累计")
    YEAR = "year", _("全年")


class Frequency(models.TextChoices):
    """How often a value is due."""

    MONTHLY = "monthly", _("每月")
    QUARTERLY = "quarterly", _("每季")
    HALF_YEARLY = "half_yearly", _("每半年")
    YEARLY = "yearly", _("每年")


class Status(models.TextChoices):
    """How firm a value is."""

    ESTIMATE = "estimate", _("预计")
    PRELIMINARY = "preliminary", _("初步")
    FINAL = "final", _("核实")


class Source(models.TextChoices):
    """Where a value comes from."""

    STATISTICS = "statistics", _("统计反馈")
    DEPARTMENT = "department", _("部门填报")
    SYSTEM = "system", _("系统计算")


class Measure(Versioned):
    """A named number with its statistical basis.

    `unit` is the unit of its values; growth is in percent. `definition_version` is the version
    of the definition (口径) that new values are counted by.
    """

    class Basis(models.TextChoices):
        ABSOLUTE = "absolute", _("绝对量")
        GROWTH = "growth", _("增速")

    class Prices(models.TextChoices):
        NONE = "", _("不涉及价格")
        CURRENT = "current", _("现价")
        COMPARABLE = "comparable", _("可比价")

    class Direction(models.TextChoices):
        HIGHER = "higher", _("越高越好")
        LOWER = "lower", _("越低越好")

    class Aggregation(models.TextChoices):
        FLOW = "flow", _("流量（可累加）")
        STOCK = "stock", _("存量（时点数）")
        RATE = "rate", _("比率或平均数")

    key = models.CharField(
        _("编码"),
        max_length=80,
        primary_key=True,
        validators=[RegexValidator(r"^\w[\w-]*\Z", _("只能用文字、数字、下划线和连字符"))],
    )
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True, default="")
    unit = models.CharField(_("计量单位"), max_length=40, blank=True, default="")
    decimals = models.PositiveSmallIntegerField(
        _("小数位"), default=2, validators=[MaxValueValidator(6)]
    )
    basis = models.CharField(_("口径类型"), max_length=8, choices=Basis, default=Basis.ABSOLUTE)
    span = models.CharField(_("时间口径"), max_length=12, choices=Span, default=Span.YEAR_TO_DATE)
    prices = models.CharField(
        _("价格口径"), max_length=10, choices=Prices, default=Prices.NONE, blank=True
    )
    frequency = models.CharField(
        _("频率"), max_length=12, choices=Frequency, default=Frequency.MONTHLY
    )
    direction = models.CharField(
        _("方向"), max_length=6, choices=Direction, default=Direction.HIGHER
    )
    aggregation = models.CharField(
        _("汇总方式"), max_length=5, choices=Aggregation, default=Aggregation.FLOW
    )
    source = models.CharField(
        _("数据来源"), max_length=10, choices=Source, default=Source.DEPARTMENT
    )
    definition_version = models.PositiveSmallIntegerField(_("口径版本"), default=1)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = _("指标")
        ordering = ("key",)

    def __str__(self) -> str:
        return self.display_name

    def get_absolute_url(self) -> str:
        return reverse("measure", args=[self.key])

    @property
    def display_name(self) -> str:
        """The name in the language of the page."""
        english = (get_language() or "").startswith("en")
        return self.name_en if english and self.name_en else self.name


class MeasureDefinition(models.Model):
    """What a measure counts (口径), by version; an old one stays for the values it made."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    measure = models.ForeignKey(Measure, models.CASCADE, related_name="definitions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(_("口径说明"), blank=True, default="")
    since = models.DateTimeField()

    class Meta:
        ordering = ("measure", "-number")
        constraints = (
            models.UniqueConstraint(fields=("measure", "number"), name="measure_definition_once"),
        )

    def __str__(self) -> str:
        return f"{self.measure_id} v{self.number}"


class MeasureValue(models.Model):
    """One value of a measure for a unit and a period, as known at `recorded_at`.

    A revision is a new row that the old one points to; both stay. `source_name` is the word
    for whoever delivered it (a filing's unit, a file, a system).
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="values", db_index=False)
    unit = models.ForeignKey("kernel_organisation.Unit", models.PROTECT, related_name="+")
    period_start = models.DateField(_("期初"))
    period_end = models.DateField(_("期末"))
    period_kind = models.CharField(_("时间口径"), max_length=12, choices=Span)
    value = ExactDecimalField(verbose_name=_("数值"))
    status = models.CharField(_("数据状态"), max_length=11, choices=Status)
    source = models.CharField(_("数据来源"), max_length=10, choices=Source)
    source_name = models.CharField(max_length=200, blank=True, default="")
    definition_version = models.PositiveSmallIntegerField(_("口径版本"))
    note = models.CharField(_("说明"), max_length=400, blank=True, default="")
    recorded_at = models.DateTimeField(_("记录时间"))
    recorded_by = models.CharField(_("记录人"), max_length=80)
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="supersedes"
    )

    class Meta:
        verbose_name = _("指标数值")
        ordering = ("-period_end", "-recorded_at")
        constraints = (
            models.UniqueConstraint(
                fields=("measure", "unit", "period_start", "period_end"),
                condition=Q(superseded_by=None),
                name="measure_value_one_current",
            ),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")), name="measure_value_period"
            ),
        )
        indexes = (
            models.Index(fields=("measure", "unit", "period_end"), name="measure_value_series"),
            models.Index(fields=("recorded_at",), name="measure_value_recorded"),
        )

    def __str__(self) -> str:
        return f"{self.measure_id} {self.period_end} {self.value}"
