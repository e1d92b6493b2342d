"""Who says what of an enterprise, and how far each is trusted."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.systems.enterprises.models.enterprises import Enterprise


class Source(models.Model):
    """A source of facts (数据来源), such as the registry of companies or the tax office.

    `rank` says how far it is trusted: of two sources the one with the smaller rank is believed;
    of equal ranks the one that spoke last.
    """

    key = models.SlugField(_("代号"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    rank = models.PositiveSmallIntegerField(_("可信次序"))

    class Meta:
        verbose_name = _("数据来源")
        ordering = ("rank", "key")

    def __str__(self) -> str:
        return self.name


class SourceRecord(models.Model):
    """What a source said of an enterprise, as told, on a day.

    `values` is {fact key: value as `rules.values` writes it}; what a source does not know it does
    not say. What a source says anew replaces what it said before where all of that is said anew,
    so a source that always sends the same columns has one row of an enterprise.
    """

    enterprise = models.ForeignKey(
        Enterprise, models.CASCADE, related_name="source_records", db_index=False
    )
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", db_index=False)
    told_on = models.DateField(_("截至日期"))
    values = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("来源记录")
        ordering = ("source__rank", "-told_on")
        constraints = (
            models.UniqueConstraint(
                fields=("enterprise", "source", "told_on"), name="ent_told_once_a_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.source_id} {self.told_on}"
