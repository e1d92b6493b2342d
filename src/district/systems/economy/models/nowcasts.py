"""What a year is expected to come to, as it was last computed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.systems.economy.models.series import Series


class Nowcast(Versioned):
    """The kept nowcast of a series' year; earlier ones are in history.

    Numbers are those of `rules.nowcasting.Outturn`, in the unit of the series at the prices of its
    growth; of a series of growth alone levels are an index, the year before its first being 100.
    `level` is None where nothing can be said, `problem` ({key, values}) says why. `chance` is that
    of `target`, in percent. `spread` ({points, below, origins, years}) answers for any other
    target. `parts` are the models ({model, level, weight, error}), `notes` {key, values},
    `members` by dimension and key {level, low, high, growth}, `differences` by dimension what
    published figures do not add up by.

    `vintages` counts the bureau's vintages of the series that were there, of which the newest came
    at `newest_at`: as vintages are only ever added, another count means that figures changed since.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    series = models.ForeignKey(
        Series, models.PROTECT, related_name="nowcasts", db_index=False, verbose_name=_("指标")
    )
    year = models.PositiveSmallIntegerField(_("年份"))
    after = models.PositiveSmallIntegerField(_("已公布到"), default=0)
    so_far = ExactDecimalField(_("已公布"), default=0)
    level = ExactDecimalField(_("全年预计"), null=True, blank=True)
    low = ExactDecimalField(_("区间下限"), null=True, blank=True)
    high = ExactDecimalField(_("区间上限"), null=True, blank=True)
    growth = ExactDecimalField(_("预计增速"), null=True, blank=True)
    growth_low = ExactDecimalField(_("增速下限"), null=True, blank=True)
    growth_high = ExactDecimalField(_("增速上限"), null=True, blank=True)
    base = ExactDecimalField(_("同口径基数"), null=True, blank=True)
    open_base = ExactDecimalField(_("余下月份基数"), null=True, blank=True)
    share = ExactDecimalField(_("区间可能性"), default=0)
    target = ExactDecimalField(_("目标总量"), null=True, blank=True)
    chance = ExactDecimalField(_("达到目标的可能性"), null=True, blank=True)
    spread = models.JSONField(default=dict)
    parts = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    members = models.JSONField(default=dict)
    differences = models.JSONField(default=dict)
    problem = models.JSONField(default=dict)
    vintages = models.PositiveIntegerField(_("所用版数"), default=0)
    newest_at = models.DateTimeField(_("数据截至"), null=True, blank=True)
    computed_at = models.DateTimeField(_("测算时间"))

    class Meta:
        verbose_name = _("全年预计")
        ordering = ("-year", "series")
        constraints = (
            models.UniqueConstraint(fields=("series", "year"), name="economy_nowcast_once"),
        )

    def __str__(self) -> str:
        return f"{self.series_id} {self.year}"

    def get_absolute_url(self) -> str:
        """The page of its series."""
        return self.series.get_absolute_url()
