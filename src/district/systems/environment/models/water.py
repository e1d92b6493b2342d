"""River sections, what was measured there, and the class of a month."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as plain
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.systems.environment.models.shared import Placed, Vintage, thing_key, unit_key
from district.systems.environment.standards import editions, worded


def item_words(keys: str) -> str:
    """Items by their keys, joined by commas, in the language of the page."""
    known = {item.key: item for edition in editions("water") for item in edition.items}
    named = (worded(known[key], "label") if key in known else key for key in keys.split(","))
    return plain("、").join(named) if keys else ""


class WaterClass(models.TextChoices):
    """Classes of GB 3838; 6 is worse than V."""

    FIRST = "1", _("Ⅰ类")
    SECOND = "2", _("Ⅱ类")
    THIRD = "3", _("Ⅲ类")
    FOURTH = "4", _("Ⅳ类")
    FIFTH = "5", _("Ⅴ类")
    WORSE = "6", _("劣Ⅴ类")


class RiverSection(Placed):
    """A section (断面) of a river with the class that it is to reach.

    `assessed`: it goes into the assessment; `reach` is the length of the river that it stands for,
    in kilometres.
    """

    river = models.CharField(_("河流"), max_length=60)
    target = models.CharField(_("目标类别"), max_length=1, choices=WaterClass.choices[:5])
    thing = thing_key()
    assessed = models.BooleanField(_("纳入考核"), default=True)
    reach = ExactDecimalField(_("代表河长"), null=True, blank=True)

    class Meta:
        verbose_name = _("河流断面")
        ordering = ("code",)

    def get_absolute_url(self) -> str:
        """The page of the section."""
        return reverse("environment_section", args=[self.pk])


class WaterSample(Vintage):
    """What was found in a section on a day: by a laboratory, or as the day's means of readings.

    `found` holds the items as they were written, `{"cod": "12.5", "hg": "<0.00004"}`; each is a
    WaterValue besides. `batch` is the laboratory's number.
    """

    class Source(models.TextChoices):
        LAB = "lab", _("实验室")
        READINGS = "readings", _("自动监测")

    section = models.ForeignKey(RiverSection, models.PROTECT, related_name="samples")
    taken_on = models.DateField(_("采样日期"))
    source = models.CharField(_("来源"), max_length=8, choices=Source.choices)
    batch = models.CharField(_("报告编号"), max_length=40, blank=True, default="")
    found = models.JSONField(default=dict)
    lead_unit = unit_key(_("责任单位"))

    class Meta:
        verbose_name = _("水质样品")
        ordering = ("-taken_on", "section")
        constraints = (
            models.UniqueConstraint(
                fields=("section", "taken_on", "source", "number"), name="env_sample_vintage"
            ),
            models.UniqueConstraint(
                fields=("section", "taken_on", "source"),
                condition=Q(is_current=True),
                name="env_sample_current",
            ),
        )

    def __str__(self) -> str:
        return f"{self.section_id} {self.taken_on}"


class WaterValue(models.Model):
    """One item of a sample; `value` is what counts: of one not found, half the detection limit."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    sample = models.ForeignKey(WaterSample, models.CASCADE, related_name="values")
    item = models.CharField(_("监测项目"), max_length=20)
    value = ExactDecimalField(_("浓度"))
    below = models.BooleanField(_("未检出"), default=False)

    class Meta:
        verbose_name = _("水质数据")
        ordering = ("sample", "item")
        constraints = (
            models.UniqueConstraint(fields=("sample", "item"), name="env_water_value_once"),
        )

    def __str__(self) -> str:
        return f"{self.item} {self.value}"


class SectionMonth(Vintage):
    """A section's class of a month, or of the year up to the end of one, against its target.

    `water_class` "": items are missing (`missing`). `meets` null: it cannot be said. `means` are
    the items' means, `failing` what misses the target ({item, value, limit, times}, the worst
    first), `failing_items` the keys of these, joined by commas, `samples` how many went into it.
    `reach` and `target` are the section's, as they were.
    """

    class Span(models.TextChoices):
        MONTH = "month", _("当月")
        YEAR = "year", _("本年累计")

    section = models.ForeignKey(RiverSection, models.PROTECT, related_name="months")
    month = models.DateField(_("月份"))
    span = models.CharField(_("评价时段"), max_length=5, choices=Span.choices)
    target = models.CharField(_("目标类别"), max_length=1, choices=WaterClass.choices[:5])
    water_class = models.CharField(
        _("水质类别"), max_length=1, choices=WaterClass.choices, blank=True, default=""
    )
    meets = models.BooleanField(_("达标"), null=True)
    assessed = models.BooleanField(_("纳入考核"), default=True)
    reach = ExactDecimalField(_("代表河长"), null=True)
    failing = models.JSONField(default=list)
    failing_items = models.CharField(_("超标项目"), max_length=200, blank=True, default="")
    means = models.JSONField(default=dict)
    missing = models.JSONField(default=list)
    samples = models.PositiveIntegerField(_("样品数"), default=0)

    class Meta:
        verbose_name = _("断面评价")
        ordering = ("-month", "section")
        constraints = (
            models.UniqueConstraint(
                fields=("section", "month", "span", "number"), name="env_section_month_vintage"
            ),
            models.UniqueConstraint(
                fields=("section", "month", "span"),
                condition=Q(is_current=True),
                name="env_section_month_current",
            ),
        )

    def __str__(self) -> str:
        return f"{self.section_id} {self.month:%Y-%m}"

    @property
    def failing_words(self) -> str:
        """What misses the target, in the language of the page."""
        return item_words(self.failing_items)

    def get_absolute_url(self) -> str:
        """The page of the month."""
        return reverse("environment_section_month", args=[self.pk])
