"""Passages of a draft, the numbers bound in them, and tracked changes of their words."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.kernel.reports.models.drafts import Section


class Passage(Versioned):
    """A sentence or two about one thing.

    `text` holds marks for its numbers (`rules.words`). `phrasing` is the kind of words that it
    has, `variant` which of them (None once people wrote it). `told` is what its commitment or
    statement said when it was written: {title, unit, state}. `joins`: it goes on in the paragraph
    before. `why` are the reasons of the light that it names: {light, reasons}.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    section = models.ForeignKey(Section, models.CASCADE, related_name="passages")
    position = models.PositiveSmallIntegerField()
    text = models.TextField(_("文字"))
    phrasing = models.CharField(max_length=12)
    variant = models.PositiveSmallIntegerField(null=True, blank=True)
    joins = models.BooleanField(default=False)
    commitment = models.ForeignKey(
        "kernel_plan.Commitment", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    statement = models.ForeignKey(
        "kernel_plan.Statement", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    told = models.JSONField(default=dict, blank=True)
    why = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("语句")
        ordering = ("section", "position")
        constraints = (
            models.UniqueConstraint(fields=("section", "position"), name="reports_passage_place"),
        )

    def __str__(self) -> str:
        return self.text[:60]


class SlotSource(models.TextChoices):
    """Where a number comes from."""

    VALUE = "value", _("指标数值")
    TARGET = "target", _("年度目标")
    PROPOSAL = "proposal", _("目标建议")
    FILING = "filing", _("填报数")


class Slot(Versioned):
    """A number of a passage, frozen, and what it is bound to.

    `value` is exact, `places` how many decimals are printed. A value is bound to a measure, the
    unit whose it is, a period, a status and the version of the definition; a target and a proposal
    to the passage's commitment; a filing's number to the filing. `name`, `kind`, `year` and
    `growth` are what a reader takes it for, and what the compiler must read. `why` says where a
    proposal comes from. `apart`: it stands in the annexed table alone.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    passage = models.ForeignKey(Passage, models.CASCADE, related_name="slots")
    number = models.PositiveSmallIntegerField()
    source = models.CharField(_("来源"), max_length=8, choices=SlotSource)
    name = models.TextField(_("名称"))
    value = ExactDecimalField(verbose_name=_("数值"))
    unit_word = models.CharField(_("单位"), max_length=40, blank=True, default="")
    places = models.PositiveSmallIntegerField(default=2)
    kind = models.CharField(_("性质"), max_length=8)
    year = models.PositiveSmallIntegerField(_("年度"))
    growth = models.BooleanField(default=False)
    measure = models.ForeignKey(
        "kernel_measures.Measure", models.PROTECT, null=True, blank=True, related_name="+"
    )
    unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, null=True, blank=True, related_name="+"
    )
    period_start = models.DateField(_("期初"), null=True, blank=True)
    period_end = models.DateField(_("期末"), null=True, blank=True)
    status = models.CharField(_("数据状态"), max_length=11, blank=True, default="")
    definition_version = models.PositiveSmallIntegerField(_("口径版本"), default=0)
    filing = models.ForeignKey(
        "kernel_measures.Filing", models.PROTECT, null=True, blank=True, related_name="+"
    )
    why = models.CharField(max_length=8, blank=True, default="")
    apart = models.BooleanField(default=False)
    taken_at = models.DateTimeField(_("取数时间"))

    class Meta:
        verbose_name = _("报告数字")
        ordering = ("passage", "number")
        constraints = (
            models.UniqueConstraint(fields=("passage", "number"), name="reports_slot_number"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.value}{self.unit_word}"


class ChangeState(models.TextChoices):
    """Where a tracked change stands."""

    PROPOSED = "proposed", _("待处理")
    ACCEPTED = "accepted", _("已接受")
    REJECTED = "rejected", _("未接受")
    UNDONE = "undone", _("已撤销")


class Change(models.Model):
    """A tracked change of a passage's words, by whom and when; one waits at a time.

    `filing` is the signed-off filing whose number the change brings at its mark `{+}`; `name` is
    what that number is read as. `number` is the slot that it became.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    passage = models.ForeignKey(Passage, models.CASCADE, related_name="changes")
    before = models.TextField(_("原文"))
    after = models.TextField(_("改为"))
    state = models.CharField(
        _("状态"), max_length=8, choices=ChangeState, default=ChangeState.PROPOSED
    )
    filing = models.ForeignKey(
        "kernel_measures.Filing", models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.TextField(blank=True, default="")
    growth = models.BooleanField(default=False)
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    made_at = models.DateTimeField(_("提出时间"))
    made_by = models.CharField(_("提出人"), max_length=80)
    made_by_id = models.CharField(max_length=80)
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    decided_by = models.CharField(_("处理人"), max_length=80, blank=True, default="")

    class Meta:
        verbose_name = _("修订")
        ordering = ("-made_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("passage",),
                condition=models.Q(state="proposed"),
                name="reports_change_one_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.passage_id}: {self.state}"
