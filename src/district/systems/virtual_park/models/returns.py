"""Statistical returns: forms, what is owed, what was filed, and the tables made of it.

Nothing outside `services.returns` and `selectors.returns` reads these tables, and no value in them
stands in clear but in `ReturnTable`, which holds what is shown and nothing else.
"""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.systems.virtual_park.models.people import Representative


class ReturnForm(Versioned):
    """A return form (统计报表); `lead_unit` is the unit that collects it."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    key = models.CharField(_("编号"), max_length=40, unique=True)
    title = models.CharField(_("报表"), max_length=120)
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("统计机构")
    )

    class Meta:
        verbose_name = _("统计报表")
        ordering = ("key",)

    def __str__(self) -> str:
        return self.title


class ReturnFormVersion(models.Model):
    """What a form asked for from a moment on; `content` as it was loaded, `digest` its SHA-256."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    form = models.ForeignKey(ReturnForm, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    put_at = models.DateTimeField(_("启用时间"))

    class Meta:
        verbose_name = _("统计报表版本")
        ordering = ("form", "number")
        constraints = (
            models.UniqueConstraint(fields=("form", "number"), name="park_return_version_once"),
        )

    def __str__(self) -> str:
        return f"{self.form_id} {self.number}"


class ReturnRound(Versioned):
    """One period of a form: who had to file was decided when it was opened.

    `end` is the period's last day, `due_at` the close of the working day by which it is due.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    form_version = models.ForeignKey(ReturnFormVersion, models.PROTECT, related_name="rounds")
    form = models.ForeignKey(ReturnForm, models.PROTECT, related_name="rounds")
    end = models.DateField(_("报告期末"))
    opened_at = models.DateTimeField(_("布置时间"))
    due_at = models.DateTimeField(_("报送截止"))
    provisional = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("报告期")
        ordering = ("-end", "form")
        constraints = (
            models.UniqueConstraint(fields=("form", "end"), name="park_return_round_once"),
        )

    def __str__(self) -> str:
        return f"{self.form_id} {self.end}"

    def get_absolute_url(self) -> str:
        """The page of the period for the unit that collects it."""
        return reverse("park_return_round", args=[self.pk])


class Return(Versioned):
    """What an enterprise owes for a period. `draft` is a token of `history.protect` or empty;
    `number` counts the filed versions, `filed_at` is the first one's moment, `asked` how many soft
    checks the newest version answers with a reason."""

    class State(models.TextChoices):
        DUE = "due", _("待报送")
        FILED = "filed", _("已报送")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    round = models.ForeignKey(ReturnRound, models.PROTECT, related_name="returns")
    enterprise = models.CharField(max_length=40)
    code = models.CharField(_("统一社会信用代码"), max_length=18)
    name = models.CharField(_("企业名称"), max_length=200)
    state = models.CharField(_("状态"), max_length=5, choices=State.choices, default=State.DUE)
    draft = models.TextField(blank=True, default="", editable=False)
    number = models.PositiveIntegerField(_("版本"), default=0)
    asked = models.PositiveSmallIntegerField(_("待核实项"), default=0)
    filed_at = models.DateTimeField(_("报送时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("统计报表报送")
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("round", "enterprise"), name="park_return_once"),
        )
        indexes = (models.Index(fields=("enterprise", "state"), name="park_return_enterprise"),)

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        """The page on which the collecting unit says why it opens it."""
        return reverse("park_return_read", args=[self.pk])


class ReturnFiling(models.Model):
    """A version of a return as it was filed. `sealed` is a token under the return's own key that
    holds values and the firm's words; `digest` a keyed one of the same."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    owed = models.ForeignKey(Return, models.PROTECT, related_name="filings")
    number = models.PositiveIntegerField(_("版本"))
    sealed = models.TextField(editable=False)
    digest = models.CharField(max_length=64, editable=False)
    filed_at = models.DateTimeField(_("报送时间"))
    representative = models.ForeignKey(Representative, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("统计报表版本")
        ordering = ("owed", "number")
        constraints = (
            models.UniqueConstraint(fields=("owed", "number"), name="park_return_filing_once"),
        )

    def __str__(self) -> str:
        return f"{self.owed_id} {self.number}"


class ReturnTable(models.Model):
    """The one table that was made of a period, as it is shown and for good.

    `content` has rows, columns and cells; a suppressed cell has no number there. Another table of
    the same period could be subtracted from this one, so there is none.
    """

    round = models.OneToOneField(
        ReturnRound, models.PROTECT, primary_key=True, related_name="table"
    )
    by_row = models.CharField(max_length=10)
    by_column = models.CharField(max_length=10, blank=True, default="")
    content = models.JSONField()
    filed = models.PositiveIntegerField()
    owed = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by_name = models.CharField(max_length=120)

    class Meta:
        verbose_name = _("统计汇总表")
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return str(self.pk)
