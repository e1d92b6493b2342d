"""Statements: the numbers that an edition asserts, proposed until a planner decides."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.kernel.plan.models.reports import Edition, StatementKind, Task

#: The fields of a statement that a planner may correct, in the order pages show them.
CORRECTABLE = (
    "subject",
    "measure",
    "comparator",
    "value",
    "value_from",
    "unit",
    "kind",
    "basis",
    "year",
    "deadline",
)


class Comparator(models.TextChoices):
    """How a value is meant."""

    EQUAL = "=", _("等于")
    AT_LEAST = ">=", _("不低于")
    ABOVE = ">", _("超过")
    AT_MOST = "<=", _("不超过")
    BELOW = "<", _("低于")
    ABOUT = "~", _("约")


class Basis(models.TextChoices):
    """How a number is counted (统计口径的一部分)."""

    YOY = "yoy", _("同比增速")
    SHARE = "share", _("占比")
    CUMULATIVE = "cumulative", _("累计")
    FLOW = "flow", _("当期")
    STOCK = "stock", _("期末")


class StatementState(models.TextChoices):
    """What a planner decided."""

    PROPOSED = "proposed", _("待确认")
    CONFIRMED = "confirmed", _("已确认")
    CORRECTED = "corrected", _("已更正")
    REJECTED = "rejected", _("已排除")


class Change(models.TextChoices):
    """How a statement compares with the edition before."""

    FIRST = "", _("首版")
    SAME = "same", _("未变")
    CHANGED = "changed", _("有变化")
    ADDED = "added", _("新增")


class Statement(Versioned):
    """One number of an edition.

    The columns named in CORRECTABLE hold what is in force: the compiler's reading until a
    planner corrects it. `compiled` keeps the compiler's reading of the same fields for good
    (numbers as strings), so both stay side by side. `start`:`end` spans the number,
    `sentence_start`:`sentence_end` its sentence, in characters of the edition's text.
    `previous` is the same statement in the edition before; where it `change`d, the old
    decision is shown from there and this one is proposed anew. `counted_by` is the measure that
    counts the same today: what was achieved is counted on, though nothing was promised of it.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="statements")
    position = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=64, db_index=True)
    task = models.ForeignKey(
        Task, models.SET_NULL, null=True, blank=True, related_name="statements"
    )
    text = models.TextField(_("原句"))
    raw = models.TextField(_("原文数字"))
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    sentence_start = models.PositiveIntegerField()
    sentence_end = models.PositiveIntegerField()
    section = models.TextField(_("章节"), blank=True)
    unit_raw = models.CharField(_("原文单位"), max_length=40, blank=True)
    subject = models.TextField(_("主体"), blank=True)
    measure = models.TextField(_("指标"))
    comparator = models.CharField(_("比较"), max_length=2, choices=Comparator)
    value = ExactDecimalField(verbose_name=_("数值"))
    value_from = ExactDecimalField(verbose_name=_("起始值"), null=True, blank=True)
    unit = models.CharField(_("单位"), max_length=40, blank=True)
    kind = models.CharField(_("性质"), max_length=8, choices=StatementKind)
    basis = models.CharField(_("口径"), max_length=10, choices=Basis, blank=True)
    year = models.PositiveSmallIntegerField(_("年度"), null=True, blank=True)
    deadline = models.CharField(_("时限"), max_length=10, blank=True)
    confidence = ExactDecimalField(verbose_name=_("把握"))
    theme = models.CharField(_("主题"), max_length=40, blank=True)
    themes = models.JSONField(default=list)
    flags = models.JSONField(_("提示"), default=list)
    compiled = models.JSONField()
    state = models.CharField(
        _("状态"), max_length=9, choices=StatementState, default=StatementState.PROPOSED
    )
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    decided_by = models.CharField(_("处理人"), max_length=80, blank=True)
    decision_note = models.CharField(_("处理说明"), max_length=400, blank=True)
    change = models.CharField(
        _("与上一版相比"), max_length=7, choices=Change, default=Change.FIRST, blank=True
    )
    previous = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    counted_by = models.ForeignKey(
        "kernel_measures.Measure",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("统计指标"),
    )

    class Meta:
        verbose_name = _("数值表述")
        ordering = ("edition", "position")
        constraints = (
            models.UniqueConstraint(fields=("edition", "position"), name="plan_statement_place"),
        )
        indexes = (
            models.Index(fields=("edition", "state"), name="plan_statement_state"),
            models.Index(fields=("edition", "start"), name="plan_statement_start"),
        )

    def __str__(self) -> str:
        return f"{self.subject}{self.measure} {self.raw}"

    @property
    def corrections(self) -> dict[str, tuple[str | None, str | None]]:
        """Corrected fields as `field -> (the compiler's reading, what is in force)`, in text."""
        now = reading_of(self)
        return {
            field: (self.compiled.get(field), now[field])
            for field in CORRECTABLE
            if self.compiled.get(field) != now[field]
        }


def reading_of(row: object) -> dict[str, str | None]:
    """The correctable fields of a statement as JSON: numbers as plain strings, absent as None."""
    reading: dict[str, str | None] = {}
    for field in CORRECTABLE:
        value = getattr(row, field)
        if value is None or value == "":
            reading[field] = None
        elif field in ("value", "value_from"):
            reading[field] = plain(value)
        else:
            reading[field] = str(value)
    return reading


def plain(value: object) -> str:
    """A decimal without exponent or trailing zeros, so that equal numbers are equal texts."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class Link(models.Model):
    """Last year's outturn and this year's target of the same measure, of one edition."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="links")
    actual = models.ForeignKey(Statement, models.CASCADE, related_name="links_as_actual")
    target = models.ForeignKey(Statement, models.CASCADE, related_name="links_as_target")
    score = ExactDecimalField(verbose_name=_("相似度"))
    below_actual = models.BooleanField(_("目标低于上年实际"), default=False)

    class Meta:
        verbose_name = _("实绩与目标")
        constraints = (models.UniqueConstraint(fields=("actual", "target"), name="plan_link_once"),)

    def __str__(self) -> str:
        return f"{self.actual_id} -> {self.target_id}"


class Contradiction(models.Model):
    """Two statements of one edition that cannot both hold."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="contradictions")
    first = models.ForeignKey(Statement, models.CASCADE, related_name="+")
    second = models.ForeignKey(Statement, models.CASCADE, related_name="+")
    reason = models.TextField(_("矛盾之处"))

    class Meta:
        verbose_name = _("前后矛盾")

    def __str__(self) -> str:
        return self.reason
