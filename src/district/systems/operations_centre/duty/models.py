"""What the duty desk keeps: duty posts, turns on duty, hand-overs, calls and who answered them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class DutyRole(models.TextChoices):
    """What somebody does on duty: answers for it, or sits at the desk."""

    LEAD = "lead", _("带班领导")
    OFFICER = "officer", _("值班员")


class DutyPost(Versioned):
    """The duty desk of a unit (值班室): how many people it needs, and when.

    `opens` and `closes` are local times of every day; both empty: around the clock. A desk that
    closes before it opens works overnight.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    lead_unit = models.OneToOneField(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("单位")
    )
    name = models.CharField(_("值班室"), max_length=60)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True, default="")
    phone = models.CharField(_("值班电话"), max_length=30, blank=True, default="")
    leads = models.PositiveSmallIntegerField(_("带班领导人数"), default=1)
    officers = models.PositiveSmallIntegerField(_("值班员人数"), default=1)
    opens = models.TimeField(_("开始时间"), null=True, blank=True)
    closes = models.TimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("值班室")
        ordering = ("lead_unit__sort", "lead_unit")
        constraints = (
            models.CheckConstraint(
                condition=Q(opens=None, closes=None) | Q(opens__isnull=False, closes__isnull=False),
                name="duty_post_hours_both",
            ),
        )

    def __str__(self) -> str:
        return self.name


class DutyTurn(Versioned):
    """A member's turn on duty for a unit, from one moment until another (aware).

    `planned_at` is when it was first entered: a turn entered afterwards asks for no hand-over.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    lead_unit = models.ForeignKey("kernel_organisation.Unit", models.PROTECT, related_name="+")
    member = models.ForeignKey("kernel_organisation.Member", models.PROTECT, related_name="+")
    role = models.CharField(_("值班角色"), max_length=8, choices=DutyRole.choices)
    starts_at = models.DateTimeField(_("上班时间"))
    ends_at = models.DateTimeField(_("下班时间"))
    note = models.CharField(_("备注"), max_length=100, blank=True, default="")
    planned_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("值班安排")
        ordering = ("starts_at", "role", "id")
        constraints = (
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="duty_turn_ends"),
            models.UniqueConstraint(
                fields=("lead_unit", "starts_at", "role", "member"), name="duty_turn_once"
            ),
        )
        indexes = (
            models.Index(fields=("lead_unit", "ends_at"), name="duty_turn_unit"),
            models.Index(fields=("member", "ends_at"), name="duty_turn_member"),
        )

    def __str__(self) -> str:
        return f"{self.lead_unit_id} {self.starts_at:%Y-%m-%d %H:%M}"


class HandOver(Versioned):
    """A hand-over (交接班) at the moment `at`, when officers of a unit go off and others come on.

    Until it is taken the outgoing officers stay on duty. `open_cases` and `open_lines` are the
    keys of what was open when it was written; whoever reads it is shown what they may see.
    """

    class State(models.TextChoices):
        DUE = "due", _("待交班")
        WRITTEN = "written", _("待接班")
        TAKEN = "taken", _("已交接")
        MISSED = "missed", _("未交接")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    lead_unit = models.ForeignKey("kernel_organisation.Unit", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("交接时间"))
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.DUE)
    text = models.TextField(_("交班内容"), blank=True, default="")
    open_cases = models.JSONField(default=list, blank=True)
    open_lines = models.JSONField(default=list, blank=True)
    written_by = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField(_("交班时间"), null=True, blank=True)
    taken_by = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_at = models.DateTimeField(_("接班时间"), null=True, blank=True)
    due_at = models.DateTimeField(_("接班期限"))
    clock = models.ForeignKey(
        "kernel_tracking.TrackedRow", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("交接班")
        ordering = ("-at", "-id")
        constraints = (models.UniqueConstraint(fields=("lead_unit", "at"), name="hand_over_once"),)

    def __str__(self) -> str:
        return f"{self.lead_unit_id} {self.at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        """The page of the hand-over."""
        return reverse("duty_handover", args=[self.pk])


class Call(Versioned):
    """A call that named people must answer (叫应), about a case, a warning or plain words.

    `lead_unit` calls. `subject` is the typed reference of what it is about (`cases.case:<id>`),
    `url` its page. The same `key` calls once. `term` is in minutes.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    lead_unit = models.ForeignKey("kernel_organisation.Unit", models.PROTECT, related_name="+")
    title = models.CharField(_("事由"), max_length=120)
    text = models.TextField(_("内容"))
    subject = models.CharField(max_length=160, blank=True, default="")
    url = models.CharField(max_length=300, blank=True, default="")
    term = models.PositiveSmallIntegerField(_("应答时限"))
    made_at = models.DateTimeField(_("叫应时间"))
    made_by = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_by_name = models.CharField(_("叫应人"), max_length=120, blank=True, default="")
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    # No key is NULL, so that only given keys are unique.
    key = models.CharField(max_length=80, null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("叫应")
        ordering = ("-made_at", "-id")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the call."""
        return reverse("duty_call", args=[self.pk])


class CallLine(Versioned):
    """One answer that a call waits for: a person's, or that of whoever is on duty in a role.

    `step` is how far the line has risen (0: those named), `due_at` when it rises next (None: there
    is nobody above any more), `first_due_at` the term that "in time" is judged by.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待应答")
        ANSWERED = "answered", _("已应答")
        WITHDRAWN = "withdrawn", _("已撤销")

    class How(models.TextChoices):
        CLICK = "click", _("本人确认")
        PHONE = "phone", _("电话应答")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    call = models.ForeignKey(Call, models.CASCADE, related_name="lines")
    lead_unit = models.ForeignKey("kernel_organisation.Unit", models.PROTECT, related_name="+")
    member = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.CharField(max_length=8, choices=DutyRole.choices, blank=True, default="")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    step = models.PositiveSmallIntegerField(_("逐级次数"), default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    first_due_at = models.DateTimeField(_("应答期限"))
    answered_at = models.DateTimeField(_("应答时间"), null=True, blank=True)
    answered_by = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_by = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, null=True, blank=True, related_name="+"
    )
    how = models.CharField(max_length=6, choices=How.choices, blank=True, default="")
    clock = models.ForeignKey(
        "kernel_tracking.TrackedRow", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("叫应对象")
        ordering = ("pk",)
        indexes = (
            models.Index(fields=("state", "due_at"), name="call_line_due"),
            models.Index(fields=("lead_unit", "state"), name="call_line_unit"),
        )

    def __str__(self) -> str:
        return f"{self.call_id} {self.lead_unit_id}"

    @property
    def is_in_time(self) -> bool:
        """Whether it was answered within the first term."""
        return self.answered_at is not None and self.answered_at <= self.first_due_at


class CallRing(models.Model):
    """Somebody whom a line has rung, at which step of the ladder and when."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    line = models.ForeignKey(CallLine, models.CASCADE, related_name="rings")
    step = models.PositiveSmallIntegerField()
    to = models.CharField(max_length=10)
    member = models.ForeignKey("kernel_organisation.Member", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("叫应记录")
        ordering = ("step", "pk")
        constraints = (models.UniqueConstraint(fields=("line", "member"), name="call_ring_once"),)
        indexes = (models.Index(fields=("member",), name="call_ring_member"),)

    def __str__(self) -> str:
        return f"{self.line_id} {self.step}"
