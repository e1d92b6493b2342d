"""What becomes of a year's commitments in the next year's plan."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.kernel.plan.models.commitments import Commitment
from district.kernel.plan.models.reports import Report


class SuccessionState(models.TextChoices):
    """Where a commitment of the year before stands in the next year's plan."""

    OPEN = "open", _("待处理")
    CARRIED = "carried", _("已转入")
    FINISHED = "finished", _("已完成")
    ENDED = "ended", _("不再继续")


class SuccessionWay(models.TextChoices):
    """How the successor was found."""

    SENTENCE = "sentence", _("报告语句")
    MEASURE = "measure", _("同一指标")
    WORDS = "words", _("同一表述")
    PARTS = "parts", _("随下级事项")
    HAND = "hand", _("人工指定")


class Succession(Versioned):
    """What became of a commitment (`former`) when its report's year rolled over into `report`.

    `successor` is the commitment that goes on with it, there while it is carried; `made` says that
    the successor was made by hand for this. `was` is the former's state before, which undoing gives
    back. Two formers have one successor only by hand, or where a whole goes on in its part.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    former = models.OneToOneField(
        Commitment, models.CASCADE, related_name="onward", verbose_name=_("原事项")
    )
    report = models.ForeignKey(
        Report, models.CASCADE, related_name="successions", verbose_name=_("下年计划")
    )
    successor = models.ForeignKey(
        Commitment,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="origins",
        verbose_name=_("接续事项"),
    )
    state = models.CharField(_("状态"), max_length=8, choices=SuccessionState)
    way = models.CharField(
        _("匹配方式"), max_length=8, choices=SuccessionWay, blank=True, default=""
    )
    was = models.CharField(max_length=9)
    made = models.BooleanField(default=False)
    note = models.CharField(_("说明"), max_length=400, blank=True, default="")
    created_at = models.DateTimeField(_("转入时间"))
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    decided_by = models.CharField(_("处理人"), max_length=80, blank=True, default="")

    class Meta:
        verbose_name = _("年度接续")
        ordering = ("report", "former__sort", "id")
        indexes = (models.Index(fields=("report", "state"), name="plan_succession_state"),)

    def __str__(self) -> str:
        return f"{self.former_id} -> {self.successor_id}: {self.state}"
