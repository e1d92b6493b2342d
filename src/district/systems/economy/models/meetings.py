"""Dispatch meetings: what is discussed of a month, what was decided, what is supposed."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.systems.economy.models.series import Series


class Meeting(Versioned):
    """A meeting that discusses the figures of a month (`year`, `month`).

    `held_on` is the day that is planned, and once it was held the day it was.
    """

    class State(models.TextChoices):
        DRAFTED = "drafted", _("筹备")
        HELD = "held", _("已召开")
        CLOSED = "closed", _("已结束")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    year = models.PositiveSmallIntegerField(_("年份"))
    month = models.PositiveSmallIntegerField(
        _("月份"), validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    title = models.CharField(_("会议名称"), max_length=120)
    held_on = models.DateField(_("会议日期"))
    place = models.CharField(_("地点"), max_length=120, blank=True, default="")
    chair = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, related_name="+", verbose_name=_("主持人")
    )
    state = models.CharField(_("状态"), max_length=7, choices=State, default=State.DRAFTED)
    made_by = models.CharField(_("登记人"), max_length=80)
    made_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("调度会")
        ordering = ("-held_on", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(month__gte=1, month__lte=12), name="economy_meeting_month"
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the meeting."""
        return reverse("economy_meeting", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether packs may be made and decisions written."""
        return self.state != self.State.CLOSED


class Decision(Versioned):
    """What a meeting decides: a draft until it is issued as a commitment of the plan.

    Owner, clock, light, progress and completion of an issued one are those of `commitment`; what
    is kept here is what the meeting said. `series` is the indicator that it concerns, if any,
    `industry` and `street` the line of it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("待议")
        ISSUED = "issued", _("已下达")
        DROPPED = "dropped", _("不再下达")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, related_name="decisions", verbose_name=_("调度会")
    )
    number = models.PositiveSmallIntegerField(_("序号"))
    text = models.CharField(_("决定事项"), max_length=300)
    series = models.ForeignKey(
        Series, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("指标")
    )
    industry = models.CharField(_("行业"), max_length=40, blank=True, default="")
    street = models.CharField(_("街道"), max_length=20, blank=True, default="")
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("牵头单位")
    )
    co_units = models.ManyToManyField(
        "kernel_organisation.Unit", related_name="+", blank=True, verbose_name=_("配合单位")
    )
    leader = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, related_name="+", verbose_name=_("责任领导")
    )
    due_on = models.DateField(_("完成时限"))
    state = models.CharField(_("状态"), max_length=7, choices=State, default=State.DRAFT)
    commitment = models.OneToOneField(
        "kernel_plan.Commitment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("承诺事项"),
    )
    issued_at = models.DateTimeField(_("决定下达时间"), null=True, blank=True)
    issued_by = models.CharField(_("下达人"), max_length=80, blank=True, default="")

    class Meta:
        verbose_name = _("会议决定")
        ordering = ("meeting", "number")
        constraints = (
            models.UniqueConstraint(fields=("meeting", "number"), name="economy_decision_number"),
            models.CheckConstraint(
                condition=models.Q(state="issued", commitment__isnull=False)
                | (~models.Q(state="issued") & models.Q(commitment__isnull=True)),
                name="economy_decision_issued",
            ),
        )

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """The page of its meeting, at this decision."""
        return f"{reverse('economy_meeting', args=[self.meeting_id])}#decision-{self.number}"


class Supposition(models.Model):
    """A what-if that was kept for a meeting: `growths` in percent (texts) by member of the
    dimension; what it makes of the district is computed when the pack is made."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="suppositions")
    series = models.ForeignKey(Series, models.PROTECT, related_name="+", verbose_name=_("指标"))
    dimension = models.CharField(max_length=10)
    growths = models.JSONField(default=dict)
    made_by = models.CharField(_("登记人"), max_length=80)
    made_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("假设")
        ordering = ("made_at", "id")

    def __str__(self) -> str:
        return f"{self.series_id} {self.growths}"
