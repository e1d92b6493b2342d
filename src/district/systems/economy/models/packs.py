"""What a meeting was shown, as it was when the pack was made."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.systems.economy.models.decompositions import Decomposition
from district.systems.economy.models.meetings import Meeting
from district.systems.economy.models.nowcasts import Nowcast
from district.systems.economy.models.series import Series, SeriesValue


class Pack(models.Model):
    """A pack of a meeting, numbered; never changed once it was made.

    `content` is what stands where (see `rules.packs`), its numbers by the keys of their figures.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, related_name="packs", verbose_name=_("调度会")
    )
    number = models.PositiveSmallIntegerField(_("第几份"))
    content = models.JSONField(default=dict)
    made_by = models.CharField(_("生成人"), max_length=80)
    made_at = models.DateTimeField(_("生成时间"))

    class Meta:
        verbose_name = _("会议材料")
        ordering = ("meeting", "-number")
        constraints = (
            models.UniqueConstraint(fields=("meeting", "number"), name="economy_pack_number"),
        )

    def __str__(self) -> str:
        return f"{self.meeting_id} #{self.number}"

    def get_absolute_url(self) -> str:
        """The page of the pack."""
        return reverse("economy_pack", args=[self.pk])


class PackFigure(models.Model):
    """A number of a pack and where it came from.

    `origin` says what opens it: the vintage `vintage` of a value, cells of a version of a
    decomposition (`first_month` to `last_month`, of a member where one is named), or itself, for
    a nowcast as it stood and for what was computed. `name` says what the number is. `rests_on`
    lists everything that it depends on: "v:<value>", "d:<decomposition>",
    "n:<nowcast>:<version of the row>". `vintage_at` is when the newest of its values was told.
    """

    class Origin(models.TextChoices):
        VALUE = "value", _("经济数据")
        CELLS = "cells", _("分解目标")
        TARGET = "target", _("目标分解")
        NOWCAST = "nowcast", _("全年预计")
        COMPUTED = "computed", _("推算")

    class Name(models.TextChoices):
        VALUE = "value", _("数值")
        GROWTH = "growth", _("增速")
        BASE = "base", _("同口径基数")
        YEAR_TARGET = "year_target", _("全年目标")
        GROWTH_TARGET = "growth_target", _("增速目标")
        DUE = "due", _("序时应达")
        SO_FAR = "so_far", _("可比价累计")
        COMPLETION = "completion", _("完成率")
        DUE_SHARE = "due_share", _("序时进度")
        LEFT = "left", _("后续需完成")
        NEEDED = "needed", _("后续需增速")
        OUTTURN = "level", _("全年预计")
        LOW = "low", _("区间下限")
        HIGH = "high", _("区间上限")
        OUTTURN_GROWTH = "outturn_growth", _("预计增速")
        GROWTH_LOW = "growth_low", _("增速下限")
        GROWTH_HIGH = "growth_high", _("增速上限")
        CHANCE = "chance", _("达到目标的可能性")
        ADDED = "added", _("当期增加")
        AHEAD = "ahead", _("预计当期")
        CHANGE = "change", _("增量")
        POINTS = "points", _("拉动百分点")
        GAP = "gap", _("与应达之差")
        SUPPOSED = "supposed", _("假设的数值")
        SUPPOSED_GROWTH = "supposed_growth", _("假设的增速")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    pack = models.ForeignKey(Pack, models.PROTECT, related_name="figures", db_index=False)
    key = models.CharField(_("位置"), max_length=120)
    series = models.ForeignKey(Series, models.PROTECT, related_name="+", verbose_name=_("指标"))
    name = models.CharField(_("数据项"), max_length=15, choices=Name)
    origin = models.CharField(_("来自"), max_length=8, choices=Origin)
    value = ExactDecimalField(_("数值"))
    unit = models.CharField(_("计量单位"), max_length=20)
    places = models.PositiveSmallIntegerField(_("小数位"))
    industry = models.CharField(_("行业"), max_length=40, blank=True, default="")
    street = models.CharField(_("街道"), max_length=20, blank=True, default="")
    period_end = models.DateField(_("期末"), null=True, blank=True)
    vintage = models.ForeignKey(
        SeriesValue, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    vintage_at = models.DateTimeField(_("所据版次"), null=True, blank=True)
    decomposition = models.ForeignKey(
        Decomposition, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    first_month = models.PositiveSmallIntegerField(_("起始月"), null=True, blank=True)
    last_month = models.PositiveSmallIntegerField(_("截止月"), null=True, blank=True)
    nowcast = models.ForeignKey(
        Nowcast, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    computed_at = models.DateTimeField(_("测算时间"), null=True, blank=True)
    rests_on = models.JSONField(default=list)

    class Meta:
        verbose_name = _("材料中的数")
        ordering = ("pack", "key")
        constraints = (
            models.UniqueConstraint(fields=("pack", "key"), name="economy_pack_figure_once"),
        )

    def __str__(self) -> str:
        return f"{self.key} {self.value}"

    def get_absolute_url(self) -> str:
        """The page that says what the number rests on."""
        return reverse("economy_pack_figure", args=[self.pk])
