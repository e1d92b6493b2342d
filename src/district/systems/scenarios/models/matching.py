"""What people say of a match, and what came of it."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.systems.scenarios.models.entries import Entry


class Feedback(models.Model):
    """What a unit says of a match. Every word is kept; of a unit the last one on a pair counts."""

    class Verdict(models.TextChoices):
        USEFUL = "useful", _("有用")
        NOT_USEFUL = "not_useful", _("不合适")
        CONTACTED = "contacted", _("已联系")
        LANDED = "landed", _("已落地")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    offer = models.ForeignKey(Entry, models.PROTECT, related_name="+", verbose_name=_("供方"))
    need = models.ForeignKey(Entry, models.PROTECT, related_name="+", verbose_name=_("需方"))
    verdict = models.CharField(_("反馈"), max_length=10, choices=Verdict.choices)
    note = models.CharField(_("说明"), max_length=200, blank=True, default="")
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("反馈单位")
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("匹配反馈")
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=("offer", "need"), name="scenario_feedback_pair"),)

    def __str__(self) -> str:
        return f"{self.offer_id} {self.need_id} {self.verdict}"


class Landing(Versioned):
    """A match that has become a scenario in use. It counts once it is confirmed by somebody else.

    `money` is what was spent, in 万元. `claimant` and `confirmer` are members' ids (text).
    """

    class State(models.TextChoices):
        CLAIMED = "claimed", _("待核实")
        CONFIRMED = "confirmed", _("已核实")
        REFUSED = "refused", _("不予认可")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    number = models.CharField(_("编号"), max_length=24, unique=True)
    offer = models.ForeignKey(
        Entry, models.PROTECT, related_name="landings_offered", verbose_name=_("供方")
    )
    need = models.ForeignKey(
        Entry, models.PROTECT, related_name="landings_needed", verbose_name=_("需方")
    )
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("申报单位")
    )
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.CLAIMED)
    landed_on = models.DateField(_("落地日期"))
    money = ExactDecimalField(_("投入金额"), null=True, blank=True)
    text = models.TextField(_("落地情况"))
    claimant = models.CharField(max_length=40, editable=False)
    confirmer = models.CharField(max_length=40, blank=True, default="", editable=False)
    decision = models.CharField(_("核实意见"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("场景落地")
        ordering = ("-landed_on", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("offer", "need"),
                condition=~models.Q(state="refused"),
                name="scenario_landing_once",
            ),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The page of the landing."""
        return reverse("scenarios_landing", args=[self.pk])
